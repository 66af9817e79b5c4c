"""Recipes whose result is a row of test images over a row of reconstructions: R0, R1b and R1c."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS
from aemodels.figures import images
from aemodels.published import CONVOLUTIONAL, KERAS_BLOG, PIXELS
from pages.ui import cache, pictures, recipe_case, recipe_prepare, recipe_steps, recipe_tensorboard, theme
from pages.ui.recipe_case import SHOWN, Case, shipped, ten

SCALE: Final = 2  # pixels on the screen to one of an image
NO_RUN: Final = "Nobody has trained it here yet: this is {}."


def subclassed_dense(own: Case | None, better: Case | None) -> bool:
    """R0: the rows, the loss at each step, TensorBoard."""
    case = own or shipped("dense-mnist")
    _stand_in(own, case)
    rows(case)
    if own is not None:
        recipe_steps.steps(own)
        if own.job is not None:
            recipe_tensorboard.tensorboard(own.job)
    _better(better, shown=case)
    return True


def simple_mnist(own: Case | None, better: Case | None) -> bool:
    """R1b: the rows, and the test loss beside what the Keras blog reports."""
    case = own or shipped("dense-mnist")
    _stand_in(own, case)
    rows(case)
    blog_loss(own)
    _better(better, shown=case)
    return True


def deep_fashion(own: Case | None, better: Case | None) -> bool:
    """R1c: the rows with what was lost, beside a convolutional network with the same code."""
    if own is not None:
        rows(own, lost=True)
    else:
        _pca_rows()
    convolutional = recipe_case.newest(own, CONVOLUTIONAL)
    for words, case in (("Convolutional", convolutional), ("The better choice", better)):
        if case is not None:
            st.caption(f"{words}: {theme.escaped(case.title)}")
            rows(case, lost=True, inputs=False)
    if convolutional is None:
        recipe_prepare.button(
            "Prepare a convolutional network",
            CONVOLUTIONAL.recipe,
            recipe_case.dataset_of("deep-fashion", own),
            CONVOLUTIONAL.settings,
            key="prepare_convolutional",
            icon=":material/grid_on:",
        )
    return True


def rows(case: Case | None, *, lost: bool = False, inputs: bool = True) -> None:
    """Ten test images, what the case makes of them, and with `lost` the difference between the two."""
    found = None if case is None else case.rows()
    if case is None or found is None:
        st.caption("The first images come with the first epoch.")
        return
    originals, drawn = found
    shown = [] if not inputs else [originals]
    shown.append(drawn)
    blocks = [images.grid(block, len(block), 1) for block in shown]
    if lost:
        error = images.error_map(originals / 255.0, drawn / 255.0)
        blocks = [np.repeat(block[..., None], 3, axis=-1) for block in blocks] + [
            images.grid(error, len(error), 1)
        ]
    words = (
        (["test images"] if inputs else [])
        + ["as the network draws them"]
        + (["what was lost"] if lost else [])
    )
    show_rows(blocks, f"{', below '.join(words).capitalize()}, after epoch {case.epoch}")
    mse = np.square(originals.astype(np.float64) / 255 - drawn / 255).mean()
    st.caption(f"{' · '.join(words).capitalize()} · epoch {case.epoch} · MSE of these ten {mse:.4f}")


def show_rows(blocks: list[np.ndarray], alt: str) -> None:
    """Pictures of equal width below each other as one, enlarged."""
    gap = np.zeros((2, *blocks[0].shape[1:]), np.uint8)
    parts = [part for block in blocks for part in (block, gap)][:-1]
    sheet = np.concatenate(parts)
    st.image(pictures.uri(images.png(images.upscale(sheet, SCALE))), width=SCALE * sheet.shape[1], alt=alt)


def blog_loss(own: Case | None) -> None:
    """The test loss a pixel beside what the Keras blog reports; the validation loss until it is measured."""
    columns = st.columns(3, gap="small")
    measured = own.job.result.metrics.get("bce") if own and own.job and own.job.result else None
    losses = [] if own is None else list(own.history.get("val_loss", ()))
    value, words = None, "Test loss a pixel"
    if isinstance(measured, float):
        value = measured / PIXELS
    elif losses:
        value, words = min(losses) / PIXELS, "Validation loss a pixel"
    with columns[0]:
        st.metric(
            words,
            "–" if value is None else f"{value:.4f}",
            None if value is None else f"{value - KERAS_BLOG:+.4f} against the blog",
            delta_color="inverse",
            help="Binary cross-entropy, the mean over pixels and images; lower is better. Even a perfect copy has "
            "some, because grey pixels have an entropy.",
        )
    with columns[1]:
        st.metric(
            "The Keras blog reports", f"about {KERAS_BLOG:.3f}", help="Chollet (2016), for the same network."
        )


def _pca_rows() -> None:
    """Before a training: what the best linear code of 32 numbers keeps of the same clothes."""
    data = cache.local_dataset("fashion_mnist") or cache.sample_dataset()
    rows_of = ten(data.test)
    part = data.test.take(rows_of)
    drawn = cache.pca(data.name, 32).reconstruct(part.x)
    error = images.error_map(part.x, drawn)
    blocks = [
        np.repeat(images.grid(block, SHOWN, 1)[..., None], 3, axis=-1)
        for block in (part.values, images.to_uint8(drawn))
    ]
    st.caption(
        f"Nobody has trained it here yet: this is a PCA with 32 numbers, of {DATASETS[data.name].title}."
    )
    show_rows(
        [*blocks, images.grid(error, SHOWN, 1)],
        "Test images, below as a PCA of 32 numbers draws them, what was lost",
    )


def _stand_in(own: Case | None, case: Case | None) -> None:
    if own is None and case is not None:
        st.caption(NO_RUN.format(f"{theme.escaped(case.title)}, with {case.config.code_size} numbers"))


def _better(better: Case | None, *, shown: Case | None) -> None:
    """The same images through the counterpart, unless that is what is shown already."""
    if better is not None and (shown is None or better.model is None or better.model != shown.model):
        st.caption(f"The better choice: {theme.escaped(better.title)}")
        rows(better, inputs=False)
