"""Images as pictures: bytes, whole-factor enlargement, grids, the error map, PNG, data URI. No figure library."""

import base64
import io
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ImageError
from aemodels.figures.palette import MISSING, SURPLUS

Bytes = NDArray[np.uint8]


def to_uint8(x: ArrayLike) -> Bytes:
    """[0, 1] -> 0 .. 255, rounded, values outside clipped, NaN as 0; a last axis of length 1 is dropped.

    uint8 comes back as it is, so that stored images and decoded ones can be treated alike.
    """
    values = np.asarray(x)
    if values.ndim > 2 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.dtype == np.uint8:
        return values
    return np.rint(np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0) * 255.0).astype(np.uint8)


def upscale(x: NDArray, factor: int) -> NDArray:
    """Each pixel as a square of `factor` x `factor`: (h, w) or (h, w, channels), a whole factor of 1 or more."""
    if factor != int(factor) or factor < 1:
        raise ImageError(f"Images are enlarged by whole factors of 1 or more; received {factor}.")
    return x.repeat(int(factor), axis=0).repeat(int(factor), axis=1)


def grid(images: ArrayLike, columns: int, gap: int = 2, ground: int = 0) -> Bytes:
    """Images (n, h, w), (n, h, w, 1) or RGB (n, h, w, 3) in one picture, row by row, `gap` pixels between.

    uint8 (rows (h + gap) - gap, columns (w + gap) - gap[, 3]); places without an image have the ground's grey.
    """
    tiles = to_uint8(images)
    if tiles.ndim not in (3, 4) or not len(tiles) or columns < 1 or gap < 0:
        raise ImageError(
            "A grid needs at least one image, shape (n, h, w), and at least one column;"
            f" received shape {tiles.shape}, {columns} columns, a gap of {gap}."
        )
    count, height, width = tiles.shape[:3]
    rows = math.ceil(count / columns)
    size = (rows * (height + gap) - gap, columns * (width + gap) - gap)
    picture = np.full((*size, *tiles.shape[3:]), ground, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        picture[top : top + height, left : left + width] = tile
    return picture


def error_map(x: ArrayLike, y: ArrayLike) -> Bytes:
    """The signed error x - y of images in [0, 1] in the diverging scale: the shape of x, then RGB, uint8.

    The scale is fixed to [-1, 1], so that errors side by side can be compared: black where the output is
    right (the ground of every image is black), blue where ink is missing, orange where there is too much.
    """
    truth, output = (np.asarray(part, dtype=np.float64) for part in (x, y))
    if truth.shape != output.shape:
        raise ImageError(
            f"An error map compares images of one shape; received {truth.shape} and {output.shape}."
        )
    error = np.clip(np.nan_to_num(truth - output), -1.0, 1.0)
    if error.ndim > 2 and error.shape[-1] == 1:
        error = error[..., 0]
    colours = np.where((error > 0)[..., None], np.array(MISSING), np.array(SURPLUS))
    return np.rint(np.abs(error)[..., None] * colours).astype(np.uint8)


def png(picture: NDArray) -> bytes:
    """A grey (h, w) or RGB (h, w, 3) picture, uint8 or in [0, 1], as PNG."""
    from PIL import Image

    pixels = to_uint8(picture)
    if not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[-1] == 3)) or 0 in pixels.shape:
        raise ImageError(f"A PNG is made of a picture (h, w) or (h, w, 3); received {np.shape(picture)}.")
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def data_uri(data: bytes) -> str:
    """A PNG as an address that carries it: for pictures that change faster than a server keeps files."""
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")
