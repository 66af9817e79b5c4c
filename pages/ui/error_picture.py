"""The error of a reconstruction as a picture, in the one diverging scale of all pages.

Black where the answer is right, as the ground of every image is black; blue where ink is missing, orange where
there is too much. The scale is fixed, so that two errors side by side can be compared.
"""

from __future__ import annotations

from typing import Final

import numpy as np

MISSING: Final = np.array([63, 144, 218])  # blue and orange of the digit palette: apart for colour-blind eyes
TOO_MUCH: Final = np.array([255, 169, 14])
FULL: Final = 0.8  # an error this large gets the full colour


def error_picture(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The error `y − x` of one image, (28, 28, 1) or (1, 28, 28, 1) in [0, 1], as uint8 RGB (28, 28, 3)."""
    error = (np.asarray(y, np.float64) - np.asarray(x, np.float64)).reshape(*x.shape[-3:-1], 1)
    strength = np.clip(np.abs(error) / FULL, 0.0, 1.0)
    return np.rint(strength * np.where(error < 0, MISSING, TOO_MUCH)).astype(np.uint8)
