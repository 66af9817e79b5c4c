"""Arrays of numbers of any allowed type → uint8 images, in parts, so that no second copy of all is ever there."""

from __future__ import annotations

import math

import numpy as np

from aemodels.data.own.limits import LARGEST_SIDE, SMALLEST_SIDE, refused

_PART = 2_000_000  # numbers that are worked on at once
_LUMA = np.asarray([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow has it


def image_shape(shape: tuple[int, ...], what: str) -> tuple[int, int, int, int]:
    """Images, height, width and channels of an array of this shape. Raises DatasetError for any other.

    Allowed are (n, h, w), (n, h, w, 1), (n, h, w, 3) and (n, h · h), sides of 28 to 64 pixels.
    """
    found = (0, 0, 0, 0)
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        found = (shape[0], side, side, 1) if side * side == shape[1] else found
    elif len(shape) == 3:
        found = (*shape, 1)
    elif len(shape) == 4 and shape[3] in (1, 3):
        found = shape
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in found[1:3]):
        raise refused(
            f"{what} has the shape {shape_words(shape)}.",
            f"Images are expected as (n, height, width), {SMALLEST_SIDE} to {LARGEST_SIDE} pixels each way.",
        )
    return found


def shape_words(shape: tuple[int, ...]) -> str:
    """`(60000, 28, 28)`, shortened where somebody claims a monster."""
    text = ", ".join(str(length) if abs(length) < 10**15 else "…" for length in shape[:6])
    return f"({text}{', …' if len(shape) > 6 else ''})"


def as_bytes(values: np.ndarray, what: str) -> np.ndarray:
    """Grey or colour images (n, h, w) or (n, h, w, 1 or 3), of bool, whole numbers or floats → uint8 (n, h, w).

    Numbers lie from 0 to 255, or from 0 to 1 where none of all is above 1.
    Raises DatasetError where one is not finite or lies elsewhere.
    """
    flat = values.reshape(len(values), -1)
    rows = max(1, _PART // max(1, flat.shape[1]))
    parts = [slice(start, start + rows) for start in range(0, len(flat), rows)]
    most = max(_checked_most(flat[part], part.start, what) for part in parts)
    colour = values.ndim == 4 and values.shape[3] == 3
    if values.dtype == np.uint8 and most > 1 and not colour:
        return values.reshape(values.shape[:3])
    factor = np.float32(255 if most <= 1 else 1)
    result = np.empty(values.shape[:3], np.uint8)
    for part in parts:
        scaled = values[part].astype(np.float32) * factor
        grey = scaled @ _LUMA if colour else scaled.reshape(scaled.shape[:3])
        result[part] = np.rint(grey).astype(np.uint8)
    return result


def _checked_most(flat: np.ndarray, first: int, what: str) -> float:
    low, high = flat.min(), flat.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        row = first + int(np.flatnonzero(~np.isfinite(flat).all(axis=1))[0])
        raise refused(
            f"{what} holds a number that is not finite, in image {row + 1}.",
            "Pixels are 0 to 255, or 0 to 1.",
        )
    if low < 0 or high > 255:
        row = first + int(np.flatnonzero(((flat < 0) | (flat > 255)).any(axis=1))[0])
        raise refused(
            f"{what} holds numbers from {float(low):.6g} to {float(high):.6g}, first in image {row + 1}.",
            "Pixels are 0 to 255, or 0 to 1.",
        )
    return float(high)
