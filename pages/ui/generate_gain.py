"""Whether generated images help a classifier with few labels: a stored study, or one that is made now."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures.probe import Curve, Role, accuracy_curves
from aemodels.measure import augmentation
from pages.ui import errors, measured, theme

STUDY: Final = "augmentation"
HEIGHT: Final = 240
ENOUGH: Final = 0.5  # percentage points that count as a difference
NAMES: Final[dict[str, tuple[str, Role, str]]] = {
    "none": ("labelled images alone", "input", "solid"),
    "shift": ("and shifted copies", "muted", "dot"),
    "generated": ("and generated images", "output", "solid"),
}
HOW: Final = (
    f"Logistic regression on pixels. Of each class {augmentation.EXTRA} images are added: copies moved by up to "
    f"{augmentation.SHIFT} pixels, or decoded from Gaussians around the codes of just these labelled images. Mean "
    f"and range of {augmentation.DRAWS} draws on test images; penalty and spread are chosen on validation images. "
    "The autoencoder itself has seen all training images, without labels."
)


@st.fragment
@errors.as_sentences()
def gain_card(name: str) -> None:
    """The card with the three curves, or with the button that makes them."""
    found = measured.result(name, STUDY, about="two minutes")
    if found is None:
        return
    aside = "few labels, with and without new images"
    with theme.card("Does it help a classifier?", aside=aside, key="gain_card"):
        figure_side, words = st.columns((3, 2), gap="medium", vertical_alignment="center")
        with figure_side:
            figure = accuracy_curves(found["sizes"], curves(found), revision=f"gain {name}")
            st.plotly_chart(
                figure.update_layout(height=HEIGHT), key="gain_curves", config={"displayModeBar": False}
            )
        with words:
            st.markdown(verdict(found))
            st.caption(HOW)


def curves(found: dict[str, np.ndarray]) -> list[Curve]:
    """The three ways as curves."""
    return [
        Curve(title, role, found[f"{way}_mean"], found[f"{way}_low"], found[f"{way}_high"], dash)
        for way, (title, role, dash) in NAMES.items()
    ]


def verdict(found: dict[str, np.ndarray]) -> str:
    """Whether it helps, and how much at the smallest and at the largest number of labels, in percentage points."""
    few, many = int(found["sizes"][0]), int(found["sizes"][-1])
    gained, shifted = (100 * (found[f"{way}_mean"] - found["none_mean"]) for way in ("generated", "shift"))
    first = f"{_answer(float(gained[0]))} {_sentence(few, float(gained[0]), float(shifted[0]))}"
    return first if few == many else f"{first} {_sentence(many, float(gained[-1]), float(shifted[-1]))}"


def _answer(gained: float) -> str:
    if gained >= ENOUGH:
        return "**Yes, with few labels.**"
    if gained <= -ENOUGH:
        return "**No.** The classifier learns what the decoder gets wrong."
    return "**Hardly.**"


def _sentence(labels: int, gained: float, shifted: float) -> str:
    what = f"generated images change the accuracy by **{gained:+.1f}** points, shifted copies by **{shifted:+.1f}**"
    return f"With {labels} labels, {what}."
