"""Rows of small pictures: steps of a preparation, competitors side by side with their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st
from PIL import Image

from aemodels.data.images import Step
from pages.ui import pictures, theme
from pages.ui.digit import Digit

SCALE: Final = 4  # screen pixels to each pixel of a competitor's image
SEEN_SCALE: Final = 4
STEP_SIDE: Final = 56  # pixels


@dataclass(frozen=True, eq=False)
class Competitor:
    """One way to answer: its picture, its main figure, and how far that is from the one it is compared with."""

    title: str
    image: np.ndarray
    alt: str
    value: str
    label: str
    remark: str = ""
    delta: str | None = None
    role: theme.Role = "plain"
    best: bool = False
    help: str | None = None


def thumbnail(image: np.ndarray, *, alt: str, side: int) -> None:
    """A grey uint8 (h, w) picture of any size, fitted into a square of `side` pixels."""
    height, width = image.shape
    factor = side / max(height, width)
    if factor >= 1:  # small pictures are shown as pixels, by a whole factor
        st.image(pictures.data_uri(image[..., None], scale=int(factor)), width=int(factor) * width, alt=alt)
        return
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    small = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))
    st.image(pictures.data_uri(small[..., None]), width=size[0], alt=alt)


def seen(digit: Digit) -> None:
    """The card “the model sees”: the prepared image, and behind a click how it came about."""
    width = SEEN_SCALE * pictures.SIDE + 28
    with st.container(border=True, width=width, gap="xsmall", key="seen_card"):
        theme.heading("What it sees", role="input")
        pictures.show(
            digit.image, alt=f"{digit.title}, as 28 by 28 pixels", scale=SEEN_SCALE, key="input_image"
        )
        if digit.steps:
            steps_to_here = "The steps from your picture to these pixels"
            with st.popover("How", type="tertiary", icon=":material/footprint:", help=steps_to_here):
                _steps(digit.steps)
        else:
            st.caption("28×28 pixels.")


def _steps(steps: Sequence[Step]) -> None:
    st.caption("As MNIST made its digits: from your picture to 28×28 pixels.")
    for place, step in enumerate(steps, start=1):
        with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
            with st.container(width=STEP_SIDE, horizontal_alignment="center"):
                thumbnail(step.image, alt=f"Step {place}: {step.title}", side=STEP_SIDE)
            with st.container(gap="xxsmall", width=300):
                st.markdown(f"**{place}. {theme.escaped(step.title)}**")
                st.caption(theme.escaped(step.text))


def competition(competitors: Sequence[Competitor], verdict: str, *, key: str) -> None:
    """The competitors side by side, each with its figure, the best one marked; at the right one sentence on it."""
    with st.container(horizontal=True, gap="medium", key=key):
        for competitor in competitors:
            with st.container(width=SCALE * pictures.SIDE + 112, gap="xsmall"):
                mark = " :material/trophy:" if competitor.best else ""
                st.markdown(theme.coloured(theme.escaped(competitor.title), competitor.role) + mark)
                with st.container(horizontal=True, gap="small", wrap=False):
                    with st.container(width=SCALE * pictures.SIDE):
                        pictures.show(competitor.image, alt=competitor.alt, scale=SCALE)
                    with st.container(width="content", gap="xsmall"):
                        st.metric(competitor.label, competitor.value, competitor.delta, help=competitor.help)
                        if competitor.remark:
                            st.caption(theme.escaped(competitor.remark))
        with st.container(width="stretch"):
            st.caption(theme.escaped(verdict))
