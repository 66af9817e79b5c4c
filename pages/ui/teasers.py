"""Home's four cards on what the other pages do, each with small pictures made of what is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import corruptions
from aemodels.errors import AemodelsError
from pages.ui import arrow, cache, navigation, pictures
from pages.ui.home_row import Shown

SCALE: Final = 2
HEIGHT: Final = 56  # pixels of the pictures


@dataclass(frozen=True)
class Teaser:
    """One card: the page it leads to, its title, a line of text, and how its pictures are drawn."""

    page: str
    title: str
    text: str
    draw: Callable[[str, Shown], None]


def teasers(name: str, shown: Shown) -> None:
    """The four cards in a row, for the model `name` and the digit that the pipeline shows."""
    for column, teaser in zip(st.columns(len(TEASERS), gap="small"), TEASERS, strict=True):
        with column, st.container(border=True, gap="xxsmall", height="stretch", key=f"{teaser.page}_card"):
            navigation.link(teaser.page, f"**{teaser.title}**")
            st.caption(teaser.text)
            teaser.draw(name, shown)


def _own_digit(name: str, shown: Shown) -> None:
    pictures.strip([shown.x, shown.y], alts=["A digit", "Its reconstruction"], scale=SCALE)


def _noise(name: str, shown: Shown) -> None:
    levels = (0.0, 0.35, 0.7)
    images = [
        shown.x if not level else corruptions.corrupt(shown.x, "gaussian", level, 0) for level in levels
    ]
    pictures.strip(images, alts=["The digit", "With some noise", "With much noise"], scale=SCALE)


def _walk(name: str, shown: Shown) -> None:
    codes = cache.codes(name)
    ends = [codes.z[codes.labels == label].mean(axis=0) for label in (0, 1)]
    steps = np.linspace(0.0, 1.0, 3, dtype=np.float32)[:, None]
    images = cache.answering(name).decode(ends[0] * (1 - steps) + ends[1] * steps)
    pictures.strip(
        list(images), alts=[f"Step {step} of 3 from one class to another" for step in (1, 2, 3)], scale=SCALE
    )


def _losses(name: str, shown: Shown) -> None:
    try:
        history = cache.history(name)
    except AemodelsError:
        return
    curves = [history[column] for column in ("loss", "val_loss")]
    st.image(loss_picture(curves), width=176, alt=f"The loss over {len(curves[0])} epochs of training")


def loss_picture(curves: Sequence[Sequence[float]]) -> str:
    """An SVG of training and validation loss, 176×56: enough to see them fall."""
    values = np.concatenate([np.asarray(curve) for curve in curves])
    low, high = float(values.min()), max(float(values.max()), float(values.min()) + 1e-9)
    lines = []
    for curve, role in zip(curves, ("code", "output"), strict=True):
        right = np.linspace(2, 174, max(len(curve), 2))
        points = " ".join(
            f"{x:.1f},{4 + 48 * (high - y) / (high - low):.1f}" for x, y in zip(right, curve, strict=False)
        )
        lines.append(
            f"<polyline points='{points}' fill='none' stroke='{arrow.COLOURS[role]}' stroke-width='2'/>"
        )
    return f"<svg xmlns='http://www.w3.org/2000/svg' width='176' height='{HEIGHT}'>{''.join(lines)}</svg>"


TEASERS: Final = (
    Teaser("reconstruct", "Draw your own", "See what is lost on the way.", _own_digit),
    Teaser("denoise", "Denoise it", "Bury a digit in noise; see what comes back.", _noise),
    Teaser("latent", "Walk the map", "Morph one digit into another.", _walk),
    Teaser("train", "Train your own", "A working map in about a minute.", _losses),
)
