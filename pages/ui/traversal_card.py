"""A code of more than two numbers, number by number: what the decoder draws while one of them moves."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures import images
from aemodels.latent import traversal
from pages.ui import cache, choice, pictures, places, state, theme

STEPS: Final = 7
SCALE: Final = 2
LABEL: Final = 78  # pixels
MOST: Final = 32  # numbers that are shown: those that vary most


def traversal_card(name: str) -> None:
    """A switch, and below it a row of images for each number of the code, the one that varies most first."""
    z = cache.codes(name).z
    size = z.shape[1]
    if size <= 2 or not st.toggle(f"Show what each of the {size} numbers does", key=state.TRAVERSAL.name):
        return
    order = traversal.order(z)[:MOST]
    variance = traversal.activity(z)
    unused = traversal.dead(z) & cache.card(name).config.variational
    code = np.asarray(choice.current(name).code, np.float32)
    walks = np.concatenate([traversal.traverse(code, z, number, STEPS) for number in order])
    decoded = cache.answering(name).decode(walks)
    if decoded.ndim != 4:
        return
    aside = f"each over 2 standard deviations to both sides, from the place above; {int(unused.sum())} unused"
    with theme.card("Number by number", role="code", aside=aside, key="traversal_card"):
        rows = decoded.reshape(len(order), STEPS, *decoded.shape[1:])
        for left, right in zip(order[::2], [*order[1::2], None], strict=False):
            pair = st.columns(2)
            for column, number in zip(pair, (left, right), strict=True):
                if number is not None:
                    with column:
                        _row(number, rows[order.index(number)], float(variance[number]), bool(unused[number]))


def _row(number: int, row: np.ndarray, variance: float, unused: bool) -> None:
    title = f"z{places.subscript(number + 1)}"
    what = "unused" if unused else f"σ² = {variance:.2f}"
    strip = images.grid(row, STEPS, gap=0)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(f"{title}  \n:small[:gray[{what}]]", width=LABEL)
        alt = f"The image while {title} moves from low to high, {what}"
        st.image(pictures.data_uri(strip[..., None], scale=SCALE), width=SCALE * strip.shape[1], alt=alt)
