"""A photograph to begin with, and any photograph as a grey picture of a handy size.

The one to begin with is scikit-image's `camera` (CC0, by Lav Varshney), which comes inside that package; where it
does not, a picture drawn by code stands in for it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aemodels.data.reading import read_grey
from aemodels.errors import ImageError

LARGEST_SIDE = 560  # pixels: 20 tiles of 28

Picture = NDArray[np.float32]


def read(data: bytes) -> Picture:
    """A picture file as grey (h, w) float32 in [0, 1], at most `LARGEST_SIDE` each way, at least a tile of 28.

    Raises ImageError for what is no picture (see `reading.read_grey`).
    """
    from PIL import Image

    grey = read_grey(data)
    scale = LARGEST_SIDE / max(grey.shape)
    if scale < 1:
        size = (max(round(grey.shape[1] * scale), 1), max(round(grey.shape[0] * scale), 1))
        grey = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX), np.float32)
    if min(grey.shape) < 28:
        raise ImageError(
            f"The picture is too small or too narrow to be cut into tiles of 28×28 pixels: "
            f"{grey.shape[1]}×{grey.shape[0]} pixels are left of it. Give a larger photo, or one that is less long."
        )
    return np.clip(grey, 0.0, 1.0)


def example() -> tuple[Picture, str]:
    """The photograph to begin with, as `read` gives it, and what it is called."""
    import importlib.util

    found = importlib.util.find_spec("skimage")
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        path = Path(folder) / "data" / "camera.png"
        if path.is_file():
            return read(path.read_bytes()), "“Cameraman”, which comes with scikit-image"
    return drawn(), "a picture drawn by code"


def drawn() -> Picture:
    """Hills, a sun and grain, (504, 504) float32 in [0, 1], always the same."""
    side = 504
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    sky = 0.9 - 0.4 * y
    sun = np.exp(-(((x - 0.7) ** 2 + (y - 0.2) ** 2) / 0.004))
    near = y > 0.65 + 0.12 * np.sin(7 * x) + 0.03 * np.sin(31 * x)
    grain = np.random.default_rng(0).normal(0, 0.04, (side, side)).astype(np.float32)
    return np.clip(np.where(near, 0.3 - 0.2 * (y - 0.6) + 2 * grain, sky + 0.3 * sun + grain), 0, 1)
