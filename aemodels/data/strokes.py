"""Strokes as thick as MNIST's: the ink as a fine black-and-white shape, its stroke width, and its correction.

MNIST's images were scaled down from binary scans, 128 × 128 (LeCun et al. 1998; Yadav and Bottou, "Cold
Case: the Lost MNIST Digits", 2019): all grey in them comes from that scaling. So the ink becomes a binary
shape of ten fine pixels to one of MNIST's, is thickened or eased there by its distance transform, and
only then scaled down. Widths are in pixels of the 20 × 20 box, measured as for the figures below:
twice the median distance to the ground along the middle of the strokes.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from aemodels.data.distances import grown, squared_to_ground

BOX = 20  # side of the box that the digit fills, in pixels of the model
FINE = 10  # fine pixels to one of them

# Of the first 3,000 training images of MNIST, 90 % have strokes between 1.55 and 3.88 pixels, median 2.35, mean
# 2.45, and a mass of ink of 103 pixels at the mean. The usual width is the one that, with pens of one width,
# gives that mass (101 to 106, drawings of many made-up people); it measures as 2.5 in the finished image.
USUAL_WIDTH = 2.6
WIDE = 3.5
FREE = 0.6  # share of a hole's depth that may be filled
THIN_CORRECTION = 0.9  # how far a thinner stroke is brought to the usual width
WIDE_CORRECTION = 0.6  # how much of what exceeds WIDE is taken away


def fine_shape(strength: np.ndarray) -> np.ndarray:
    """Ink strength → binary shape, cropped, its longer side `BOX * FINE` pixels long (±1).

    Args:
        strength: float32 (h, w) in [0, 1], with some ink over one half.

    Returns:
        bool (height, width), with ink in its first and last row and column.
    """
    crop = _margin(_cropped(strength, 0.35), 2)
    scale = BOX * FINE / (max(crop.shape) - 4)
    if scale > 1.5:
        crop = _even_strokes(crop)
    elif scale < 1:
        crop = _without_hairlines(crop, math.ceil(1 / scale))
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    # Enlarging: bicubic, and the half is the outline. Making smaller: Pillow averages over the area.
    fine = np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.BICUBIC))
    return _cropped(fine > 0.5 * min(1.0, float(fine.max())), 0)


def stroke_width(shape: np.ndarray) -> float:
    """Width of the strokes of a fine shape (bool), in pixels of the 20 × 20 box that it would fill."""
    return _median_width(squared_to_ground(shape)) * BOX / max(shape.shape)


def with_usual_width(shape: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Thicken thin strokes and ease very wide ones, gently: widths that MNIST often has stay.

    Args:
        shape: bool, as from `fine_shape`.

    Returns:
        The new shape (bool, cropped), the width before and the width aimed at, in pixels of the box.
    """
    squared = squared_to_ground(shape)
    width = _median_width(squared) * BOX / max(shape.shape)
    aim = width
    if width < USUAL_WIDTH:
        aim = width + THIN_CORRECTION * (USUAL_WIDTH - width)
    elif width > WIDE:
        aim = width - WIDE_CORRECTION * (width - WIDE)
    # A rim of r all round makes strokes 2r wider and the digit 2r longer, which the scaling takes back:
    # (width + 2r) · BOX / (longer + 2r) = aim, all in fine pixels.
    longer = max(shape.shape)
    radius = (aim - width) * longer / BOX / 2 / (1 - aim / BOX)
    if abs(radius) < 0.3:
        return shape, width, width
    changed = _thicker(shape, radius) if radius > 0 else _thinner(shape, squared, -radius)
    return _cropped(changed, 0), width, aim


def scaled_to_box(shape: np.ndarray) -> np.ndarray:
    """Fine shape → float32 (20, 20) in [0, 1]: longer side filled, aspect kept, shorter one in the middle."""
    longer = max(shape.shape)
    top, left = (longer - shape.shape[0]) // 2, (longer - shape.shape[1]) // 2
    square = np.zeros((longer, longer), np.float32)
    square[top : top + shape.shape[0], left : left + shape.shape[1]] = shape
    small = Image.fromarray(square).resize((BOX, BOX), Image.Resampling.HAMMING)
    return np.clip(np.asarray(small), 0, 1).astype(np.float32)


def _cropped(values: np.ndarray, above: float) -> np.ndarray:
    ink = values > above
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return values[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _margin(values: np.ndarray, by: int) -> np.ndarray:
    return np.pad(values, by)


def _even_strokes(strength: np.ndarray) -> np.ndarray:
    """Thin lines of coarse drawings pale where they fall between pixels: relative to the strongest nearby."""
    from scipy import ndimage

    strongest = ndimage.maximum_filter(strength, 3)
    return strength / np.maximum(strongest, 0.4)


def _without_hairlines(strength: np.ndarray, pixels: int) -> np.ndarray:
    """Every stroke at least as wide as the pixels that become one, so that none pales or breaks."""
    from scipy import ndimage

    return ndimage.maximum_filter(strength, pixels)


def _median_width(squared: np.ndarray) -> float:
    """Twice the distance to the ground along the ridge of the (squared) distances to it, in fine pixels."""
    from scipy import ndimage

    ridge = (squared >= ndimage.maximum_filter(squared, 3)) & (squared > 1)
    if not ridge.any():
        return 1.0
    return 2 * math.sqrt(float(np.median(squared[ridge]))) - 1


def _thicker(shape: np.ndarray, radius: float) -> np.ndarray:
    from scipy import ndimage

    rim = int(radius)
    thick = grown(shape, radius)
    # Loops stay open: of each hole that is no mere dent, the middle is kept free.
    parts, count = ndimage.label(~np.pad(shape, 1))
    if count > 1:  # the first one lies around the digit
        for label, place in enumerate(ndimage.find_objects(parts)[1:], start=2):
            distance = np.sqrt(squared_to_ground(parts[place] == label), dtype=np.float32)
            depth = float(distance.max())
            if depth > 0.5 * FINE and FREE * depth < radius:
                inside = tuple(slice(side.start + rim - 1, side.stop + rim - 1) for side in place)
                thick[inside] &= distance <= FREE * depth
    return thick


def _thinner(shape: np.ndarray, squared: np.ndarray, radius: float) -> np.ndarray:
    from scipy import ndimage

    distance = np.sqrt(squared, dtype=np.float32)
    # Thinner parts of the same digit lose less: at most a third of their own half width.
    nearby = 2 * int(np.ceil(_median_width(squared) / 2)) + 1
    half_width = ndimage.maximum_filter(distance, nearby)
    thin = distance > np.minimum(radius, half_width / 3)
    return thin if thin.any() else shape
