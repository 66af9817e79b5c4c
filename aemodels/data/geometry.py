"""Pictures turned and moved: no noise at all, and what no model here was trained to undo. See `corruptions`.

Each is `apply(x, level, rng) -> x` and trusts its arguments; `corruptions` has their units and their ranges.
"""

import numpy as np

DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1))  # up, down, left, right, in rows and columns


def rotation(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Each image turned about its middle by `level` degrees, one way or the other by lot; bilinear."""
    left = rng.random(len(x)) < 0.5
    if level <= 0:
        return x.copy()
    from scipy.ndimage import rotate  # here, because importing scipy.ndimage takes a while

    turned = np.empty_like(x)
    for images, angle in ((left, level), (~left, -level)):
        if images.any():
            turned[images] = rotate(x[images], angle, axes=(2, 1), reshape=False, order=1)
    return np.clip(turned, 0.0, 1.0, out=turned)


def shift(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Each image moved by `level` whole pixels (rounded) up, down, left or right by lot; black follows."""
    direction = rng.integers(len(DIRECTIONS), size=len(x))
    pixels = round(level)
    side = x.shape[1]
    padded = np.pad(x, ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0)))
    moved = np.empty_like(x)
    for place, (down, right) in enumerate(DIRECTIONS):
        top, start = pixels * (1 - down), pixels * (1 - right)
        images = direction == place
        moved[images] = padded[images, top : top + side, start : start + side]
    return moved
