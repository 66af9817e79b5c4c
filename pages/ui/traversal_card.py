"""A code of more than two numbers, number by number: a slider each, and what the decoder draws while it moves."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures import images
from aemodels.latent import traversal
from pages.ui import cache, choice, code_slider, pictures, places, state, theme

STEPS: Final = 8
SCALE: Final = 2
MOST: Final = 32  # numbers that are shown at a time, those that vary most first


def traversal_card(name: str) -> None:
    """A switch, and below it a slider and a row of images for each number of the code."""
    z = cache.codes(name).z
    size = z.shape[1]
    if size <= 2 or not cache.draws_images(name):
        return
    if not st.toggle(f"Show what each of the {size} numbers does", key=state.TRAVERSAL.name):
        return
    unused = traversal.dead(z) & cache.card(name).config.variational
    aside = f"from the place above, the one that varies most first; {int(unused.sum())} unused"
    with theme.card("Number by number", role="code", aside=aside, key="traversal_card"):
        order = _page(traversal.order(z))
        chosen = choice.current(name)
        variance = traversal.activity(z)
        code = np.asarray(chosen.code, np.float32)
        walks = np.concatenate([traversal.traverse(code, z, number, STEPS) for number in order])
        rows = cache.answering(name).decode(walks).reshape(len(order), STEPS, 28, 28, 1)
        for first in range(0, len(order), 2):
            for column, index in zip(st.columns(2, gap="medium"), (first, first + 1), strict=True):
                if index < len(order):
                    number = order[index]
                    what = "unused" if unused[number] else f"σ² = {variance[number]:.2f}"
                    with column:
                        _row(name, chosen, number, rows[index], what)


def _page(order: list[int]) -> list[int]:
    """The numbers that are shown just now, of all in their order."""
    if len(order) <= MOST:
        return order
    pages = {first: f"{first + 1} to {min(first + MOST, len(order))}" for first in range(0, len(order), MOST)}
    if state.TRAVERSAL_PAGE.get() not in pages:
        state.TRAVERSAL_PAGE.set(0)
    first = st.segmented_control(
        "Numbers, in that order",
        list(pages),
        key=state.TRAVERSAL_PAGE.name,
        default=0,
        required=True,
        format_func=pages.__getitem__,
    )
    return order[int(first) : int(first) + MOST]


def _row(name: str, chosen: choice.Choice, number: int, row: np.ndarray, what: str) -> None:
    title = f"z{places.subscript(number + 1)}"
    strip = images.grid(row, STEPS, gap=0)
    with st.container(gap=None):
        code_slider.code_slider(name, chosen, number, state.row_slider(number), aside=what)
        alt = f"The image while {title} moves from low to high, {what}"
        st.image(pictures.data_uri(strip[..., None], scale=SCALE), width=SCALE * strip.shape[1], alt=alt)
