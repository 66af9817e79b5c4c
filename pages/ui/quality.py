"""How good a reconstruction is: its error as a picture, and figures beside those of a PCA of the same size."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import title_of
from aemodels.figures.images import error_map
from aemodels.measure import figure_table, metrics
from aemodels.measure.figure_table import Figure
from pages.ui import cache, pictures, theme

SCALE: Final = 4


MEASURES: Final = tuple(figure_table.FIGURES[key] for key in ("mse", "psnr", "ssim"))
"""Figures of a model that have a meaning for a single pair of images, too."""

_FUNCTIONS: Final = (metrics.mse, metrics.psnr, metrics.ssim)


def figures(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """MSE, PSNR in dB and SSIM of one pair of images (1, 28, 28, 1)."""
    return tuple(float(function(x, y)[0]) for function in _FUNCTIONS)  # type: ignore[return-value]


def quality(x: np.ndarray, y: np.ndarray, *, dataset_name: str, code_size: int) -> None:
    """The card below the pipeline, for the input `x` and the reconstruction `y`, both (1, 28, 28, 1)."""
    with st.container(border=True, gap="xsmall", key="quality_card"):
        theme.heading(
            "How close is it?", aside="Error: blue where ink is missing, orange where there is too much"
        )
        with st.container(horizontal=True, gap="medium"):
            _picture(error_map(x, y), "Its error", "The error of the model, as colours")
            fitted_on = cache.pca_dataset(dataset_name)
            pca = cache.pca(fitted_on, code_size)
            linear = pca.reconstruct(x)
            ours, theirs = figures(x, y), figures(x, linear)
            with st.container(width="stretch", gap="xsmall"):
                with st.container(horizontal=True, gap="medium", key="figures"):
                    for measure, our, their in zip(MEASURES, ours, theirs, strict=True):
                        _metric(measure, our, their, perfect=pca.latent_dim >= pictures.SIDE**2)
                st.caption(
                    _verdict(ours[0], theirs[0], pca.latent_dim), help=_fitted(fitted_on, dataset_name)
                )
            _picture(linear, "By a PCA", f"What a PCA with {pca.latent_dim} numbers makes of the same input")
            _picture(error_map(x, linear), "Its error", "The error of the PCA, as colours")


def _picture(image: np.ndarray, title: str, alt: str) -> None:
    with st.container(width=SCALE * pictures.SIDE, gap="xxsmall"):
        st.caption(title)
        pictures.show(image[0], alt=alt, scale=SCALE)


def _metric(measure: Figure, our: float, their: float, perfect: bool) -> None:
    unit = f" {measure.unit}" if measure.unit else ""
    st.metric(
        measure.label,
        f"{our:{measure.form}}{unit}",
        None if perfect else f"{our - their:+{measure.form}}",
        delta_color="inverse" if measure.better == "lower" else "normal",
        help=measure.meaning
        if perfect
        else f"{measure.meaning} Below: the difference from the PCA's {their:{measure.form}}{unit}.",
        width="content",
    )


def _verdict(ours: float, theirs: float, size: int) -> str:
    ratio = theirs / max(ours, 1e-9)
    if size >= pictures.SIDE**2:
        return "A PCA of as many numbers as pixels loses nothing: there is no bottleneck here."
    numbers = f"A PCA of the same {size} number{'s' * (size > 1)}"
    if ratio >= 1.05:
        return (
            f"{numbers} makes **{ratio:.1f} times** the squared error. Try another digit, or another model."
        )
    if ratio > 0.95:
        return f"{numbers} does as well here. Try a digit that is harder."
    return f"{numbers} does better here. Is your digit like those that the model was trained on?"


def _fitted(fitted_on: str, dataset_name: str) -> str:
    text = f"Principal component analysis is the best linear code. It was fitted on {title_of(fitted_on)}"
    if fitted_on == dataset_name:
        return f"{text}, training images only."
    return f"{text}, because {title_of(dataset_name)} is not on this machine."
