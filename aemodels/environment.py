"""What the environment decides for a server: a table of variables and their values, the default first.

A value is read whenever it is asked for. A server asks for all of them at its start (`check`), so that a misspelt
one is refused there with a sentence, and not taken for the default.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from aemodels.errors import ConfigError


@dataclass(frozen=True)
class Choice:
    """A variable with few values. The first is in force where the environment says nothing."""

    variable: str
    values: tuple[str, ...]

    def value(self) -> str:
        """The value in force. Raises ConfigError for one that is none of `values`."""
        said = os.environ.get(self.variable, "").strip()
        if said and said not in self.values:
            allowed = f"{', '.join(self.values[:-1])} or {self.values[-1]}"
            raise ConfigError(f"{self.variable} is {allowed}. Received: {said!r:.60}.")
        return said or self.values[0]


STORE: Final = Choice("AEMODELS_STORE", ("open", "readonly"))
"""Whether anybody may save, upload and delete models, or nobody."""
WORKER: Final = Choice("AEMODELS_WORKER", ("thread", "process"))
"""Where trainings run: in the server, or in a process of their own."""
METRICS: Final = Choice("AEMODELS_METRICS", ("local", "open", "off"))
"""Who may read /metrics: who asks on the server's own machine and through no proxy, anybody, nobody."""
LOG: Final = Choice("AEMODELS_LOG", ("text", "json"))
"""How the server's log is written: for people, or a JSON object a line."""

CHOICES: Final = (STORE, WORKER, METRICS, LOG)


def check() -> None:
    """Raises ConfigError for the first variable that has a value which means nothing."""
    for choice in CHOICES:
        choice.value()
