"""Where the ink is in a grey picture: which marks are digits, rather than noise, specks or a frame.

How dark the ink is against its ground tells `ground.py`. Two thresholds joined by connection make marks of it:
Canny's hysteresis ("A computational approach to edge detection", 1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aemodels.data.ground import NOTHING, SPECK, against_ground
from aemodels.errors import ImageError

MOST_MARKS = 40  # more than that are a text, a texture or noise


@dataclass(frozen=True)
class Marks:
    """Connected marks of ink in a picture, dirt and frames left out.

    `strength`: float32 (h, w) in [0, 1], 1 = full ink. `labels`: int32, a number from 1 for each pixel of a mark,
    0 elsewhere, of the part of the picture that `place` (rows, columns) cuts out. `boxes`: int (marks, 4), each
    mark's top, left, bottom and right in the picture, the last two exclusive.
    """

    strength: np.ndarray
    labels: np.ndarray
    place: tuple[slice, slice]
    boxes: np.ndarray
    light_on_dark: bool
    rim_level: float

    def ink(self, numbers: Sequence[int] | None = None) -> np.ndarray:
        """Ink of some marks, or of all, with the pale rims of their strokes: float32 (h, w), 0 elsewhere."""
        chosen = np.zeros(len(self.boxes) + 1, bool)
        chosen[1:] = numbers is None
        chosen[list(numbers or ())] = True
        core = chosen[self.labels]
        free = core | (self.labels == 0)  # another digit's ink is no rim of this one
        part = self.strength[self.place]
        near = _widened(core, _rim(self.strength.shape)) & free & (part > self.rim_level)
        alone = np.zeros_like(self.strength)
        alone[self.place] = np.where(near, part, np.float32(0))
        return alone


def find_marks(grey: np.ndarray) -> Marks:
    """Find the marks that a pen left in a picture.

    Args:
        grey: float32 (h, w) in [0, 1], 0 = black.

    Returns:
        The marks, at most `MOST_MARKS`.

    Raises:
        ImageError: the picture is blank, or shows noise or a texture only.
    """
    strength, noise, light_on_dark = against_ground(grey)
    return _marks(strength, noise, light_on_dark)


_TOO_MUCH = (
    "The picture shows many marks, not one digit. Please cut it so that a single digit, on an even ground, "
    "is left."
)


def _marks(strength: np.ndarray, noise: float, light_on_dark: bool) -> Marks:
    """Connected marks, without specks and without frames at the border."""
    from scipy import ndimage

    low, high = max(0.4, min(0.6, 3.5 * noise)), 0.6
    place = _surroundings(strength > low, _rim(strength.shape))
    part = strength[place]
    labels, count = ndimage.label(part > low, np.ones((3, 3), int))
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    solid = np.bincount(labels[part > high], minlength=count + 1)[1:] > 0
    corner = np.array([place[0].start, place[1].start] * 2)
    boxes = corner + [
        (rows.start, columns.start, rows.stop, columns.stop) for rows, columns in ndimage.find_objects(labels)
    ]
    solid &= ~_are_frames(boxes, solid, areas, labels, strength.shape, corner)
    if not solid.any():
        raise ImageError(NOTHING)
    largest = int(np.argmax(np.where(solid, areas, 0)))
    extent = int((boxes[largest, 2:] - boxes[largest, :2]).max())
    if extent < max(4, 0.025 * min(strength.shape)) or areas[largest] < 5:
        raise ImageError(NOTHING)
    kept = solid & (areas >= max(SPECK * areas[largest], 2))
    if int(kept.sum()) > MOST_MARKS:
        raise ImageError(_TOO_MUCH)
    numbers = np.concatenate([[0], np.where(kept, np.cumsum(kept), 0)])[labels]
    # The anti-aliased rim of a stroke lies below the threshold, and belongs to it.
    return Marks(strength, numbers, place, boxes[kept], light_on_dark, min(low, 2.5 * noise))


def _rim(shape: tuple[int, ...]) -> int:
    return 1 if max(shape) < 100 else 2


def _surroundings(inked: np.ndarray, margin: int) -> tuple[slice, slice]:
    """The part of a picture (bool) that holds all ink, and a margin. Raises ImageError where there is none."""
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        raise ImageError(NOTHING)
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + 1 + margin),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + 1 + margin),
    )


def _widened(core: np.ndarray, by: int) -> np.ndarray:
    """A bool picture with every pixel grown into a square of side 1 + 2 · by."""
    wide = core.copy()
    for shift in range(1, by + 1):
        wide[shift:] |= core[:-shift]
        wide[:-shift] |= core[shift:]
    square = wide.copy()
    for shift in range(1, by + 1):
        square[:, shift:] |= wide[:, :-shift]
        square[:, :-shift] |= wide[:, shift:]
    return square


def _are_frames(
    boxes: np.ndarray,
    solid: np.ndarray,
    areas: np.ndarray,
    labels: np.ndarray,
    shape: tuple[int, ...],
    corner: np.ndarray,
) -> np.ndarray:
    """Which marks only run along the picture's border (an edge of the desk, a screenshot's frame).

    If nothing else is there, one that ends well before the picture does is a stroke: a 1 drawn at the side.
    """
    sides = np.array(shape[:2])
    band = max(1, round(0.04 * int(sides.min())))
    share = ((boxes[:, 2:] - boxes[:, :2]) / sides).max(axis=1)
    touches = (boxes[:, :2] == 0).any(axis=1) | (boxes[:, 2:] == sides).any(axis=1)
    first, last = band - corner[:2], sides - band - corner[:2]
    inner = labels[max(first[0], 0) : max(last[0], 0), max(first[1], 0) : max(last[1], 0)]
    inside = np.bincount(inner.ravel(), minlength=len(areas) + 1)[1:]
    frames = (share > 0.5) & touches & (inside < 0.25 * areas)
    alone = not (solid & ~frames).any()
    return frames & (share > 0.85) if alone else frames
