"""Features: what a linear classifier makes of codes, of pixels and of a PCA, by how many labels it is given."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures.probe import Curve, Role, accuracy_curves
from aemodels.measure import probe
from pages.ui import cache, errors, measured, theme

STUDY: Final = "features"
HEIGHT: Final = 360
SHOWN: Final[dict[str, tuple[str, Role, str]]] = {
    "code": ("code", "code", "solid"),
    "pixels": ("784 pixels", "input", "solid"),
    "pca": ("PCA", "muted", "dot"),
}
WHAT: Final = (
    "The encoder has seen all training images, **without a label**. How many labels does a straight cut through "
    "its code need?"
)
SOURCE: Final = "Linear probes: Alain and Bengio, *Understanding intermediate layers*, 2016."


@st.fragment
@errors.as_sentences()
def features_use(name: str) -> None:
    """The section: the three curves and what one sees in them, or the button that makes them."""
    size = cache.card(name).code_size
    st.markdown(WHAT)
    found = measured.result(name, STUDY, about="two minutes")
    if found is None:
        return
    aside = f"a linear classifier on {cache.title(name)}"
    with theme.card("Labels needed", role="code", aside=aside, key="features_card"):
        figure_side, words = st.columns((3, 1), gap="medium", vertical_alignment="center")
        with figure_side:
            figure = accuracy_curves(found["sizes"], curves(found, size), revision=f"features {name}")
            st.plotly_chart(
                figure.update_layout(height=HEIGHT), key="features_curves", config={"displayModeBar": False}
            )
        with words:
            st.markdown(verdict(found, size))
            st.caption(how(found))
    st.caption(SOURCE)


def curves(found: dict[str, np.ndarray], size: int) -> list[Curve]:
    """Code, pixels and PCA as curves."""
    return [
        Curve(
            title if key == "pixels" else f"{title}, {size} numbers",
            role,
            found[f"{key}_mean"],
            found[f"{key}_low"],
            found[f"{key}_high"],
            dash,
        )
        for key, (title, role, dash) in SHOWN.items()
    ]


def verdict(found: dict[str, np.ndarray], size: int) -> str:
    """Two sentences on what one sees, from the numbers: who leads at few labels, and where pixels catch up."""
    sizes, code, pixels = found["sizes"], 100 * found["code_mean"], 100 * found["pixels_mean"]
    few = min(1, len(sizes) - 1)  # 30 labels: with 10 it is luck
    lead = float(code[few] - pixels[few])
    if abs(lead) < 1:
        first = f"With {sizes[few]:,} labels, {size} numbers are as good as 784 pixels ({code[few]:.0f} %)."
    else:
        who = f"**{lead:.0f} points ahead of**" if lead > 0 else f"**{-lead:.0f} points behind**"
        both = f"{code[few]:.0f} to {pixels[few]:.0f} %"
        first = f"With {sizes[few]:,} labels, the code is {who} the pixels ({both})."
    met = probe.crossing(sizes, code, pixels)
    last = f"with {sizes[-1]:,} the code still leads, {code[-1]:.1f} to {pixels[-1]:.1f} %"
    if met is None:
        return f"{first} Pixels do not catch up: {last}."
    if met == int(sizes[0]):
        return f"{first} Pixels lead at every number of labels: {size} numbers keep too little for a straight cut."
    return f"{first} From {met:,} labels on, pixels are as good or better: they have kept everything."


def how(found: dict[str, np.ndarray]) -> str:
    """How it was measured."""
    return (
        "Mean and range of several draws, on test images; up to 1,000 labels every class has as many. The penalty "
        f"is chosen on {int(found['validation_images']):,} validation images, for all three alike. PCA has seen "
        "the images without labels, too."
    )
