"""Groups of codes on a map: which lie inside an outline, of what classes they are, and where their middle is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError

MOST_CORNERS = 5_000
"""Corners of an outline: a hand that draws for minutes makes fewer."""


@dataclass(frozen=True, eq=False)
class Group:
    """index: (m,) rows of the codes, ascending; counts: {label: how many}, most first; centroid: (d,) float32."""

    index: NDArray[np.intp]
    counts: dict[int, int]
    centroid: NDArray[np.float32]


def inside(places: NDArray, outline: ArrayLike) -> NDArray[np.bool_]:
    """Which places (n, 2) lie inside the closed outline (k, 2), k at least 3: (n,) bool.

    The even-odd rule: a place is inside if a ray from it crosses the outline an odd number of times (Shimrat,
    "Algorithm 112: Position of point relative to polygon", 1962). A place exactly on the outline may count either
    way. Raises ConfigError for an outline of another shape, of too many corners, or not finite.
    """
    corners = _corners(outline)
    points = np.asarray(places, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ConfigError(f"Places on a map have two numbers, shape (n, 2); received {points.shape}.")
    result = np.zeros(len(points), bool)
    x, y = points.T
    for (x_1, y_1), (x_2, y_2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y_1 == y_2:
            continue  # a ray along y = constant crosses no level edge
        between = (y_1 > y) != (y_2 > y)
        result ^= between & (x < x_1 + (y - y_1) / (y_2 - y_1) * (x_2 - x_1))
    return result


def group(codes: NDArray, labels: NDArray, index: NDArray[np.intp]) -> Group:
    """The group of these rows: codes (n, d), labels (n,), index (m,), m at least 1."""
    if not len(index):
        raise ConfigError("There is no test image inside this outline. Draw it around some points.")
    values, counts = np.unique(labels[index], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    found = {int(values[place]): int(counts[place]) for place in order}
    return Group(np.sort(index), found, codes[index].astype(np.float64).mean(axis=0).astype(np.float32))


def _corners(outline: ArrayLike) -> NDArray[np.float64]:
    try:
        corners = np.asarray(outline, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ConfigError("An outline is a list of places with two numbers each.") from error
    if corners.ndim != 2 or corners.shape[1] != 2 or not 3 <= len(corners) <= MOST_CORNERS:
        raise ConfigError(
            f"An outline has 3 to {MOST_CORNERS:,} places with two numbers each; received {corners.shape}."
        )
    if not np.isfinite(corners).all():
        raise ConfigError("An outline is made of finite numbers. Draw it again.")
    return corners
