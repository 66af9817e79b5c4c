"""Codes as visitors give them: in the address, by a click, by a slider. Pure functions, tested directly.

Whatever comes from a browser may be anything: `NaN`, 1e300, text, ten thousand numbers. It becomes finite
floats in a sane range here, or a `ConfigError` with a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from aemodels.errors import ConfigError

PARAMETER: Final = "z"  # the name in the address: ?z=0.3,-1.2
DIGITS: Final = 3  # decimals that the address and the page show
LONGEST: Final = 40  # characters of what was received that a sentence repeats

Code = tuple[float, ...]


def from_text(text: str, size: int, limit: float) -> Code:
    """The code in an address, such as “0.3,-1.2”: `size` numbers between −`limit` and `limit`."""
    parts = text.split(",") if len(text) <= 32 * size else []
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        numbers = ()
    if len(numbers) != size or not all(_good(number, limit) for number in numbers):
        raise ConfigError(_wanted(size, limit, text))
    return numbers


def from_browser(value: Any, size: int, limit: float) -> Code:
    """The code that a component claims was clicked: a list of `size` finite numbers within the limit."""
    ordinary = isinstance(value, Sequence) and not isinstance(value, str | bytes) and len(value) == size
    if not ordinary or not all(_good(number, limit) for number in value):
        raise ConfigError(_wanted(size, limit, repr(value) if not isinstance(value, str) else value))
    return tuple(float(number) for number in value)


def position(claimed: Any, count: int, things: str) -> int:
    """The number of one of `count` things that a browser claims to mean, from 0; ConfigError for anything else."""
    whole = isinstance(claimed, int) and not isinstance(claimed, bool)
    if not whole or not 0 <= claimed < count:
        raise ConfigError(
            f"There are {count:,} {things}, counted from 0. Received: “{str(claimed)[:LONGEST]}”."
        )
    return int(claimed)


def to_text(code: Sequence[float]) -> str:
    """The code as the address has it, with three decimals: “0.3,-1.2”."""
    return ",".join(f"{round(float(number), DIGITS) + 0.0:g}" for number in code)


def for_people(code: Sequence[float], most: int = 3) -> str:
    """The code as the page shows it: “z = (−1.76, −0.12)”; a long one only begins."""
    shown = ", ".join(f"{number + 0.0:.2f}".replace("-", "−") for number in code[:most])
    return f"z = ({shown}{', …' if len(code) > most else ''})"


def pairs(values: Iterable[Sequence[float]]) -> list[tuple[float, float]]:
    """Places (n, 2) of an array as the browser components take them."""
    return [(float(x), float(y)) for x, y in values]


def subscript(number: int) -> str:
    """12 → “₁₂”."""
    return "".join(chr(0x2080 + int(digit)) for digit in str(number))


def crowd(share: float) -> str:
    """How far out a place is, in words: `share` is the per cent of test images that lie in a denser place."""
    if share < 50:
        return f"In the middle of things: only {share:.0f} % of the test images lie in a denser place."
    return f"Further out than {min(share, 99):.0f} % of the test images."


def _good(number: Any, limit: float) -> bool:
    ordinary = isinstance(number, int | float) and not isinstance(number, bool)
    # A whole number of a thousand digits is no float: comparing comes first, it cannot overflow.
    return ordinary and -limit <= number <= limit and math.isfinite(number)


def _wanted(size: int, limit: float, received: str) -> str:
    short = received if len(received) <= LONGEST else received[:LONGEST] + "…"
    numbers = "one number" if size == 1 else f"{size} numbers"
    example = ",".join(("0.3", "-1.2", "0.5")[:size]) + (",…" if size > 3 else "")
    return (
        f"A place in this space is {numbers} between −{limit:g} and {limit:g}, such as ?z={example}. "
        f"Received: “{short}”."
    )
