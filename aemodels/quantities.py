"""Numbers as one says them, in sentences and on pages."""

from __future__ import annotations

from typing import Final

_DECIMAL: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def duration(seconds: float) -> str:
    """`48 s`, `3 min`, `2.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def about(seconds: float) -> str:
    """A duration that is only estimated: to 5 seconds above ten, to 5 minutes above half an hour."""
    for above, grain in ((1800, 300), (90, 60), (10, 5)):
        if seconds > above:
            return duration(grain * round(seconds / grain))
    return duration(max(1.0, seconds))


def memory(size: float) -> str:
    """Bytes: `812 MB`, `1.9 GB`."""
    return f"{size / 1e9:.1f} GB" if size >= 999.5e6 else f"{max(1.0, size / 1e6):.0f} MB"


def count(number: float) -> str:
    """`17`, `51,000`, `1.1 million`."""
    if number >= 999_500:
        return f"{number / 1e6:.3g} million"
    return f"{number:,.0f}" if number < 10_000 else f"{round(number, -3):,.0f}"


def flops(number: float) -> str:
    """Floating-point operations: `30 FLOP`, `2.3 MFLOP`, `210 GFLOP`."""
    for size, letter in _DECIMAL:
        if number >= size:
            return f"{number / size:.{3 if number >= 99.5 * size else 2}g} {letter}FLOP"
    return f"{number:.0f} FLOP"
