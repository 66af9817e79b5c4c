"""A digit that is drawn: the pad, and what has come from it so far."""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.errors import ImageError
from pages.ui import digit, ink, kept_digits, live, settled, state, theme
from pages.ui.components import ink_pad
from pages.ui.digit import Digit
from pages.ui.ink import Ink

LABEL: Final = (
    "Pad to draw a digit on. Arrow keys move the pen, Space sets it down and lifts it, E is the eraser, "
    "Control Z takes the last stroke back, Delete clears."
)
HINT: Final = "Draw a digit here.\nUntil then you see a sample."


def digit_draw(*, followed: bool) -> None:
    """The pad. Where it is `followed`, it sends what is drawn while a stroke grows, too (`live.DIGIT`)."""
    if state.DIGIT_CANVAS.get() is None:  # the pad was not on the page a moment ago: give it its strokes back
        load(held().strokes)
    ink_pad.ink_pad(
        key=state.DIGIT_CANVAS.name,
        strokes=state.CANVAS_START.get(),
        version=state.CANVAS_VERSION.get(),
        label=LABEL,
        hint=HINT,
        on_ink=_take_ink,
        follower=live.token(live.DIGIT) if followed else None,
    )


def held() -> Ink:
    """What the pad held when it last reported, with its strokes."""
    return state.DRAWING.get() or Ink()


def load(strokes: tuple[ink_pad.Stroke, ...]) -> None:
    """Let the pad show these strokes, whatever it shows now."""
    state.CANVAS_VERSION.set(state.CANVAS_VERSION.get() + 1)
    state.CANVAS_START.set(strokes)


def restore(one: Digit, strokes: tuple[ink_pad.Stroke, ...]) -> None:
    """Put an earlier drawing back on the pad."""
    state.DRAWING.set(Ink(None, strokes))
    state.DRAWN.set(one)
    state.DRAWING_PROBLEM.forget()
    load(strokes)


def remark() -> str:
    """Why there is no digit although there is ink; nothing otherwise."""
    return state.DRAWING_PROBLEM.get() or ""


def _take_ink() -> None:
    try:
        received = ink.read(ink_pad.drawn(state.DIGIT_CANVAS.name))
    except ImageError as error:
        st.toast(theme.escaped(str(error)))
        return
    if received is not None:
        take(received)
        settled.rerun()


def take(received: Ink) -> None:
    """Read what the pad has sent. A digit that was there stays while a first stroke is still too little."""
    state.DRAWING.set(received)
    state.DRAWING_PROBLEM.forget()
    if received.png is None:
        state.DRAWN.forget()
        kept_digits.begin_drawing()
        return
    try:
        one = digit.from_drawing(received.png)
    except ImageError:
        state.DRAWING_PROBLEM.set("not readable yet, draw on")
        return
    state.DRAWN.set(one)
    kept_digits.remember_drawing(one, received.strokes)
