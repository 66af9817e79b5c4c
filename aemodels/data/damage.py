"""Damage that is drawn over a picture or comes of storing it: scribbles and JPEG, functions of `corruptions`.

Each is `apply(x, level, rng) -> x` and trusts its arguments; `corruptions` has their units and their ranges.
"""

import io

import numpy as np
from PIL import Image

SIDE = 28
MOST_STROKES = 8
EDGE = 3  # pixels of the border in which no stroke begins, bends or ends
POINTS = 48  # to a stroke: at most 1.3 pixels from one to the next
REACH = 1.4  # pixels from a stroke's middle to where its ink ends, full within 0.4: about as thick as MNIST's
_NEAR = np.arange(-1, 3)  # rows and columns that the ink of a point can reach, from the one that it lies in


def scribble(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """`level` strokes of a pen (rounded), quadratic Bézier curves with random corners, over each image.

    The same randomness with more strokes keeps the fewer ones.
    """
    corners = rng.uniform(EDGE, SIDE - 1 - EDGE, (len(x), MOST_STROKES, 3, 2))
    return np.maximum(x, _ink(corners[:, : round(level)]))


def _ink(corners: np.ndarray) -> np.ndarray:
    """Strokes (n, strokes, 3, 2), their corners as rows and columns → their ink, float32 (n, 28, 28, 1)."""
    t = np.linspace(0, 1, POINTS)[:, None]
    first, middle, last = (corners[:, :, place, None] for place in range(3))
    points = (1 - t) ** 2 * first + 2 * t * (1 - t) * middle + t**2 * last  # (n, strokes, POINTS, 2)
    cells = np.floor(points).astype(int)[..., None] + _NEAR  # (n, strokes, POINTS, 2, 4)
    rows, columns = cells[..., 0, :, None], cells[..., 1, None, :]
    distance = np.hypot(rows - points[..., 0, None, None], columns - points[..., 1, None, None])
    sheet = np.zeros((len(corners), SIDE, SIDE), np.float32)
    image = np.arange(len(corners)).reshape(-1, 1, 1, 1, 1)
    np.maximum.at(sheet, (image, rows, columns), np.clip(REACH - distance, 0, 1).astype(np.float32))
    return sheet[..., None]


def jpeg(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Each image saved as JPEG of quality 100 - `level` (rounded) and read again; uses no randomness."""
    if level <= 0:
        return x.copy()
    quality = max(round(100 - level), 1)
    return np.stack([_saved(image, quality) for image in x]) if len(x) else x.copy()


def _saved(image: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(np.rint(image[..., 0] * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), np.float32)[..., None] / np.float32(255)
