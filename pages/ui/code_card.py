"""The card in the middle of the pipeline: the code of the digit, as numbers and as a picture."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import cache, code_picture, pictures, theme

PICTURE_WIDTH = 220  # pixels; less where the card is narrow


def code_card(name: str, z: np.ndarray) -> None:
    """Show the code `z` (d,) that the model `name` gave."""
    with st.container(
        border=True, width="stretch", gap="xsmall", horizontal_alignment="center", key="code_card"
    ):
        theme.heading("Its code", role="code")
        shape = cache.map_shape(name)
        if shape is not None:
            _maps(z, shape)
        elif len(z) == 2:
            _place(name, z)
        else:
            _bars(z)


def _place(name: str, z: np.ndarray) -> None:
    background = cache.code_map(name)
    words = f"z = ({minus(z[0])}, {minus(z[1])})"
    if background is None:
        st.image(code_picture.bars(z), width=PICTURE_WIDTH, alt=words)
    else:
        picture = code_picture.place_on_map(z, background.bounds, background.uri)
        st.image(picture, width=PICTURE_WIDTH, alt=f"The code's place on the map of all test digits: {words}")
    st.caption(f"{words}, among the codes of the test set.")


def _bars(z: np.ndarray) -> None:
    strongest = int(np.abs(z).argmax())
    words = f"The strongest is number {strongest + 1}: {minus(z[strongest])}."
    st.image(
        code_picture.bars(z),
        width=PICTURE_WIDTH,
        alt=f"{len(z)} bars, one for each number of the code. {words}",
    )
    st.caption(f"{len(z)} number{'s' * (len(z) > 1)}. {words}")


def _maps(z: np.ndarray, shape: tuple[int, int, int]) -> None:
    rows, columns, filters = shape
    sheet = code_picture.tiles(z, shape)
    pictures.show(
        sheet,
        alt=f"{filters} feature maps of {rows} by {columns}",
        scale=max(PICTURE_WIDTH // sheet.shape[1], 1),
    )
    more = " That is more than the 784 pixels it came from: nothing is compressed." if len(z) > 784 else ""
    st.caption(f"{filters} maps of {rows}×{columns}.{more}")


def minus(value: float) -> str:
    """A number with two decimals and a true minus sign."""
    return f"{value:.2f}".replace("-", "−")
