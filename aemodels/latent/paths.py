"""Walks between kept codes, how much the decoded image changes on the way, and where its class changes.

A walk is a list of codes, each the next step. The kinds of walk stand in one table, `KINDS`; the functions in
it trust their arguments, `walk` checks them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError
from aemodels.latent.neighbours import TREE_DIMENSIONS

Decode = Callable[[NDArray[np.float32]], NDArray]
"""Codes (n, d) -> images (n, 28, 28, 1) in [0, 1]."""

FEWEST_POINTS, MOST_POINTS = 2, 32
FEWEST_STEPS, MOST_STEPS = 2, 240

SUBDIVISION = 512
"""Codes on which `even` measures the change. Always as many, so that a compiled decoder sees one shape."""

UNSEEN = 1.0 / 255.0
"""A whole walk that changes its image by less, one grey level of one pixel, counts as no change at all."""

NARROW = 1e-6
"""The sine of an angle below which two codes lie on one line through the origin."""


@dataclass(frozen=True)
class Kind:
    """One kind of walk: what a menu needs to know, and the function.

    `function(points, steps, decode)`: points float64 (k, d) -> codes float64 (steps, d).
    """

    title: str
    help: str
    function: Callable[[NDArray, int, Decode | None], NDArray]


@dataclass(frozen=True)
class Change:
    """`step` is the first index of a path with the class `after`; the step before had `before`."""

    step: int
    before: int
    after: int


def straight(points: NDArray, steps: int, decode: Decode | None = None) -> NDArray:
    """From point to point in straight lines, at one speed, in units of the code, over the whole walk."""
    return _on_polyline(points, np.linspace(0.0, _leg_lengths(points).sum(), steps))


def spherical(points: NDArray, steps: int, decode: Decode | None = None) -> NDArray:
    """From point to point by turning about the origin, each leg at one angular speed.

    The direction goes by slerp (Shoemake, "Animating rotation with quaternion curves", 1985; White, "Sampling
    generative networks", 2016, for codes), written as cos(tω) a + sin(tω) e with e the unit vector at right
    angles to a in the plane of both; the distance from the origin goes linearly from one end's to the other's.
    The legs share the steps by their length in units of the code.

    A leg with an end at the origin, or with ends opposite to each other, has no one direction to turn in: it is
    straight. So is one with both ends in the same direction, where both kinds agree.
    """
    begin, end = points[:-1], points[1:]
    first, first_radius = _directions(begin)
    last, last_radius = _directions(end)
    growth = last_radius - first_radius
    cosine = (first * last).sum(axis=1, keepdims=True)
    sideways, sine = _directions(last - cosine * first)
    angle = np.arctan2(sine, cosine)
    turns = (first_radius > 0) & (last_radius > 0) & (sine > NARROW)

    # The length of a leg is the integral of its speed, here by Gauss and Legendre's rule.
    nodes, weights = np.polynomial.legendre.leggauss(16)
    radius = first_radius + (nodes + 1) / 2 * growth
    curve_lengths = (weights / 2 * np.hypot(growth, angle * radius)).sum(axis=1)
    lengths = np.where(turns[:, 0], curve_lengths, _leg_lengths(points))

    leg, fraction = _places(lengths, np.linspace(0.0, lengths.sum(), steps))
    t = fraction[:, None]
    turned = np.cos(t * angle[leg]) * first[leg] + np.sin(t * angle[leg]) * sideways[leg]
    curve = (first_radius[leg] + t * growth[leg]) * turned
    line = begin[leg] + t * (end - begin)[leg]
    return np.where(turns[leg], curve, line)


def even(points: NDArray, steps: int, decode: Decode | None = None) -> NDArray:
    """On the lines of `straight`, timed so that the decoded image changes as much in every step.

    The steps are equal in arc length under the metric that the decoder pulls back from the images (Arvanitidis,
    Hansen and Hauberg, "Latent space oddity", 2018), measured by the differences between the images of
    `SUBDIVISION` codes, in one call of `decode`. The lines stay: this is no geodesic. Where the image stays the
    same, the walk passes in one step; where it is the same all the way, the walk is `straight`.

    Raises ConfigError without a decoder, or where the decoder's answer is no images.
    """
    if decode is None:
        raise ConfigError("A walk of even change needs the model's decoder. Choose a straight walk instead.")
    distances = np.linspace(0.0, _leg_lengths(points).sum(), SUBDIVISION)
    images = np.asarray(decode(_on_polyline(points, distances).astype(np.float32)))
    if images.shape != (SUBDIVISION, 28, 28, 1):
        raise ConfigError(
            f"The decoder of a walk gives images of shape ({SUBDIVISION}, 28, 28, 1); received {images.shape}."
        )
    changes = image_change(images)
    if changes.sum() < UNSEEN:
        return straight(points, steps)
    part, fraction = _places(changes, np.linspace(0.0, changes.sum(), steps))
    timed = distances[part] + fraction * np.diff(distances)[part]
    return _on_polyline(points, timed)


KINDS: dict[str, Kind] = {
    "straight": Kind(
        "Straight",
        "Straight lines from code to code, at one speed in the code space.",
        straight,
    ),
    "spherical": Kind(
        "Around the origin",
        "Turns about the origin from code to code, so that it does not cut through the middle. "
        "It suits codes that are spread like a normal distribution.",
        spherical,
    ),
    "even": Kind(
        "Even change",
        "Straight lines as well, slow where the image changes fast: every step changes the image as much.",
        even,
    ),
}


def walk(points: ArrayLike, kind: str, steps: int, *, decode: Decode | None = None) -> NDArray[np.float32]:
    """The codes of a walk through all the points in their order.

    Args:
        points: (k, d), 2 to 32 codes of any size, finite.
        kind: a name in `KINDS`.
        steps: how many codes to make, 2 to 240.
        decode: what `even` measures with; the other kinds never call it.

    Returns:
        (steps, d). It begins exactly at the first point, ends exactly at the last and follows a line through all
        the others. A step seldom falls on them: a straight walk comes within half a step's length.

    Raises:
        ConfigError: something is not as above, or the decoder is missing or gives no images.
    """
    if kind not in KINDS:
        raise ConfigError(f"Unknown kind of walk {kind!r:.80}. The kinds are: {', '.join(KINDS)}.")
    if not _is_whole(steps) or not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise ConfigError(f"A walk has {FEWEST_STEPS} to {MOST_STEPS} steps; received {steps!r:.80}.")
    places = _codes(points, "The points of a walk")
    if not FEWEST_POINTS <= len(places) <= MOST_POINTS:
        raise ConfigError(
            f"A walk goes through {FEWEST_POINTS} to {MOST_POINTS} kept codes; received {len(places)}."
            f" {'Keep more' if len(places) < FEWEST_POINTS else 'Remove some'} of them."
        )
    codes = KINDS[kind].function(places, int(steps), decode).astype(np.float32)
    codes[0], codes[-1] = places[0], places[-1]
    return codes


def image_change(images: ArrayLike) -> NDArray[np.float64]:
    """Euclidean distance between consecutive images: (n, ...) -> (n - 1,), 1 = one pixel from black to white.

    Images are floats in [0, 1] or uint8, which count as 255ths. Raises ConfigError for none, or for NaN.
    """
    pixels = np.asarray(images)
    if pixels.ndim < 2 or not len(pixels):
        raise ConfigError(f"A change is measured between images, shape (n, ...); received {pixels.shape}.")
    values = pixels.reshape(len(pixels), -1).astype(np.float64)
    if not np.isfinite(values).all():
        raise ConfigError(
            "The decoded images are not finite numbers: the model's training has diverged. Train it again."
        )
    if pixels.dtype == np.uint8:
        values /= 255.0
    return np.linalg.norm(np.diff(values, axis=0), axis=1)


def class_changes(codes: NDArray, labels: NDArray, path: ArrayLike, k: int = 10) -> tuple[Change, ...]:
    """Where on a path the class changes: the steps at which `classes_along` gives another one than before."""
    return changes(classes_along(codes, labels, path, k))


def changes(classes: NDArray) -> tuple[Change, ...]:
    """Where the classes (n,) of a path's steps change."""
    steps = np.flatnonzero(np.diff(classes)) + 1
    return tuple(Change(int(step), int(classes[step - 1]), int(classes[step])) for step in steps)


def classes_along(codes: NDArray, labels: NDArray, path: ArrayLike, k: int = 10) -> NDArray[np.int_]:
    """The class, step by step, in which the k nearest stored codes have their majority: (n,) whole numbers.

    Args:
        codes: (m, d), the stored codes, finite.
        labels: (m,), their classes, whole numbers.
        path: (n, d), the steps.
        k: how many neighbours vote; all of the codes where there are fewer.

    In a tie the class of the step before stays if it is one of the tied, so that a border is crossed once;
    otherwise the tied class with the nearest code wins.

    Raises:
        ConfigError: something is not as above.
    """
    stored, steps, classes = _codes(codes, "The stored codes"), _codes(path, "A path"), np.asarray(labels)
    if stored.shape[1] != steps.shape[1]:
        raise ConfigError(
            f"A path has as many numbers a step as a code ({stored.shape[1]}); received {steps.shape[1]}."
        )
    if classes.shape != (len(stored),) or classes.dtype.kind not in "iu":
        raise ConfigError(
            f"Every stored code has one class, a whole number: {len(stored)} of them;"
            f" received {classes.dtype} of shape {classes.shape}."
        )
    if not _is_whole(k) or k < 1:
        raise ConfigError(f"A majority needs at least one neighbour; received {k!r:.80}.")

    names, numbers = np.unique(classes, return_inverse=True)
    near = numbers[_nearest_rows(stored, steps, min(int(k), len(stored)))]  # (n, k), nearest first
    votes = (near[:, :, None] == np.arange(len(names))).sum(axis=1)  # (n, classes)
    leads = votes == votes.max(axis=1, keepdims=True)

    along = [_winner(near[0], leads[0])]
    for step in range(1, len(steps)):
        stays = leads[step, along[-1]]
        along.append(along[-1] if stays else _winner(near[step], leads[step]))
    return names[along].astype(np.int_)


def _winner(near: NDArray, leads: NDArray) -> int:
    """The class of the nearest code among the classes that lead: near (k,), leads (classes,)."""
    return int(near[leads[near]][0])


def _nearest_rows(codes: NDArray, places: NDArray, k: int) -> NDArray[np.intp]:
    """Rows of the k codes nearest to each place, nearest first: (n, k). All places at once, unlike `nearest`."""
    if codes.shape[1] <= TREE_DIMENSIONS:
        from scipy.spatial import KDTree

        rows = KDTree(codes).query(places, list(range(1, k + 1)))[
            1
        ]  # a list of ranks keeps the axis when k is 1
    else:
        from sklearn.neighbors import NearestNeighbors

        # It works through the distances in pieces, so that memory stays bounded.
        search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(codes)
        rows = search.kneighbors(places, return_distance=False)
    return rows


def _on_polyline(points: NDArray, distances: NDArray) -> NDArray:
    """The places at these distances from the first point, along the lines: (n,) -> (n, d)."""
    leg, fraction = _places(_leg_lengths(points), distances)
    return points[leg] + fraction[:, None] * np.diff(points, axis=0)[leg]


def _places(lengths: NDArray, distances: NDArray) -> tuple[NDArray[np.intp], NDArray]:
    """On which leg each distance falls and how far along it, in [0, 1]: lengths (k,), distances (n,) -> (n,) both.

    A leg of no length is skipped, except the last.
    """
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    leg = np.clip(np.searchsorted(ends, distances, side="right") - 1, 0, len(lengths) - 1)
    fraction = np.zeros(len(distances))
    np.divide(distances - ends[leg], lengths[leg], out=fraction, where=lengths[leg] > 0)
    return leg, np.clip(fraction, 0.0, 1.0)


def _leg_lengths(points: NDArray) -> NDArray:
    return np.linalg.norm(np.diff(points, axis=0), axis=1)


def _directions(vectors: NDArray) -> tuple[NDArray, NDArray]:
    """Unit vectors (n, d), zero for a zero vector, and lengths (n, 1)."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0), lengths


def _codes(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Checked: at least one code, at least one number each, all that a float32 holds."""
    try:
        codes = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{what} are lists of numbers, all of one length. Check them.") from error
    if codes.ndim != 2 or 0 in codes.shape:
        raise ConfigError(f"{what} have the shape (n, d), n and d at least 1; received {codes.shape}.")
    if not (np.abs(codes) <= np.finfo(np.float32).max).all():
        raise ConfigError(f"{what} must be finite numbers. Remove what is not.")
    return codes


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
