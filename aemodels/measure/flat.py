"""Points in space that were flattened to two numbers and lifted again: what was lost, and which plane they lie
on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ImageError


def distances(points: NDArray, lifted: NDArray) -> NDArray[np.float64]:
    """The Euclidean distance of each point (n, 3) from where it was lifted to, (n,)."""
    if points.shape != lifted.shape or points.ndim != 2:
        raise ImageError(
            f"Points are compared with as many others; received {points.shape} and {lifted.shape}."
        )
    return np.linalg.norm(np.asarray(points, np.float64) - lifted, axis=1)


def plane(points: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle (3,) and two perpendicular unit vectors (2, 3) of the plane that points (n, 3) lie nearest
    to."""
    places = np.asarray(points, np.float64)
    middle = places.mean(axis=0)
    _, _, directions = np.linalg.svd(places - middle, full_matrices=False)
    return middle, directions[:2]


def tilt(first: NDArray, second: NDArray) -> float:
    """The angle in degrees, 0 to 90, between two planes in space that unit vectors (2, 3) each span."""
    normals = (np.cross(*np.asarray(directions, np.float64)) for directions in (first, second))
    one, other = (normal / np.linalg.norm(normal) for normal in normals)
    return float(np.degrees(np.arccos(np.clip(abs(one @ other), 0.0, 1.0))))


def corners(points: NDArray, middle: NDArray, directions: NDArray) -> NDArray[np.float64]:
    """The four corners (4, 3), in turn, of the piece of a plane on which points (n, 3) fall straight down."""
    flat = (np.asarray(points, np.float64) - middle) @ np.asarray(directions, np.float64).T
    (left, low), (right, high) = flat.min(axis=0), flat.max(axis=0)
    return middle + np.array([[left, low], [right, low], [right, high], [left, high]]) @ directions
