"""Where an answer is nearer to the clean image than the damaged one was, and where it is farther: by pixel."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ImageError
from aemodels.figures.palette import SURPLUS

REPAIRED: Final = (45, 212, 191)
"""RGB of a pixel whose whole error went away: the teal of outputs, as the dark theme has it."""
HARMED: Final = SURPLUS
LEGEND: Final = "teal: nearer to the clean digit than before; orange: farther from it; black: no change"


def repair_map(change: ArrayLike) -> NDArray[np.uint8]:
    """Change of the absolute error in [-1, 1], (h, w) or (h, w, 1), above 0 repaired -> RGB uint8 (h, w, 3).

    The scale is fixed, so that maps side by side can be compared. What is not finite is black.
    """
    values = np.asarray(change, dtype=np.float64)
    if values.ndim == 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim != 2:
        raise ImageError(f"A map is made of one image, (h, w) or (h, w, 1); received {np.shape(change)}.")
    values = np.clip(np.nan_to_num(values, nan=0.0), -1.0, 1.0)
    colours = np.where((values > 0)[..., None], np.array(REPAIRED), np.array(HARMED))
    return np.rint(np.abs(values)[..., None] * colours).astype(np.uint8)
