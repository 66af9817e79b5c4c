"""Exact Euclidean distances in small black-and-white shapes, several times as fast as a general transform.

Strokes are thin, so the nearest ground, or the nearest ink, is near: first the distance along one axis, by a
running maximum, then the few shifts along the other that can still bring something nearer (the two passes of
Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions", 2012, with a bound instead of an
envelope).
"""

from __future__ import annotations

import numpy as np

_FAR = 180  # beyond it distances along one axis are not told apart; twice its square still is a uint16


def squared_to_ground(shape: np.ndarray) -> np.ndarray:
    """Squared distance from every pixel of a shape to the nearest pixel of its ground.

    Args:
        shape: bool (h, w), sides of up to 360 pixels. All around it lies ground.

    Returns:
        uint16 (h, w) in pixels squared, 0 on the ground.
    """
    along = np.minimum(_to_nearest(~shape, outside=True), _FAR).astype(np.uint16)
    along = np.ascontiguousarray((along * along).T)  # so that a shift moves whole rows of memory
    nearest = along.copy()
    width = len(along)
    shift, farthest = 1, int(nearest.max())
    while shift <= width and shift * shift < farthest:
        square = np.uint16(shift * shift)
        if shift < width:
            moved = along + square
            np.minimum(nearest[shift:], moved[:-shift], out=nearest[shift:])
            np.minimum(nearest[:-shift], moved[shift:], out=nearest[:-shift])
        for outermost in (shift - 1, width - shift):  # the ground outside, to the left and to the right
            np.minimum(nearest[outermost], square, out=nearest[outermost])
        shift += 1
        if shift % 4 == 0:  # looking costs as much as a shift
            farthest = int(nearest.max())
    return nearest.T


def grown(shape: np.ndarray, radius: float) -> np.ndarray:
    """All pixels within `radius` of a shape, bool (h, w) → bool (h + 2r, w + 2r) with r = int(radius)."""
    rim = int(radius)
    height, width = shape.shape
    along = _to_nearest(np.pad(shape, ((0, 0), (rim, rim))).T, outside=False).T
    result = np.zeros((height + 2 * rim, width + 2 * rim), bool)
    for shift in range(rim + 1):
        reached = along <= int((radius**2 - shift**2) ** 0.5)
        result[rim + shift : rim + shift + height] |= reached
        result[rim - shift : rim - shift + height] |= reached
    return result


def _to_nearest(marked: np.ndarray, *, outside: bool) -> np.ndarray:
    """Distance down or up a column to the nearest marked pixel, int16; `outside`: those beyond count too."""
    rows = np.arange(len(marked), dtype=np.int16)[:, None]
    before, after = (-1, len(marked)) if outside else (-10_000, 10_000)
    above = np.maximum.accumulate(np.where(marked, rows, np.int16(before)), axis=0)
    below = np.minimum.accumulate(np.where(marked, rows, np.int16(after))[::-1], axis=0)[::-1]
    return np.minimum(rows - above, below - rows)
