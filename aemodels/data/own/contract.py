"""Two ways from images of any size to 28×28, light ink on a dark ground: as MNIST made its own, or plainly resized.

As MNIST made its own (LeCun et al. 1998, section III.A): the ink's box is scaled, its aspect kept, to fill 20 ×
20 with anti-aliased grey, and placed so that its centre of mass is the centre. It is the procedure of
`data/images.py` without what photographs need (shadows, specks, widths of strokes), for many small images at
once; what already is as MNIST's stays as it is.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from PIL import Image

from aemodels.data.images import CENTRE, SIDE
from aemodels.data.strokes import BOX

INK: Final = 0.3  # of the strongest: where the box of the ink begins
FAINT: Final = 0.1  # contrast below which an image counts as constant
_PART: Final = 1_000  # images that are worked on at once


def light_on_dark(images: np.ndarray) -> bool:
    """Whether most of the images (uint8 (n, h, w)) are light on dark: their border is darker than what is within.

    Where the border says nothing, the rarer of light and dark is the ink.
    """
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    ground = np.median(border, axis=1)
    middle = (images.reshape(len(images), -1).min(axis=1) / 2.0) + images.reshape(len(images), -1).max(
        axis=1
    ) / 2.0
    return float((ground <= middle).mean()) >= 0.5


def fitted(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture uint8 (h, w) in a square of `side`: its aspect kept, its ground continued, as large as it fits."""
    height, width = picture.shape
    if height == width == side:
        return picture
    longer = max(height, width)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    square = np.full((longer, longer), np.uint8(np.median(border)))
    top, left = (longer - height) // 2, (longer - width) // 2
    square[top : top + height, left : left + width] = picture
    return np.asarray(Image.fromarray(square).resize((side, side), Image.Resampling.BILINEAR))


def plain(images: np.ndarray, *, inverted: bool) -> np.ndarray:
    """Resized by Pillow, and nothing else, but for turning light and dark round: uint8 (n, 28, 28)."""
    result = np.empty((len(images), SIDE, SIDE), np.uint8)
    for row, image in enumerate(images):
        result[row] = fitted(image, SIDE)
    return 255 - result if inverted else result


def as_mnist(images: np.ndarray, *, inverted: bool) -> np.ndarray:
    """Each image scaled and centred by its ink: uint8 (n, 28, 28). One without any ink is plainly resized.

    Args:
        images: uint8 (n, h, w), sides of 28 to 64 pixels.
        inverted: whether the ink is dark on a light ground.
    """
    result = np.empty((len(images), SIDE, SIDE), np.uint8)
    for start in range(0, len(images), _PART):
        part = images[start : start + _PART]
        result[start : start + _PART] = _part(255 - part if inverted else part)
    return result


def _part(images: np.ndarray) -> np.ndarray:
    values = images.astype(np.float32) / 255
    flat = values.reshape(len(values), -1)
    border = np.concatenate([values[:, 0], values[:, -1], values[:, :, 0], values[:, :, -1]], axis=1)
    ground = np.minimum(np.median(border, axis=1), np.median(flat, axis=1))
    contrast = flat.max(axis=1) - ground
    inked = contrast > FAINT
    strength = np.clip((values - ground[:, None, None]) / np.maximum(contrast, FAINT)[:, None, None], 0, 1)
    boxed = _boxes(strength)
    placed = np.rint(_centred(boxed) * 255).astype(np.uint8)
    if images.shape[1:] == (SIDE, SIDE):
        kept = _like_mnist(values)
        placed[kept] = images[kept]
    for row in np.flatnonzero(~inked):
        placed[row] = fitted(images[row], SIDE)
    return placed


def _boxes(strength: np.ndarray) -> np.ndarray:
    """The ink of each image (n, h, w) scaled into (n, 20, 20), its aspect kept, in the middle."""
    over = strength > INK
    top, bottom = _ends(over.any(axis=2))
    left, right = _ends(over.any(axis=1))
    longer = np.maximum(bottom - top, right - left)
    rows = _weights((top + bottom) / 2, longer, strength.shape[1])
    columns = _weights((left + right) / 2, longer, strength.shape[2])
    return np.clip(np.matmul(np.matmul(rows, strength), columns.transpose(0, 2, 1)), 0, 1)


def _ends(hit: Any) -> tuple[np.ndarray, np.ndarray]:
    """The first place and the one after the last that is True, of each row of (n, length)."""
    first = hit.argmax(axis=1)
    last = hit.shape[1] - hit[:, ::-1].argmax(axis=1)
    return first.astype(np.float32), last.astype(np.float32)


def _weights(middle: np.ndarray, longer: np.ndarray, length: int) -> np.ndarray:
    """For each image what each of `length` pixels gives to each of 20, float32 (n, 20, length).

    Triangles one new pixel wide, or one old one where it is enlarged, as Pillow's bilinear resampling has them.
    """
    step = longer / BOX  # old pixels to a new one
    centres = middle[:, None] + (np.arange(BOX, dtype=np.float32) + 0.5 - BOX / 2) * step[:, None]
    distance = np.abs(centres[:, :, None] - (np.arange(length, dtype=np.float32) + 0.5))
    weights = np.maximum(0, 1 - distance / np.maximum(step, 1)[:, None, None])
    # Pixels outside the image are ground: they count in the sum, and give nothing.
    total = np.maximum(step, 1)[:, None, None]
    return (weights / np.maximum(weights.sum(axis=2, keepdims=True), total)).astype(np.float32)


def _centred(boxes: np.ndarray) -> np.ndarray:
    """(n, 20, 20) placed by whole pixels in (n, 28, 28), each centre of mass in the middle."""
    mass = np.maximum(boxes.sum(axis=(1, 2)), 1e-6)
    steps = np.arange(BOX, dtype=np.float32)
    down = boxes.sum(axis=2) @ steps / mass
    across = boxes.sum(axis=1) @ steps / mass
    tops = np.clip(np.rint(CENTRE - down), 0, SIDE - BOX).astype(int)
    lefts = np.clip(np.rint(CENTRE - across), 0, SIDE - BOX).astype(int)
    result = np.zeros((len(boxes), SIDE, SIDE), np.float32)
    for top, left in set(zip(tops.tolist(), lefts.tolist(), strict=True)):
        here = (tops == top) & (lefts == left)
        result[here, top : top + BOX, left : left + BOX] = boxes[here]
    return result


def _like_mnist(values: np.ndarray) -> np.ndarray:
    """Of each image (n, 28, 28) in [0, 1] what `images.is_like_mnist` says."""
    edge = np.concatenate([values[:, 0], values[:, -1], values[:, :, 0], values[:, :, -1]], axis=1)
    inked = values > 0.02
    (top, bottom), (left, right) = _ends(inked.any(axis=2)), _ends(inked.any(axis=1))
    longer = np.maximum(bottom - top, right - left)
    mass = np.maximum(values.sum(axis=(1, 2)), 1e-6)
    steps = np.arange(SIDE, dtype=np.float32)
    off = [np.abs(values.sum(axis=axis) @ steps / mass - CENTRE) for axis in (2, 1)]
    return (
        ((edge > 0.02).mean(axis=1) <= 0.2)
        & (values.max(axis=(1, 2)) >= 0.9)
        & (longer >= BOX - 1)
        & (longer <= BOX)
        & (off[0] < 0.55)
        & (off[1] < 0.55)
    )
