"""The card in the middle of the pipeline: the code of the digit, as numbers and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import streamlit as st

from pages.ui import cache, code_picture, pictures, theme

IMAGE = "code_image"  # key of the container around the picture
PICTURE_WIDTH = 196  # pixels


@contextmanager
def code_card() -> Iterator[None]:
    """The card in which `code` is shown."""
    with st.container(
        border=True, width="stretch", gap="xsmall", horizontal_alignment="center", key="code_card"
    ):
        theme.heading("Its code", role="code")
        yield


def code(name: str, z: np.ndarray) -> None:
    """Show the code `z` (d,) that the model `name` gave."""
    shape = cache.map_shape(name)
    picture, wide, alt, words = _maps(z, shape) if shape is not None else _numbers(name, z)
    with st.container(key=IMAGE, gap=None, horizontal_alignment="center"):
        st.image(picture, width=wide, alt=alt)
    st.caption(words)


def as_uri(name: str, z: np.ndarray) -> str:
    """The picture of the code as a data URI."""
    shape = cache.map_shape(name)
    return (_maps(z, shape) if shape is not None else _numbers(name, z))[0]


Picture = tuple[str, int, str, str]
"""A data URI, the width in pixels, the alternative text, and what is written below."""


def _numbers(name: str, z: np.ndarray) -> Picture:
    return _place(name, z) if len(z) == 2 else _bars(z)


def _place(name: str, z: np.ndarray) -> Picture:
    background = cache.code_map(name)
    words = f"z = ({minus(z[0])}, {minus(z[1])})"
    below = f"{words}, among the codes of the test set."
    if background is None:
        return pictures.svg_uri(code_picture.bars(z)), PICTURE_WIDTH, words, below
    picture = code_picture.place_on_map(z, background.bounds, background.uri)
    alt = f"The code's place on the map of all test digits: {words}"
    return pictures.svg_uri(picture), PICTURE_WIDTH, alt, below


def _bars(z: np.ndarray) -> Picture:
    strongest = int(np.abs(z).argmax())
    words = f"The strongest is number {strongest + 1}: {minus(z[strongest])}."
    alt = f"{len(z)} bars, one for each number of the code. {words}"
    below = f"{len(z)} number{'s' * (len(z) > 1)}. {words}"
    return pictures.svg_uri(code_picture.bars(z)), PICTURE_WIDTH, alt, below


def _maps(z: np.ndarray, shape: tuple[int, int, int]) -> Picture:
    rows, columns, filters = shape
    sheet = code_picture.tiles(z, shape)
    scale = max(PICTURE_WIDTH // sheet.shape[1], 1)
    more = " That is more than the 784 pixels it came from: nothing is compressed." if len(z) > 784 else ""
    alt = f"{filters} feature maps of {rows} by {columns}"
    below = f"{filters} maps of {rows}×{columns}.{more}"
    return pictures.data_uri(sheet, scale=scale), scale * sheet.shape[1], alt, below


def minus(value: float) -> str:
    """A number with two decimals and a true minus sign."""
    return f"{value:.2f}".replace("-", "−")
