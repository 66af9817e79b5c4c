"""The card “what it sees”: the prepared image, and the steps from the visitor's picture to it."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.images import Step
from pages.ui import digit_input, errors, pictures, state, theme
from pages.ui.components.step_view import Shown, step_view

KEY: Final = "seen"  # of the fragment
SCALE: Final = 4  # screen pixels to a pixel
WIDTH: Final = SCALE * pictures.SIDE + 28
STEP_WIDTH, STEP_HEIGHT = 112, 84  # pixels of a step's picture at most
FIRST: Final = 3  # the step that is shown first: by then the ink is found and cut out


def seen(dataset_name: str) -> None:
    """The visitor's digit as the model gets it; a drawn or uploaded one with its steps.

    `dataset_name` as for `digit_input.digit_input`.
    """
    with st.container(border=True, width=WIDTH, gap="xsmall", key="seen_card"):
        theme.heading("What it sees", role="input")
        _seen(dataset_name)


@st.fragment(key=KEY)
@errors.as_sentences()
def _seen(dataset_name: str) -> None:
    digit = digit_input.current(dataset_name)
    alt = f"{digit.title}, as 28 by 28 pixels"
    pictures.show(digit.image, alt=alt, scale=SCALE, key=state.INPUT_IMAGE)
    if digit.steps:
        steps = [_shown(step) for step in digit.steps]
        step_view(key="seen_steps", steps=steps, first=min(FIRST, len(steps) - 1))
    else:
        st.caption("28×28 pixels, as they are in the data set.")


def live_image(image: np.ndarray) -> dict[str, str]:
    """What the card shows of `image` (1, 28, 28, 1), by its key, while a stroke grows."""
    return {state.INPUT_IMAGE: pictures.data_uri(image, scale=SCALE)}


def _shown(step: Step) -> Shown:
    return {
        "uri": pictures.data_uri(pictures.fitted(step.image, STEP_WIDTH, STEP_HEIGHT)[..., None]),
        "title": step.title,
        "text": step.text,
    }
