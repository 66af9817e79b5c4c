"""What each unit of a code holds: take it away, decode again, and see what the image loses.

Ablation as in physiology: Morcos, Barrett, Rabinowitz and Botvinick (2018), "On the importance of single directions
for generalization". A unit is one number of the code, or a whole map where the code is feature maps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aemodels.errors import ConfigError
from aemodels.measure import metrics


@dataclass(frozen=True, eq=False)
class Ablation:
    """The image without each unit in turn, that first without which it changes most.

    `units` (u,): which unit; `images` (u, 28, 28, 1); `change` (u,): the mean squared difference from the image of
    the whole code.
    """

    units: np.ndarray
    images: np.ndarray
    change: np.ndarray


def places(size: int, filters: int | None = None) -> np.ndarray:
    """Which numbers of a code of `size` belong to each unit: (units, numbers) indices.

    Without `filters` every number is a unit. With it the code is flattened maps (rows, columns, filters), and
    unit k is the k-th of them.
    """
    if filters is None:
        return np.arange(size)[:, None]
    if filters < 1 or size % filters:
        raise ConfigError(f"A code of {size} numbers cannot be {filters} maps of one size.")
    return np.arange(size).reshape(-1, filters).T


def ablate(
    decode: Callable[[np.ndarray], np.ndarray], z: np.ndarray, units: np.ndarray, *, most: int | None = None
) -> Ablation:
    """Set each unit of the code `z` (d,) to zero in turn; `units` (u, k) as `places` gives them.

    All are decoded in one call. `most` keeps only so many, those that change the image most.
    """
    codes = np.repeat(np.asarray(z, np.float32)[None], len(units) + 1, axis=0)
    np.put_along_axis(codes[1:], units, 0.0, axis=1)
    images = decode(codes)
    change = metrics.mse(np.broadcast_to(images[:1], images[1:].shape), images[1:])
    order = np.argsort(-change, kind="stable")[:most]
    return Ablation(order, images[1:][order], change[order])
