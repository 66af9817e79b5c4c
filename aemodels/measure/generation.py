"""Where new images come from, class by class, and what can be said of them once a judge has looked.

An autoencoder learns no distribution of codes by class. One is fitted afterwards: a Gaussian mixture for each
class, to the codes of its training images; how many components is chosen by the likelihood of validation codes.
Wide codes get one Gaussian with its largest directions and the same variance in all others (Tipping and Bishop,
"Probabilistic principal component analysis", 1999), so that it stays small. A variational model has a prior
besides, N(0, I) (Kingma and Welling, 2013); others have none.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError

Floats = NDArray[np.float32]

COMPONENTS: Final = (1, 2, 4)
"""Numbers of Gaussians a class that are tried."""

WIDE: Final = 48  # numbers of a code from which on a class gets one Gaussian with few directions
DIRECTIONS: Final = 16
MOST_NUMBERS: Final = 24_000  # of all factors: what is kept beside a model stays below 60 KB
LEAST_CODES: Final = 10  # of a class, for a Gaussian of its own

COVERED: Final = 0.02  # share of the samples from which on a class counts as covered
CHUNK: Final = 2_000


@dataclass(frozen=True, eq=False)
class ClassMixtures:
    """A Gaussian mixture for each of c classes: k components of d numbers, each with r directions.

    A code of component j is mean + factors · u + noise · v, with u (r,) and v (d,) from N(0, I): its covariance is
    factors factorsᵀ + noise² I. weights (c, k), means (c, k, d), factors (c, k, d, r), noise (c, k), float32.
    """

    weights: Floats
    means: Floats
    factors: Floats
    noise: Floats

    @property
    def classes(self) -> int:
        return len(self.weights)

    @property
    def components(self) -> int:
        return self.weights.shape[1]

    def sample(self, labels: NDArray, *, temperature: float = 1.0, seed: int = 0) -> Floats:
        """A new code for each label (n,) → (n, d) float32. `temperature` multiplies the spread of each component.

        The same seed gives the same codes, and for another temperature codes in the same directions.
        """
        rng = np.random.default_rng(seed)
        asked = np.asarray(labels, np.intp)
        if len(asked) and not 0 <= asked.min() <= asked.max() < self.classes:
            raise ConfigError(
                f"Classes go from 0 to {self.classes - 1}; received {asked.min()} to {asked.max()}."
            )
        shares = np.cumsum(self.weights[asked], axis=1)
        which = np.minimum(
            (rng.random((len(asked), 1)) * shares[:, -1:] >= shares).sum(axis=1), self.components - 1
        )
        size, rank = self.factors.shape[2:]
        u = rng.standard_normal((len(asked), rank), dtype=np.float32)
        v = rng.standard_normal((len(asked), size), dtype=np.float32)
        spread = np.einsum("ndr,nr->nd", self.factors[asked, which], u) + self.noise[asked, which, None] * v
        return (self.means[asked, which] + np.float32(temperature) * spread).astype(np.float32)

    def to_arrays(self) -> dict[str, NDArray]:
        """For `np.savez`, factors with 16 bits each; `from_arrays` is the way back."""
        return {
            "mixture_weights": self.weights,
            "mixture_means": self.means,
            "mixture_factors": self.factors.astype(np.float16),
            "mixture_noise": self.noise,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray]) -> ClassMixtures:
        return cls(
            *(
                np.asarray(arrays[f"mixture_{name}"], np.float32)
                for name in ("weights", "means", "factors", "noise")
            )
        )


def fit(
    codes: NDArray,
    labels: NDArray,
    validation: NDArray,
    validation_labels: NDArray,
    *,
    classes: int = 10,
    components: Sequence[int] = COMPONENTS,
) -> ClassMixtures:
    """Mixtures fitted to codes (n, d) with labels (n,), their number of components chosen on validation codes.

    The number is the same for all classes, one of `components`, smallest first. Raises ConfigError where
    a class has too few codes.
    """
    counts = np.bincount(labels, minlength=classes)[:classes]
    if counts.min() < LEAST_CODES:
        raise ConfigError(
            f"A class needs at least {LEAST_CODES} codes; class {counts.argmin()} has {counts.min()}."
        )
    size = codes.shape[1]
    if size > WIDE:
        return _few_directions(codes, labels, classes)
    best: tuple[float, ClassMixtures] | None = None
    for count in components:
        numbers = classes * count * size * (size + 1) // 2
        if best is not None and (numbers > MOST_NUMBERS or counts.min() < LEAST_CODES * count * size):
            break
        likelihood, made = _mixtures(codes, labels, validation, validation_labels, classes, count)
        if best is None or likelihood > best[0]:
            best = likelihood, made
    assert best is not None
    return best[1]


def _mixtures(
    codes: NDArray,
    labels: NDArray,
    validation: NDArray,
    validation_labels: NDArray,
    classes: int,
    components: int,
) -> tuple[float, ClassMixtures]:
    """The mixtures by expectation and maximisation (scikit-learn), and the log-likelihood of validation codes."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    size = codes.shape[1]
    weights = np.zeros((classes, components), np.float32)
    means = np.zeros((classes, components, size), np.float32)
    factors = np.zeros((classes, components, size, size), np.float32)
    likelihood = 0.0
    for label in range(classes):
        own = codes[labels == label].astype(np.float64)
        floor = max(1e-6 * float(own.var(axis=0).mean()), 1e-9)
        model = GaussianMixture(components, reg_covar=floor, random_state=0, max_iter=200)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the best so far is still a mixture
            model.fit(own)
        weights[label], means[label] = model.weights_, model.means_
        factors[label] = np.linalg.cholesky(model.covariances_)
        held_back = validation[validation_labels == label].astype(np.float64)
        if len(held_back):
            likelihood += float(model.score_samples(held_back).sum())
    return likelihood, ClassMixtures(weights, means, factors, np.zeros((classes, components), np.float32))


