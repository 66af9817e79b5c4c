"""Noise, pixel by pixel, and what else hides or smears a picture: the functions of `corruptions`, pure NumPy.

Each is `apply(x, level, rng) -> x` and trusts its arguments; `corruptions` has their units and their ranges.
"""

import numpy as np


def gaussian(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """clip(x + level · N(0, 1), 0, 1), the noise of recipe R3; `level` is the standard deviation."""
    noisy = rng.standard_normal(x.shape, dtype=np.float32)
    noisy *= np.float32(level)
    noisy += x
    return np.clip(noisy, 0.0, 1.0, out=noisy)


def salt_and_pepper(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A share `level` of the pixels, drawn one by one, becomes black or white with equal chance."""
    lot = rng.random(
        x.shape, dtype=np.float32
    )  # [0, level/2) pepper, [level/2, level) salt, the rest untouched
    noisy = np.where(lot < level, np.float32(1.0), x)
    noisy[lot < level / 2] = 0.0
    return noisy


def speckle(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """clip(x · (1 + level · N(0, 1)), 0, 1): noise in proportion to the ink, as radar images have."""
    noisy = rng.standard_normal(x.shape, dtype=np.float32)
    noisy *= np.float32(level)
    noisy += np.float32(1.0)
    noisy *= x
    return np.clip(noisy, 0.0, 1.0, out=noisy)


def missing_pixels(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A share `level` of the pixels, drawn one by one, becomes black (Vincent et al.: masking noise)."""
    return x * (rng.random(x.shape, dtype=np.float32) >= level)


def missing_block(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A black square of `level` pixels a side (rounded), inside the image, elsewhere in every image."""
    count, height, width = x.shape[:3]
    side = round(level)
    top = rng.integers(0, height - side + 1, size=(count, 1))
    left = rng.integers(0, width - side + 1, size=(count, 1))
    rows, columns = np.arange(height), np.arange(width)
    in_rows = (rows >= top) & (rows < top + side)  # (n, height)
    in_columns = (columns >= left) & (columns < left + side)  # (n, width)
    hidden = in_rows[:, :, None] & in_columns[:, None, :]  # (n, height, width)
    return x * ~hidden[..., None]


def blur(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian blur of standard deviation `level` pixels, black beyond the edge; uses no randomness."""
    if level <= 0:
        return x.copy()
    from scipy.ndimage import gaussian_filter  # here, because importing scipy.ndimage takes a while

    blurred = gaussian_filter(x, sigma=(0, level, level, 0), mode="constant", cval=0.0)
    return np.clip(blurred, 0.0, 1.0, out=blurred)
