"""The map of codes of any size: two numbers for each code, and a code for each place.

A code of two numbers is its own place. A longer one is projected, in one of two ways:

- `Plane`, the first two principal components of the codes. From a place back to a code the inverse is exact
  within that plane, and the plane is not all of code space.
- `Embedding`, a map on which near codes are near (UMAP, where that package is installed). It has no inverse: a
  place means the code that lies nearest to it on the map.

Each says in a sentence which of the two it is, for the page to show.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError

MOST_FITTED: Final = (
    4_000  # codes: the plane of a sample is the plane of all, and a wide covariance stays quick
)
MOST_EMBEDDED: Final = 10_000  # codes that UMAP lays out itself
LEAST_EMBEDDED: Final = 5
AROUND: Final = 5  # nearest codes between which UMAP's map places another one
ROWS: Final = 512  # codes whose distances to all others are held at a time
PATIENCE: Final = 900.0  # seconds: UMAP takes half a minute; what takes this long hangs

Reduce = Callable[[NDArray[np.float32]], NDArray]
"""Codes (n, d) → places (n, 2)."""


class Projection(Protocol):
    """Between codes of d numbers and places on a map."""

    @property
    def is_code(self) -> bool:
        """Whether a place *is* the code, because that has two numbers."""
        ...

    @property
    def inverse(self) -> str:
        """What the map is, and which code a place means: sentences for the visitor. Empty where `is_code`."""
        ...

    def project(self, z: ArrayLike) -> NDArray[np.float32]:
        """Codes (n, d) → places (n, 2) float32."""
        ...

    def lift(self, places: ArrayLike) -> NDArray[np.float32]:
        """Places (n, 2) → codes (n, d) float32."""
        ...

    def carry(self, z: ArrayLike, places: ArrayLike) -> NDArray[np.float32]:
        """Codes (n, d) taken to places (n, 2): codes (n, d) float32 that keep what the map does not show."""
        ...


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through code space: `origin` (d,), two orthonormal `axes` (2, d), `share` of the variance in it."""

    origin: NDArray[np.float32]
    axes: NDArray[np.float32]
    share: float

    @property
    def is_code(self) -> bool:
        return self.axes.shape == (2, 2) and bool(np.array_equal(self.axes, np.eye(2)))

    @property
    def inverse(self) -> str:
        if self.is_code:
            return ""
        return (
            f"The map is the plane in which the {len(self.origin)} numbers of the codes vary most, with "
            f"{self.share:.0%} of their variance. A click on a point decodes its exact code; a click beside one "
            "decodes the code that lies in the plane."
        )

    def project(self, z: ArrayLike) -> NDArray[np.float32]:
        """Codes (n, d) → places (n, 2) float32."""
        return ((np.asarray(z, np.float32) - self.origin) @ self.axes.T).astype(np.float32)

    def lift(self, places: ArrayLike) -> NDArray[np.float32]:
        """Places (n, 2) → the codes (n, d) float32 that lie there in the plane."""
        return (np.asarray(places, np.float32) @ self.axes + self.origin).astype(np.float32)

    def carry(self, z: ArrayLike, places: ArrayLike) -> NDArray[np.float32]:
        """Codes (n, d) taken to places (n, 2) parallel to the plane."""
        codes = np.asarray(z, np.float32)
        return codes - self.lift(self.project(codes)) + self.lift(places)


