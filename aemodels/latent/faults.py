"""The three faults of a plain autoencoder's map, measured (Nish, 2023): uneven areas, nowhere to pick, holes.

Codes are `(n, 2)`, of test images. Lengths are told in σ, the standard deviation of the codes (the root of the
mean variance of both numbers): one model spreads its codes over 3 units, another over 60.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError

Codes = NDArray[np.float32]

MIDDLE: Final = (0.5, 99.5)
"""Per cent of the codes, each way, that their bounding box reaches: a few outliers must not make it huge."""
INNER: Final = (5.0, 95.0)
"""Per cent of the codes, each way, among which holes are looked for: at the rim everything is empty."""
NODES: Final = 80
"""Places a side among which the emptiest are looked for."""
DRAWN: Final = 256
"""Places that the distances, and the judge's share, are told from."""


@dataclass(frozen=True, eq=False)
class Areas:
    """labels (k,), area (k,) of each class in σ², and its ellipse as a polyline (k, points, 2) in units of the
    code."""

    labels: NDArray[np.intp]
    area: NDArray[np.float64]
    ellipses: NDArray[np.float64]

    @property
    def ratio(self) -> float:
        """How many times as large the largest is as the smallest."""
        return float(self.area.max() / max(self.area.min(), 1e-12))


def spread(codes: NDArray) -> float:
    """σ: the root of the mean variance of both numbers; 1 for codes that are all alike."""
    return float(np.sqrt(_checked(codes).var(axis=0).mean())) or 1.0


def areas(codes: NDArray, labels: NDArray, points: int = 60) -> Areas:
    """The area that each class takes: that of the ellipse at one standard deviation, π √det Σ, in σ².

    Of a Gaussian 39 % lie in it. Classes of fewer than three codes have none and are left out. Raises
    ConfigError for codes of anything but two finite numbers, and where there is no class at all.
    """
    places, classes = _checked(codes), np.asarray(labels)
    angles = np.linspace(0.0, 2 * np.pi, points)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    unit = spread(places) ** 2
    found = []
    for label in np.unique(classes):
        own = places[classes == label]
        if len(own) < 3:
            continue
        values, axes = np.linalg.eigh(np.cov(own.T))
        radii = np.sqrt(np.maximum(values, 0.0))
        found.append(
            (int(label), math.pi * float(radii.prod()) / unit, own.mean(axis=0) + circle * radii @ axes.T)
        )
    if not found:
        raise ConfigError("An area needs at least three codes of a class.")
    return Areas(
        np.array([label for label, _, _ in found]),
        np.array([area for _, area, _ in found]),
        np.array([ellipse for _, _, ellipse in found]),
    )


def from_prior(count: int, seed: int = 0) -> Codes:
    """Places drawn from N(0, I), which a variational autoencoder was trained for: (count, 2)."""
    return np.random.default_rng(seed).standard_normal((count, 2)).astype(np.float32)


def from_box(codes: NDArray, count: int, seed: int = 0) -> Codes:
    """Places drawn evenly from the box around the middle of the codes: what one would try of a plain one."""
    low, high = np.percentile(_checked(codes), MIDDLE, axis=0)
    return np.random.default_rng(seed).uniform(low, high, (count, 2)).astype(np.float32)


def holes(codes: NDArray, count: int) -> Codes:
    """The emptiest places between the codes, the emptiest first: at most (count, 2), fewer where there are not
    so many.

    Of a lattice over the codes' box those inside of their convex hull (the middle 90 % each way), each time the
    one that is furthest from every code and from every place that was taken before. Codes on a line have none.
    """
    from scipy.spatial import Delaunay, QhullError, cKDTree

    places = _checked(codes)
    low, high = np.percentile(places, INNER, axis=0)
    middle = places[((places >= low) & (places <= high)).all(axis=1)]
    try:
        hull = Delaunay(middle)
    except (QhullError, ValueError):
        return np.zeros((0, 2), np.float32)
    across, down = (np.linspace(low[axis], high[axis], NODES) for axis in (0, 1))
    nodes = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    nodes = nodes[hull.find_simplex(nodes) >= 0]
    if not len(nodes):
        return np.zeros((0, 2), np.float32)
    distance, _ = cKDTree(places).query(nodes)
    found = []
    for _ in range(min(count, len(nodes))):
        furthest = int(np.argmax(distance))
        found.append(nodes[furthest])
        distance = np.minimum(distance, np.linalg.norm(nodes - nodes[furthest], axis=1))
    return np.array(found, np.float32)


def distance(codes: NDArray, places: NDArray) -> NDArray[np.float64]:
    """How far the nearest code is from each of the places (m, 2), in σ: (m,)."""
    from scipy.spatial import cKDTree

    known = _checked(codes)
    return cKDTree(known).query(np.asarray(places, np.float64))[0] / spread(known)


@dataclass(frozen=True, eq=False)
class Row:
    """Some places and what the decoder makes of them: places (m, 2), images uint8 (m, 28, 28).

    `distance`: the median over all places of the kind from the nearest code, in σ; `recognised`: the share of
    them that a judge is sure of, None without a judge.
    """

    places: Codes
    images: NDArray[np.uint8]
    distance: float
    recognised: float | None = None


Decode = Callable[[NDArray], NDArray]
"""Codes (n, 2) float32 → images (n, 28, 28, 1) in [0, 1]."""
Judge = Callable[[NDArray], NDArray]
"""Images (n, 28, 28, 1) → how sure it is of the class that it sees, (n,) in [0, 1]."""

SURE: Final = 0.9
"""How sure a judge must be of an image that counts as recognised."""


def rows(
    decode: Decode, codes: NDArray, shown: int = 10, *, judge: Judge | None = None, seed: int = 0
) -> dict[str, Row]:
    """What decodes where: `own` codes of test images, places `drawn` from N(0, I) and from the `box`, and
    `holes`.

    The first `shown` of each are kept as images; figures are of `DRAWN` places each (of the holes of those
    shown).
    """
    kinds = {
        "own": _checked(codes)[:DRAWN].astype(np.float32),
        "drawn": from_prior(DRAWN, seed),
        "box": from_box(codes, DRAWN, seed),
        "holes": holes(codes, shown),
    }
    found = {}
    for name, places in kinds.items():
        if not len(places):
            continue
        images = np.asarray(decode(places), np.float32)
        sure = None if judge is None else float(np.mean(judge(images) >= SURE))
        pixels = np.rint(255 * np.clip(np.nan_to_num(images[:shown, ..., 0]), 0, 1)).astype(np.uint8)
        away = 0.0 if name == "own" else float(np.median(distance(codes, places)))
        found[name] = Row(places[:shown], pixels, away, sure)
    return found


def _checked(codes: NDArray) -> NDArray[np.float64]:
    places = np.asarray(codes, np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or not len(places):
        raise ConfigError(f"The faults of a map are those of codes of two numbers; received {places.shape}.")
    if not np.isfinite(places).all():
        raise ConfigError("The codes are not finite numbers: the training has diverged. Train it again.")
    return places
