"""The card with the visitor's digit, the same on every page: drawn, uploaded, or a sample.

What was drawn or uploaded is kept in the session, so it is still there after a look at another page; until there is
something, a sample stands in for it. Each source is a file of its own (`digit_draw`, …).
What a visitor does is taken over in callbacks, so that `current` is true before anything is drawn.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import (
    cache,
    digit,
    digit_draw,
    digit_sample,
    digit_upload,
    ink,
    input_tray,
    live,
    own_digits,
    settled,
    state,
    theme,
)
from pages.ui.components.ink_pad import SIDE
from pages.ui.components.picture_drop import picture_drop
from pages.ui.digit import Digit

PADDING: Final = 28  # of a card, left and right together
WIDTH: Final = SIDE + PADDING
STAGE: Final = SIDE + 36  # the pad and its tools
HEIGHT: Final = STAGE + 124  # of the card: the same for each source, so that the page stays where it is
CARD: Final = "digit_card"

_ASIDE: Final = {digit.DRAW: "drawn", digit.UPLOAD: "uploaded", digit.SAMPLE: "sample"}


def digit_input(dataset_name: str, *, parts: Sequence[str] = (), followed: bool = False) -> Digit:
    """The card with the visitor's digit, and that digit: never None, a sample where there is nothing else.

    `dataset_name` says where samples come from: that data set if it is on this machine, else the bundled digits.
    `parts` are the keys of all fragments that rerun once there is another digit; without any, the one around this
    call does. Where the page says what follows a growing stroke (`follow`), it is `followed`.
    """
    dataset = cache.sample_dataset(dataset_name)
    cache.ready_for_pictures()
    settled.remember(parts)
    with st.container(border=True, width=WIDTH, height=HEIGHT, gap="xsmall", key=CARD):
        title, stage = st.container(), st.container(gap="xsmall", height=STAGE, border=False)
        source = st.segmented_control(
            "Where the digit comes from",
            digit.SOURCES,
            default=state.DIGIT_SOURCE.first,
            key=state.DIGIT_SOURCE.name,
            required=True,
            label_visibility="collapsed",
            width="stretch",
            persist_state="session",
            on_change=settled.rerun,
        )
        input_tray.input_tray()
        with stage:
            if source == digit.DRAW:
                digit_draw.digit_draw(followed=followed)
            elif source == digit.UPLOAD:
                digit_upload.digit_upload()
            else:
                digit_sample.digit_sample(dataset)
        picture_drop(key=state.PICTURE_DROP.name, card=CARD, on_picture=digit_upload.take_given)
        shown = current(dataset_name)
        with title:
            remark = digit_draw.remark() if source == digit.DRAW else ""
            theme.heading("Your digit", role="input", aside=remark or _ASIDE[shown.source])
    return shown


def current(dataset_name: str) -> Digit:
    """The visitor's digit, without drawing anything."""
    source = state.DIGIT_SOURCE.get()
    own: Digit | None = None
    if source == digit.DRAW:
        own = own_digits.drawn()
    elif source == digit.UPLOAD:
        own = own_digits.uploaded()
    if own is not None:
        return own
    return digit_sample.chosen(cache.sample_dataset(dataset_name))


def follow(answering: Callable[[np.ndarray], live.Answer]) -> None:
    """Say what follows a stroke while it grows: `answering` gets the digit so far, float32 (1, 28, 28, 1).

    What it gives must be what those elements show when the page reruns with that digit. It runs beside the script
    and may not look into the session.
    """
    live.follow(live.DIGIT, functools.partial(_answer, answering))


def _answer(answering: Callable[[np.ndarray], live.Answer], sent: bytes) -> live.Answer:
    png = ink.grown(sent)
    return {} if png is None else answering(digit.from_drawing(png).image)
