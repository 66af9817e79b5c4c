"""A row of figures, and how rows are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One comparison: ours against the reference (medians), their ratio, and the bar of it where there is one.

    `wanted` is a bar of our own value instead, in words.
    """

    what: str
    unit: str
    ours: float
    reference: float
    ratio: float
    bar: float | None
    samples: int
    wanted: str = ""


def compare(
    what: str,
    unit: str,
    ours: Sequence[float],
    reference: Sequence[float],
    bar: float | None = None,
    *,
    wanted: str = "",
) -> Row:
    """The row of two series of measurements, compared by their medians."""
    left, right = statistics.median(ours), statistics.median(reference)
    return Row(what, unit, round(left, 3), round(right, 3), round(left / right, 3), bar, len(ours), wanted)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all values lie, by linear interpolation."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a section as a table."""
    print(f"\n{title}")
    print(f"  {'what':56} {'ours':>10} {'reference':>10} {'ratio':>7} {'bar':>8}")
    for row in rows:
        bar = row.wanted if row.bar is None else f"≤ {row.bar:g}"
        ours, reference = f"{row.ours:.4g} {row.unit}", f"{row.reference:.4g} {row.unit}"
        print(f"  {row.what:56} {ours:>10} {reference:>10} {row.ratio:7.2f} {bar:>8}")
