"""Which codes lie nearest to a place, and how crowded it is there. Euclidean distance throughout."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError

DENSITY_NEIGHBOURS = 10
"""The density at a place is measured by the distance to its tenth nearest code."""

TREE_DIMENSIONS = 8
"""Up to here SciPy's tree answers, which is imported in a tenth of the time; beyond, a tree saves nothing."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """index: (k,) rows of the codes, nearest first; distance: (k,) in units of the code."""

    index: NDArray[np.intp]
    distance: NDArray[np.float64]


def nearest(codes: NDArray, z: NDArray, k: int, *, exclude: int | None = None) -> Neighbours:
    """The k codes nearest to z: codes (n, d), z (d,) or (1, d). Fewer where there are fewer.

    Equal distances come in the order of the codes. `exclude`: a row that is not its own neighbour.
    """
    place = np.asarray(z, dtype=np.float64).reshape(-1)
    if codes.ndim != 2 or codes.shape[1] != len(place) or not np.isfinite(place).all():
        raise ConfigError(
            f"A place has as many numbers as a code ({codes.shape[-1]}), all of them finite;"
            f" received {len(place)}{'' if np.isfinite(place).all() else ', not all finite'}."
        )
    squared = ((codes - place) ** 2).sum(axis=1)  # double, as `place` is
    if exclude is not None:
        squared[exclude] = np.inf
    k = max(min(k, len(codes) - (exclude is not None)), 0)
    if k == 0:
        return Neighbours(np.zeros(0, np.intp), np.zeros(0))
    # Everything up to the k-th distance, so that equal distances are all there to be put in order.
    candidates = np.flatnonzero(squared <= np.partition(squared, k - 1)[k - 1])
    index = candidates[np.argsort(squared[candidates], kind="stable")][:k]
    return Neighbours(index, np.sqrt(squared[index]))


def nearest_images(images: NDArray[np.uint8], row: int, k: int) -> Neighbours:
    """The k images nearest to that of `row`, pixel by pixel: images uint8 (n, ...). Itself is not among them.

    The distance is Euclidean over all pixels from 0 to 1. It is what a code is compared with: two sevens of
    different slant are far apart in pixels and near in a good code.
    """
    if not 0 <= row < len(images):
        raise ConfigError(f"The images are numbered from 0 to {len(images) - 1}; received {row}.")
    flat = images.reshape(len(images), -1).astype(np.float32)
    # |a - b|² = |a|² - 2ab + |b|², of bytes: float32 errs by a few units in some ten millions.
    squared = np.einsum("ij,ij->i", flat, flat, dtype=np.float64) - 2.0 * (flat @ flat[row]).astype(
        np.float64
    )
    squared += float(flat[row].astype(np.float64) @ flat[row].astype(np.float64))
    squared[row] = np.inf
    index = np.argsort(squared, kind="stable")[: max(min(k, len(images) - 1), 0)]
    return Neighbours(index, np.sqrt(np.maximum(squared[index], 0.0)) / 255.0)


def crowding(codes: NDArray, k: int = DENSITY_NEIGHBOURS) -> NDArray[np.float64]:
    """Distance of each code to its k-th nearest other code, sorted; `density_percentile` compares with it.

    codes (n, d), n > 1 -> (n,). Depends on the codes only: compute it once for a model.
    """
    if len(codes) < 2:
        raise ConfigError(f"A density needs at least two codes; received {len(codes)}.")
    k = min(k, len(codes) - 1)
    if codes.shape[1] <= TREE_DIMENSIONS:
        from scipy.spatial import KDTree

        distances, _ = KDTree(codes).query(codes, k + 1)  # each code is its own nearest
    else:
        from sklearn.neighbors import NearestNeighbors

        distances, _ = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(codes).kneighbors()
    return np.sort(distances[:, -1].astype(np.float64))


def density_percentile(
    codes: NDArray, z: NDArray, crowded: NDArray, k: int = DENSITY_NEIGHBOURS, *, exclude: int | None = None
) -> float:
    """In how crowded a place z is, in per cent: 100 where no code has its neighbours nearer, 0 in the void.

    The share of codes whose k-th nearest code is further away than that of z (equal ones count half).
    `crowded` is `crowding(codes, k)`. "Further out than 97 % of the test digits" is 100 minus this, at 3.
    """
    distance = nearest(codes, z, min(k, len(codes) - 1), exclude=exclude).distance[-1]
    nearer = np.searchsorted(crowded, distance, side="left")
    not_further = np.searchsorted(crowded, distance, side="right")
    return float(100.0 * (1.0 - (nearer + not_further) / (2.0 * len(crowded))))
