"""The plane in which codes are drawn: two numbers of a code of any size, and back.

A code of two numbers is its own place. A longer one is projected to the first two principal components of the
test set's codes; from the plane back to a code the inverse is exact within that plane, which the page says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_FITTED = 4000  # codes: the plane of a sample is the plane of all, and a wide covariance stays quick


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through code space: `origin` (d,), two orthonormal `axes` (2, d), `share` of the variance in it."""

    origin: np.ndarray
    axes: np.ndarray
    share: float

    @property
    def is_code(self) -> bool:
        """Whether a place of the plane *is* the code, because that has two numbers."""
        return self.axes.shape == (2, 2) and bool(np.array_equal(self.axes, np.eye(2)))

    def project(self, z: np.ndarray) -> np.ndarray:
        """Codes (n, d) → places (n, 2) float32."""
        return ((np.asarray(z, np.float32) - self.origin) @ self.axes.T).astype(np.float32)

    def lift(self, places: np.ndarray) -> np.ndarray:
        """Places (n, 2) → the codes (n, d) float32 that lie there in the plane."""
        return (np.asarray(places, np.float32) @ self.axes + self.origin).astype(np.float32)


def fit(z: np.ndarray) -> Plane:
    """The plane in which the codes (n, d) are drawn. A code of one number lies along the first axis."""
    size = z.shape[1]
    if size <= 2:
        return Plane(np.zeros(size, np.float32), np.eye(2, size, dtype=np.float32), 1.0)
    sample = z[:: max(1, len(z) // MOST_FITTED)].astype(np.float64)
    origin = sample.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.cov(sample, rowvar=False))  # smallest first
    axes = vectors[:, :-3:-1].T
    signs = np.sign(axes[np.arange(2), np.argmax(np.abs(axes), axis=1)])  # the same picture on every machine
    share = float(variances[-2:].sum() / max(variances.sum(), 1e-12))
    return Plane(origin.astype(np.float32), (axes * signs[:, None]).astype(np.float32), share)
