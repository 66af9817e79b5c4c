"""What is too large to be trained here, in one table; said before the start, on the page and by the queue alike.

On a machine of one's own, the environment raises a limit: `AEMODELS_LIMITS="memory=8e9,seconds=86400"`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aemodels import quantities
from aemodels.errors import ConfigError
from aemodels.training.estimate import Estimate

VARIABLE: Final = "AEMODELS_LIMITS"


@dataclass(frozen=True)
class Limit:
    """The most of one thing: how it is read off an estimate, said in words, and what brings it down."""

    most: float
    value: Callable[[Estimate], float]
    words: Callable[[float], str]
    sentence: str  # with {value} and {most}
    remedy: str


LIMITS: Final[dict[str, Limit]] = {
    "parameters": Limit(
        20e6,
        lambda estimate: estimate.parameters,
        quantities.count,
        "This network has {value} parameters, and {most} are allowed here.",
        "Choose fewer or smaller layers.",
    ),
    # A stop is obeyed between two steps: on two cores this is about a second.
    "step": Limit(
        200e9,
        lambda estimate: estimate.step_flops,
        quantities.flops,
        "One step of this training takes {value}, and {most} are allowed here.",
        "Choose a smaller batch or smaller layers.",
    ),
    "memory": Limit(
        2.5e9,
        lambda estimate: estimate.memory,
        quantities.memory,
        "This training needs about {value} of memory, and {most} are allowed here.",
        "Choose a smaller batch, smaller layers or a smaller code.",
    ),
    "seconds": Limit(
        2 * 3600.0,
        lambda estimate: estimate.seconds,
        quantities.about,
        "This training would take about {value}, and {most} are allowed here.",
        "Choose fewer epochs, fewer images or smaller layers.",
    ),
}


def check(estimate: Estimate) -> None:
    """Raises ConfigError for the first thing that is too large, with what to reduce."""
    found = too_large(estimate)
    if found:
        raise ConfigError(found[0])


def too_large(estimate: Estimate) -> list[str]:
    """A sentence for each thing that is too large."""
    most = allowed()
    return [
        limit.sentence.format(value=limit.words(limit.value(estimate)), most=limit.words(most[name]))
        + f" {limit.remedy}"
        for name, limit in LIMITS.items()
        if limit.value(estimate) > most[name]
    ]


def allowed() -> dict[str, float]:
    """The limits as they are in force. Raises ConfigError where the environment says what is no limit."""
    found = {name: limit.most for name, limit in LIMITS.items()}
    for part in filter(None, os.environ.get(VARIABLE, "").split(",")):
        name, _, text = (piece.strip() for piece in part.partition("="))
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if name not in LIMITS or not value > 0:
            names = ", ".join(LIMITS)
            raise ConfigError(
                f"{VARIABLE} is written as memory=8e9,seconds=86400, of {names}. Received: {part!r:.60}."
            )
        found[name] = value
    return found
