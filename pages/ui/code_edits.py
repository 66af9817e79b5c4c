"""What a visitor has changed in a code: kept for one model and one input, and read from what a browser claims."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from aemodels.config import is_finite_number
from aemodels.errors import ConfigError


@dataclass(frozen=True)
class Edits:
    """The numbers that differ from the encoder's, by their place in the code.

    `token` says which model and input they belong to. `version` counts the changes that Python made itself, which
    the browser then takes over.
    """

    token: str = ""
    version: int = 0
    changes: Mapping[int, float] = field(default_factory=dict)

    def of(self, token: str) -> Edits:
        """These, or none where they belong to another model or input."""
        return self if self.token == token else replace(self, token=token, changes={})

    def by_python(self, changes: Mapping[int, float]) -> Edits:
        """Other changes, which the browser is to take over."""
        return replace(self, version=self.version + 1, changes=dict(changes))

    def applied(self, z: np.ndarray) -> np.ndarray:
        """The code `z` (d,) with the changes in it: a copy, float32."""
        code = np.array(z, np.float32)
        for place, value in self.changes.items():
            code[place] = value
        return code

    def toggled(self, z: np.ndarray, unit: Iterable[int]) -> Edits:
        """With the numbers of a unit of `z` (d,) set to zero, or as the encoder has them if they are zero."""
        code, places = self.applied(z), [int(place) for place in unit]
        is_off = not code[places].any()
        rest = {place: value for place, value in self.changes.items() if place not in places}
        return self.by_python(rest if is_off else {**rest, **{place: 0.0 for place in places if z[place]}})


def token_of(model: str, version: str, x: np.ndarray) -> str:
    """Tells models and inputs apart, and neither of them to anybody."""
    text = f"{model}\n{version}\n".encode()
    return hashlib.blake2b(text + np.ascontiguousarray(x, np.float32).tobytes(), digest_size=8).hexdigest()


def read(claimed: Any, before: Edits, *, size: int, reach: float) -> Edits:
    """`before` with what a browser claims to have changed in a code of `size` numbers, each within ±`reach`.

    A message about another model or input, sent just before that changed, changes nothing. Raises ConfigError for
    whatever no editor of ours sends.
    """
    message = claimed if isinstance(claimed, Mapping) else {}
    at, to = message.get("at"), message.get("to")
    if (
        not isinstance(at, list | tuple)
        or not isinstance(to, list | tuple)
        or len(at) != len(to)
        or len(at) > size
    ):
        raise ConfigError(
            "The editor sent something that is no change of a code. Reload the page and try again."
        )
    if message.get("token") != before.token:
        return before
    if not all(_is_index(place, size) for place in at) or len(set(at)) != len(at):
        raise ConfigError(
            f"This code has {size:,} numbers, each of which can be changed once. Try another one."
        )
    if not all(is_finite_number(value) and abs(value) <= reach * 1.001 for value in to):
        raise ConfigError(
            f"A number of this code goes from −{reach:.3g} to {reach:.3g}. Choose one in between."
        )
    return replace(before, changes=dict(zip(at, map(float, to), strict=True)))


def from_json(sent: bytes) -> Any:
    """What a browser sent as JSON, unchecked; None where it is none."""
    try:
        return json.loads(sent)
    except (ValueError, RecursionError):
        return None


def _is_index(value: Any, end: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < end
