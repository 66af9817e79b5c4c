"""Small images, shown sharp: 28×28 arrays as pixelated PNGs inside the page itself.

An image goes to the browser as a data URI. Streamlit's own files for images may be gone again before the
browser asks for them when they change quickly; a data URI cannot be.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from PIL import Image

SIDE: Final = 28  # pixels


def gray_pixels(image: np.ndarray) -> np.ndarray:
    """One image of the contract, (28, 28, 1), (28, 28) or (1, 28, 28, 1) in [0, 1], as uint8 (28, 28).

    RGB uint8 (28, 28, 3), as the error image has it, passes through unchanged.
    """
    array = np.asarray(image)
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[-1] == 3:
        return array
    square = array.reshape(array.shape[-3:-1] if array.shape[-1] == 1 else array.shape[-2:])
    if square.dtype == np.uint8:
        return square
    return np.rint(np.clip(np.nan_to_num(square), 0.0, 1.0) * 255).astype(np.uint8)


def png(image: np.ndarray, *, scale: int = 1) -> bytes:
    """The image as PNG, each pixel `scale` pixels wide and high."""
    pixels = gray_pixels(image).repeat(scale, axis=0).repeat(scale, axis=1)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def data_uri(image: np.ndarray, *, scale: int = 1) -> str:
    """The image as `data:image/png;base64,…`."""
    return uri(png(image, scale=scale))


def uri(data: bytes) -> str:
    """A PNG as `data:image/png;base64,…`."""
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def svg_uri(picture: str) -> str:
    """An SVG as `data:image/svg+xml;base64,…`."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode("utf-8")).decode("ascii")


def show(
    image: np.ndarray, *, alt: str, scale: int = 7, key: str | None = None, caption: str | None = None
) -> None:
    """One image, `scale` screen pixels to each of its pixels (7 is 196 wide).

    `alt` is what a screen reader says; `key` names the container around the image (`st-key-…`).
    """
    with st.container(key=key, gap=None):
        width = gray_pixels(image).shape[1] * scale
        st.image(data_uri(image, scale=scale), width=width, alt=alt, caption=caption)


def strip(
    images: Sequence[np.ndarray],
    *,
    alts: Sequence[str],
    scale: int = 2,
    key: str | None = None,
) -> None:
    """Several small images in a row that wraps where it must."""
    with st.container(key=key, gap=None):
        width = gray_pixels(images[0]).shape[1] * scale if len(images) else scale
        st.image([data_uri(image, scale=scale) for image in images], width=width, alt=list(alts))


def fitted(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """A grey uint8 (h, w) picture as large as it fits into width × height; small ones by a whole factor."""
    factor = min(width / image.shape[1], height / image.shape[0])
    if factor >= 1:
        return image.repeat(int(factor), axis=0).repeat(int(factor), axis=1)
    size = (max(int(image.shape[1] * factor), 1), max(int(image.shape[0] * factor), 1))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))


def thumbnail(image: np.ndarray, *, alt: str, side: int) -> None:
    """A grey uint8 (h, w) picture of any size, fitted into a square of `side` pixels."""
    small = fitted(image, side, side)
    st.image(data_uri(small[..., None]), width=small.shape[1], alt=alt)
