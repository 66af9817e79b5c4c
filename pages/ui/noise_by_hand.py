"""A digit damaged by hand: the pad over it, and the damaged digit that comes of what the pad sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import reading
from aemodels.errors import ImageError
from pages.ui import ink, live, pictures, state, theme
from pages.ui.components import ink_pad
from pages.ui.digit import Digit

SIDE: Final = ink_pad.SIDE
BLOCK: Final = SIDE // pictures.SIDE  # pixels of the pad, each way, to a pixel of the digit
UNTOUCHED: Final = 1.5 / 255  # a pixel that differs by no more was only rounded on its way
LABEL: Final = (
    "Pad with your digit on it, to scribble over it and to rub it out. Arrow keys move the pen, Space sets it "
    "down and lifts it, E is the eraser, Control Z takes the last stroke back, Delete takes all back."
)


@dataclass(frozen=True, eq=False)
class Damage:
    """What the pad held last: the digit below the ink as a data URI, the picture of both, and the strokes."""

    underlay: str
    image: np.ndarray | None = None
    strokes: tuple[ink_pad.Stroke, ...] = ()


def damaged_by_hand(clean: np.ndarray, composite_png: bytes) -> np.ndarray:
    """The pad's picture as a damaged digit: PNG of 252×252, each pixel the mean of its 9×9 block.

    `clean` and the answer are float32 (1, 28, 28, 1) in [0, 1]. Where nobody drew, the pixels are those of
    `clean`, not what 8 bits made of them. The bytes come from a browser and may be anything: raises ImageError
    for what is no picture of that size.
    """
    grey = reading.read_grey(composite_png)
    if grey.shape != (SIDE, SIDE):
        raise ImageError(
            f"The pad's picture has {SIDE}×{SIDE} pixels; received {grey.shape[1]}×{grey.shape[0]}. "
            "Clear the pad and draw again."
        )
    blocks = grey.reshape(pictures.SIDE, BLOCK, pictures.SIDE, BLOCK).mean(axis=(1, 3), dtype=np.float64)
    damaged = np.clip(blocks, 0.0, 1.0).astype(np.float32).reshape(clean.shape)
    return np.where(np.abs(damaged - clean) <= UNTOUCHED, clean, damaged)


def by_hand(digit: Digit) -> np.ndarray:
    """The pad with pen and eraser on the digit; the digit as damaged so far. Another digit is whole again."""
    underlay = pictures.data_uri(digit.image)
    held: Damage | None = state.HAND_DAMAGE.get()
    if held is None or held.underlay != underlay:
        held = Damage(underlay)
        state.HAND_DAMAGE.set(held)
        state.HAND_VERSION.set(state.HAND_VERSION.get() + 1)
    ink_pad.ink_pad(
        key=state.HAND_PAD.name,
        strokes=held.strokes,
        version=state.HAND_VERSION.get(),
        label=LABEL,
        underlay=underlay,
        on_ink=lambda: _take(digit.image, underlay),
        follower=live.token(live.DAMAGE),
    )
    return digit.image if held.image is None else held.image


def _take(clean: np.ndarray, underlay: str) -> None:
    """Read what the pad sent for this digit; what cannot be read leaves the digit as it was."""
    try:
        received = ink.read(ink_pad.drawn(state.HAND_PAD.name))
        if received is None:
            return
        image = None if received.png is None else damaged_by_hand(clean, received.png)
    except ImageError as error:
        st.toast(theme.escaped(str(error)))
        return
    state.HAND_DAMAGE.set(Damage(underlay, image, received.strokes))
