"""The test images whose codes lie on a model's map: what they are, and how they look."""

from __future__ import annotations

import numpy as np

from aemodels.latent import neighbours
from pages.ui import cache


def alt(name: str, row: int) -> str:
    """What a test image is, in words."""
    return f"Test image {row}, a {cache.class_name(name, int(cache.codes(name).labels[row]))}"


def images(name: str, rows: np.ndarray) -> np.ndarray:
    """These test images (n, 28, 28, 1) in [0, 1]; without the data set, their codes decoded.

    For a model of images only (`cache.draws_images`).
    """
    originals = cache.originals(name)
    if originals is None:
        return cache.answering(name).decode(cache.codes(name).z[rows])
    return originals.test.take(rows).x


def nearest(name: str, z: np.ndarray, count: int, *, exclude: int | None = None) -> np.ndarray:
    """The rows of the test images whose codes are nearest to z (1, d), nearest first."""
    return neighbours.nearest(cache.codes(name).z, z, count, exclude=exclude).index