@dataclass(frozen=True, eq=False)
class Embedding:
    """Known codes (n, d) float32 and their `places` (n, 2) float32. What lies between them is not known."""

    codes: NDArray[np.float32]
    places: NDArray[np.float32]

    @property
    def is_code(self) -> bool:
        return False

    @property
    def inverse(self) -> str:
        return (
            f"UMAP lays codes that are near among their {self.codes.shape[1]} numbers near each other; its axes "
            "and its gaps mean little. It has no way back: a click anywhere decodes the nearest test image's code."
        )

    def project(self, z: ArrayLike) -> NDArray[np.float32]:
        """Codes (n, d) → places (n, 2) float32: a known code's own, otherwise between those of the nearest ones.

        That is the mean of the places of the five nearest known codes, weighted by one over their distance.
        """
        asked = np.asarray(z, np.float32)
        middle = self.codes.mean(axis=0, dtype=np.float64).astype(np.float32)
        codes = self.codes - middle
        squares = np.einsum("ij,ij->i", codes, codes)
        candidates, count = min(4 * AROUND, len(codes)), min(AROUND, len(codes))
        found = np.empty((len(asked), 2), np.float32)
        for start in range(0, len(asked), ROWS):
            rows = asked[start : start + ROWS]
            # |a - b|² less |a|², which is the same for all b, and roughly: it finds those that may be nearest.
            rough = squares - 2.0 * ((rows - middle) @ codes.T)
            near = np.sort(np.argpartition(rough, candidates - 1, axis=1)[:, :candidates], axis=1)
            away = self.codes[near].astype(np.float64) - rows[:, None]
            distance = np.sqrt((away**2).sum(axis=2))
            best = np.argsort(distance, axis=1, kind="stable")[:, :count]
            near, distance = (np.take_along_axis(each, best, axis=1) for each in (near, distance))
            weight = 1.0 / np.maximum(distance, 1e-12)
            mean = (self.places[near] * weight[..., None]).sum(axis=1) / weight.sum(axis=1, keepdims=True)
            found[start : start + ROWS] = np.where(distance[:, :1] == 0.0, self.places[near[:, 0]], mean)
        return found

    def lift(self, places: ArrayLike) -> NDArray[np.float32]:
        """Places (n, 2) → the codes (n, d) float32 of the nearest known places."""
        asked = np.asarray(places, np.float64).reshape(-1, 2)
        nearest = [int(((self.places - place) ** 2).sum(axis=1).argmin()) for place in asked]
        return self.codes[nearest]

    def carry(self, z: ArrayLike, places: ArrayLike) -> NDArray[np.float32]:
        """The same, whatever the codes: what this map does not show of one means nothing elsewhere on it."""
        return self.lift(places)


def fit(z: NDArray) -> Plane:
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


def embed(z: NDArray, reduce: Reduce | None = None) -> Embedding:
    """The map of the codes (n, d) by `reduce`, or by UMAP: at most 10,000 of them, taken evenly.

    The others are placed between those. Raises ConfigError where the codes are too few, where UMAP is not
    installed, and where what comes back is no map.
    """
    codes = np.ascontiguousarray(z, dtype=np.float32)
    if len(codes) < LEAST_EMBEDDED:
        raise ConfigError(f"UMAP needs at least {LEAST_EMBEDDED} codes; this model has {len(codes)}.")
    rows = np.arange(len(codes))
    if len(codes) > MOST_EMBEDDED:
        rows = np.linspace(0, len(codes) - 1, MOST_EMBEDDED).round().astype(np.intp)
    places = np.asarray((reduce or umap_places)(codes[rows]), dtype=np.float32)
    if places.shape != (len(rows), 2) or not np.isfinite(places).all():
        raise ConfigError("UMAP found no map of these codes. The plane by PCA always works.")
    laid = Embedding(codes[rows], places)
    return laid if len(rows) == len(codes) else Embedding(codes, laid.project(codes))


def has_umap() -> bool:
    """Whether the optional package umap-learn is installed. It is not imported."""
    return importlib.util.find_spec("umap") is not None


_ONE_AT_A_TIME: Final = threading.Lock()


def umap_places(z: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where UMAP lays the codes (n, d): (n, 2) float32, the same for the same codes and versions.

    It works in a child process (`umap_worker.py` says why), one at a time. Raises ConfigError if that fails.
    """
    if not has_umap():
        raise ConfigError("UMAP is not installed here: pip install umap-learn adds it.")
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="aemodels-umap-") as folder:
        source, target = Path(folder, "codes.npy"), Path(folder, "places.npy")
        np.save(source, z)
        worker = Path(__file__).with_name("umap_worker.py")
        command = [sys.executable, str(worker), str(source), str(target)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise ConfigError("UMAP did not finish in time. The plane by PCA always works.") from error
        if run.returncode != 0 or not target.is_file():
            said = (run.stderr.strip().splitlines() or ["no reason was given"])[-1]
            raise ConfigError(
                f"UMAP could not lay out these codes ({said[:200]}). The plane by PCA always works."
            )
        return np.load(target, allow_pickle=False)
