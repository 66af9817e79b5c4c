"""A linear probe: how well a straight cut through the features tells the classes apart, by number of labels.

Alain and Bengio, "Understanding intermediate layers using linear classifier probes", 2016: multinomial logistic
regression (scikit-learn) on frozen features. Nothing of the features is learnt from labels, so the comparison of
codes, pixels and PCA is one of what each makes easy. The regularisation is chosen on validation images, the same
number for each; accuracy is counted on test images.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError

SIZES: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000)
BALANCED: Final = 1_000
"""Up to here every class has as many labels: of ten that are drawn blindly, classes are missing."""

DRAWS: Final = {10: 10, 30: 10, 100: 6, 300: 5, 1_000: 4, 3_000: 3, 10_000: 2}
"""How many draws of labels, by their number: few labels are a matter of luck, many hardly."""

STRENGTHS: Final = (1e-3, 1e-2, 1e-1, 1.0)
"""Inverse strengths of the L2 penalty that are tried, weakest penalty last."""

CHOSEN_UP_TO: Final = 3_000
"""Labels: for more of them, the strength that is best with so many is kept. It hardly changes any more."""

VALIDATION: Final = 2_000
"""Training images at most on which `accuracy` chooses the penalty."""

ITERATIONS: Final = 300
TOLERANCE: Final = 1e-3  # of the gradient: accuracy has long stopped changing there

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Features:
    """One way to describe the same images: of the training, validation and test split, (n, d) float32 each."""

    train: NDArray[np.float32]
    validation: NDArray[np.float32]
    test: NDArray[np.float32]

    def scaled(self) -> Features:
        """Centred, and divided by one number so that the mean variance is 1: the penalty then means the same.

        One number for all directions, so that the geometry stays; both come from the training images.
        """
        middle = self.train.mean(axis=0, dtype=np.float64)
        spread = float(np.sqrt(self.train.var(axis=0, dtype=np.float64).mean())) or 1.0
        parts = (self.train, self.validation, self.test)
        return Features(*(((part - middle) / spread).astype(np.float32) for part in parts))


def rows(labels: NDArray, count: int, seed: int) -> NDArray[np.intp]:
    """`count` rows of the labels, drawn without repetition; up to 1,000 of them as even as the classes allow."""
    rng = np.random.default_rng((seed, count))
    if count > len(labels):
        raise ConfigError(f"There are {len(labels):,} labels to draw from; received {count:,}.")
    if count > BALANCED:
        return np.sort(rng.choice(len(labels), count, replace=False))
    mixed = rng.permutation(len(labels))
    # Each row's place among those of its class; the first of each class come first, then the second ones, …
    place = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        own = labels[mixed] == label
        place[own] = np.arange(own.sum())
    return np.sort(mixed[np.argsort(place, kind="stable")[:count]])


def fitted(x: NDArray, labels: NDArray, strength: float) -> Any:
    """Multinomial logistic regression with this inverse strength of its L2 penalty, by L-BFGS."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=ITERATIONS, tol=TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # a weak penalty is refused on validation if it matters
        return model.fit(x, labels)


def choose(
    x: NDArray, labels: NDArray, validation: NDArray, validation_labels: NDArray
) -> tuple[float, float]:
    """The strength of `STRENGTHS` that is best on the validation images, and its accuracy there.

    The strongest penalty among equals.
    """
    scores = {
        strength: float(fitted(x, labels, strength).score(validation, validation_labels))
        for strength in STRENGTHS
    }
    best = max(scores, key=scores.__getitem__)
    return best, scores[best]


def accuracy(
    train: NDArray, labels: NDArray, test: NDArray, test_labels: NDArray, *, seed: int = 0
) -> float | None:
    """Share of test images whose class a linear probe tells, in [0, 1]; features (n, d), labels (n,).

    The probe is given up to `CHOSEN_UP_TO` (3,000) labels, drawn from the training images but for the last fifth
    (at most 2,000), where the penalty is chosen. None where the drawn labels are all of one class.
    """
    held_back = min(VALIDATION, len(train) // 5)
    pool = len(train) - held_back
    parts = Features(train[:pool], train[pool:] if held_back else train, test).scaled()
    validation_labels = labels[pool:] if held_back else labels
    drawn = rows(labels[:pool], min(CHOSEN_UP_TO, pool), seed)
    x, y = parts.train[drawn], labels[drawn]
    if len(np.unique(y)) < 2:
        return None
    strength, _ = choose(x, y, parts.validation, validation_labels)
    return float(fitted(x, y, strength).score(parts.test, test_labels))


def curves(
    features: Mapping[str, Features],
    labels: tuple[NDArray, NDArray, NDArray],
    *,
    sizes: tuple[int, ...] = SIZES,
    seed: int = 0,
    progress: Progress = lambda share: None,
) -> dict[str, NDArray]:
    """Test accuracy by number of labels, for each of the named features.

    `labels`: of the training, validation and test images. Sizes larger than the training split are left out. Gives
    `sizes` (k,), and for each name (k,) float32 arrays `NAME_mean`, `NAME_low` and `NAME_high`: the mean over the
    draws, and the lowest and the highest of them. The same labels are drawn for all features. The penalty is
    chosen for each size (up to 3,000) with its first draw and kept for the others.
    """
    train_y, validation_y, test_y = labels
    used = tuple(size for size in sizes if size <= len(train_y))
    total = sum(size * (len(STRENGTHS) + DRAWS.get(size, 2)) for size in used) * max(len(features), 1)
    done = 0
    result: dict[str, NDArray] = {"sizes": np.asarray(used, np.int32)}
    for name, raw in features.items():
        scaled = raw.scaled()
        summary, strength = [], 0.0
        for size in used:
            scores = []
            for draw in range(DRAWS.get(size, 2)):
                drawn = rows(train_y, size, seed + draw)
                x, y = scaled.train[drawn], train_y[drawn]
                if draw == 0 and (size <= CHOSEN_UP_TO or not strength):
                    strength, _ = choose(x, y, scaled.validation, validation_y)
                scores.append(float(fitted(x, y, strength).score(scaled.test, test_y)))
            summary.append((np.mean(scores), min(scores), max(scores)))
            done += size * (len(STRENGTHS) + DRAWS.get(size, 2))
            progress(done / total)
        for part, values in zip(("mean", "low", "high"), np.asarray(summary).T, strict=True):
            result[f"{name}_{part}"] = values.astype(np.float32)
    return result


def crossing(sizes: NDArray, ours: NDArray, theirs: NDArray) -> int | None:
    """The smallest number of labels from which on `theirs` is at least as good as `ours`; None if it never is."""
    ahead = theirs >= ours
    if not ahead[-1]:
        return None
    behind = np.flatnonzero(~ahead)
    return int(sizes[behind[-1] + 1 if len(behind) else 0])
