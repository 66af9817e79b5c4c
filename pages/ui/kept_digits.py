"""The visitor's last digits, kept over all pages: what was drawn, read from a picture or sampled."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from pages.ui import digit, state
from pages.ui.components.ink_pad import Stroke
from pages.ui.digit import Digit

MOST: Final = 7  # as many as the card is wide


@dataclass(frozen=True, eq=False)
class Kept:
    """A digit that was shown, and what brings it back: strokes, or data set and row. `mark` says which it is."""

    mark: tuple[Hashable, ...]
    digit: Digit
    strokes: tuple[Stroke, ...] = ()
    row: tuple[str, int] | None = None


def begin_drawing() -> None:
    """What is drawn from now on is another drawing."""
    state.DRAWING_COUNT.set(state.DRAWING_COUNT.get() + 1)


def go_on_with(one: Kept) -> None:
    """What is drawn from now on belongs to this drawing."""
    state.DRAWING_COUNT.set(int(str(one.mark[1])))


def remember_drawing(drawn: Digit, strokes: tuple[Stroke, ...]) -> None:
    """Keep the drawing as it is now; the same drawing keeps its place while it grows."""
    _remember(Kept((digit.DRAW, state.DRAWING_COUNT.get()), drawn, strokes=strokes))


def remember_picture(one: Digit, mark: str, place: int) -> None:
    """Keep a digit of a picture."""
    _remember(Kept((digit.UPLOAD, mark, place), one))


def remember_sample(one: Digit, dataset: str, row: int) -> None:
    """Keep a test image."""
    _remember(Kept((digit.SAMPLE, dataset, row), one, row=(dataset, row)))


def _remember(one: Kept) -> None:
    kept = state.INPUTS.get()
    places = [place for place, other in enumerate(kept) if other.mark == one.mark]
    if places:
        state.INPUTS.set((*kept[: places[0]], one, *kept[places[0] + 1 :]))
    else:
        state.INPUTS.set((one, *kept)[:MOST])