def _few_directions(codes: NDArray, labels: NDArray, classes: int) -> ClassMixtures:
    """One Gaussian a class: its `DIRECTIONS` largest variances, and the mean of the others in all directions."""
    size = codes.shape[1]
    means = np.zeros((classes, 1, size), np.float32)
    factors = np.zeros((classes, 1, size, DIRECTIONS), np.float32)
    noise = np.zeros((classes, 1), np.float32)
    for label in range(classes):
        own = codes[labels == label].astype(np.float64)
        middle = own.mean(axis=0)
        # Of the smaller of the two Gram matrices: a code of feature maps has more numbers than a class has images.
        _, lengths, axes = np.linalg.svd(own - middle, full_matrices=False)
        variances = lengths**2 / (len(own) - 1)
        kept = min(DIRECTIONS, len(variances))
        rest = float(variances[kept:].sum() / max(size - kept, 1))
        scale = np.sqrt(np.maximum(variances[:kept] - rest, 0.0))
        means[label, 0], noise[label, 0] = middle, np.sqrt(rest)
        factors[label, 0, :, :kept] = axes[:kept].T * scale
    return ClassMixtures(np.ones((classes, 1), np.float32), means, factors, noise)


def prior_codes(count: int, size: int, *, temperature: float = 1.0, seed: int = 0) -> Floats:
    """Codes (count, size) float32 from N(0, temperature² I): what a variational model's decoder is made for."""
    drawn = np.random.default_rng(seed).standard_normal((count, size), dtype=np.float32)
    return drawn * np.float32(temperature)


def shares(judged: NDArray, classes: int = 10) -> NDArray[np.float64]:
    """The share of the judged labels (n,) that each class has, (classes,), together 1."""
    return np.bincount(judged, minlength=classes)[:classes] / max(len(judged), 1)


def coverage(judged: NDArray, classes: int = 10) -> float:
    """The share of the classes that at least 2 % of the judged labels (n,) belong to, in [0, 1]."""
    return float(np.mean(shares(judged, classes) >= COVERED))


def spread(x: NDArray) -> float:
    """How different images (n, …) are from each other: the mean distance of two of them, over all pairs; n > 1.

    Euclidean distance of their pixels.
    """
    if len(x) < 2:
        raise ConfigError("Differences are measured between at least two images.")
    flat = x.reshape(len(x), -1).astype(np.float64)
    squares = np.einsum("ij,ij->i", flat, flat)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2.0 * flat @ flat.T, 0.0))
    np.fill_diagonal(distances, 0.0)
    return float(distances.sum() / (len(x) * (len(x) - 1)))


def spread_by_class(x: NDArray, labels: NDArray, classes: int = 10) -> NDArray[np.float32]:
    """`spread` of the images of each class, (classes,) float32; NaN where there are fewer than two."""
    own = [x[labels == label] for label in range(classes)]
    return np.asarray([spread(part) if len(part) > 1 else np.nan for part in own], np.float32)


def nearest(image: NDArray, values: NDArray[np.uint8]) -> tuple[int, float]:
    """The row of the images `values` (n, 28, 28) uint8 that is nearest to `image` (28, 28, 1) in [0, 1].

    With their Euclidean distance in pixels. The first row among equals.
    """
    flat = np.asarray(image, np.float32).reshape(-1) * np.float32(255)
    best, distance = 0, np.inf
    for start in range(0, len(values), CHUNK):
        away = values[start : start + CHUNK].reshape(-1, flat.size).astype(np.float32) - flat
        squares = np.einsum("ij,ij->i", away, away)
        row = int(squares.argmin())
        if squares[row] < distance:
            best, distance = start + row, float(squares[row])
    return best, float(np.sqrt(distance) / 255)
