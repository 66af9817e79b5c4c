"""The row of the visitor's last digits in the digit's card; a click brings one back."""

from __future__ import annotations

from typing import Final

from pages.ui import digit, digit_draw, digit_upload, kept_digits, pictures, settled, state
from pages.ui.components.film_strip import Frame, film_strip, picked
from pages.ui.kept_digits import Kept

SIDE: Final = 30  # pixels of one


def input_tray() -> None:
    """The row, as soon as there is something in it."""
    kept = state.INPUTS.get()
    frames: list[Frame] = [
        {"uri": pictures.data_uri(one.digit.image), "label": _named(one), "caption": "", "changed": False}
        for one in kept
    ]
    film_strip(
        key=state.INPUT_STRIP.name, frames=frames, on_pick=_pick, side=SIDE, hint="Click to have it back."
    )


def _named(one: Kept) -> str:
    return one.digit.title[:1].upper() + one.digit.title[1:]


def _pick() -> None:
    place, kept = picked(state.INPUT_STRIP.name), state.INPUTS.get()
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(kept):
        bring_back(kept[place])


def bring_back(one: Kept) -> None:
    """Show a kept digit again, in the source that it came from."""
    source = one.digit.source
    state.DIGIT_SOURCE.set(source)
    if source == digit.DRAW:
        kept_digits.go_on_with(one)
        digit_draw.restore(one.digit, one.strokes)
    elif source == digit.UPLOAD:
        digit_upload.restore(one.digit)
    else:
        state.SAMPLE_ROW.set(one.row)
    settled.rerun()
