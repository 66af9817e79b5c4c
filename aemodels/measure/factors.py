"""Which number of a code follows which factor that is known to have made the images.

All functions take codes z `(n, d)` and factors v `(n, k)` of the same images, and answer factor by factor, number
by number. What does not change follows nothing: its figures are 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError

Floats = NDArray[np.float64]

BINS: Final = 20
"""Of the histograms that mutual information is estimated from, as Locatello et al. have them."""

PENALTY: Final = 1.0
"""Ridge penalty on standardised numbers: without one, long codes would fit the images by heart."""


@dataclass(frozen=True, eq=False)
class Following:
    """How a code follows factors: `linear` and `monotone` (k, d), `whole` (k,), all R², and `gap`, the MIG."""

    linear: Floats
    monotone: Floats
    whole: Floats
    gap: float


def follow(z: ArrayLike, v: ArrayLike) -> Following:
    """All that is measured here, of codes z (n, d) and factors v (n, k) of the same images.

    Raises ConfigError for arrays that do not belong together or hold what is no number.
    """
    gap = mutual_information_gap(*mutual_information(z, v))
    return Following(linear_r2(z, v), monotone_r2(z, v), whole_code_r2(z, v), gap)


def linear_r2(z: ArrayLike, v: ArrayLike) -> Floats:
    """Squared correlation (k, d) in [0, 1]: R² of predicting each factor by a straight line from one number."""
    code, factors = _checked(z, v)
    return np.clip(np.square(_standard(factors).T @ _standard(code) / len(code)), 0.0, 1.0)


def monotone_r2(z: ArrayLike, v: ArrayLike) -> Floats:
    """Squared rank correlation (k, d) in [0, 1] (Spearman, 1904): the same for any steady rise or fall."""
    from scipy.stats import rankdata

    code, factors = _checked(z, v)
    return linear_r2(rankdata(code, axis=0), rankdata(factors, axis=0))


def whole_code_r2(z: ArrayLike, v: ArrayLike) -> Floats:
    """R² (k,) of predicting each factor linearly from all numbers together; below 0: worse than its mean.

    Ridge regression (penalty `PENALTY`, on numbers standardised by the images it is fitted to), fitted to every
    other image and scored on those between them, against the mean of the fitted ones.
    """
    code, factors = _checked(z, v)
    mean, scale = code[::2].mean(axis=0), _spread(code[::2])
    fitted, scored = ((part - mean) / scale for part in (code[::2], code[1::2]))
    middle = factors[::2].mean(axis=0)
    targets = factors[::2] - middle
    count, size = fitted.shape
    if size <= count:
        weights = np.linalg.solve(fitted.T @ fitted + PENALTY * np.eye(size), fitted.T @ targets)
    else:  # the same weights by the smaller of the two systems
        weights = fitted.T @ np.linalg.solve(fitted @ fitted.T + PENALTY * np.eye(count), targets)
    away = factors[1::2] - middle
    total = np.square(away).sum(axis=0)
    left = np.square(away - scored @ weights).sum(axis=0)
    return np.where(total > 0, 1 - left / np.where(total > 0, total, 1.0), 0.0)


def mutual_information(z: ArrayLike, v: ArrayLike) -> tuple[Floats, Floats]:
    """Mutual information (k, d) of each factor with each number, and the entropy (k,) of each factor, in nats.

    From histograms of `BINS` cells of equal width between the smallest and the largest value, as Locatello et al.,
    "Challenging common assumptions in the unsupervised learning of disentangled representations", 2019, estimate
    it. Two independent columns of n values come out somewhat above 0, by about `(BINS - 1)² / 2n`.
    """
    code, factors = _checked(z, v)
    cells, numbers = _binned(factors), _binned(code)
    information = np.zeros((factors.shape[1], code.shape[1]))
    for row, cell in enumerate(cells.T):
        for column, number in enumerate(numbers.T):
            joint = np.bincount(cell * BINS + number, minlength=BINS * BINS).reshape(BINS, BINS) / len(code)
            apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
            there = joint > 0
            information[row, column] = np.sum(joint[there] * np.log(joint[there] / apart[there]))
    shares = np.stack([np.bincount(cell, minlength=BINS) for cell in cells.T]) / len(code)
    entropy = -np.sum(shares * np.log(np.where(shares > 0, shares, 1.0)), axis=1)
    return np.maximum(information, 0.0), entropy


def mutual_information_gap(information: Floats, entropy: Floats) -> float:
    """The MIG in [0, 1], of `mutual_information`: how far what knows most of a factor is ahead of the next.

    The gap between the two largest of I(z_j; v_k), divided by the factor's entropy, mean over the factors (Chen,
    Li, Grosse and Duvenaud, "Isolating sources of disentanglement in variational autoencoders", 2018, section 4.1).
    1: every factor has a number of its own. 0: every factor is spread over two at least. Of a code of one number,
    the next knows nothing.
    """
    ranked = np.sort(
        np.pad(information, ((0, 0), (1, 0))), axis=1
    )  # one column of zeros: there are two at least
    known = entropy > 0
    if not known.any():
        return 0.0
    return float(np.mean((ranked[known, -1] - ranked[known, -2]) / entropy[known]))


def strongest(r2: Floats, most: int) -> NDArray[np.intp]:
    """The columns, in their order, of the at most `most` numbers that follow any factor best."""
    best = np.argsort(-r2.max(axis=0), kind="stable")[:most]
    return np.sort(best)


def _checked(z: ArrayLike, v: ArrayLike) -> tuple[Floats, Floats]:
    code, factors = (np.asarray(part, np.float64) for part in (z, v))
    if code.ndim != 2 or factors.ndim != 2 or len(code) != len(factors) or len(code) < 4:
        raise ConfigError(
            f"Codes (n, d) and factors (n, k) of the same images, at least 4, are compared. "
            f"Received: {code.shape} and {factors.shape}."
        )
    if not (np.isfinite(code).all() and np.isfinite(factors).all()):
        raise ConfigError("Codes and factors must be finite numbers. Train this model anew.")
    return code, factors


def _spread(values: Floats) -> Floats:
    """Standard deviations; without end where there is none to speak of, so that a division leaves 0."""
    spread = values.std(axis=0)
    return np.where(spread > 1e-9 * np.abs(values).max(axis=0, initial=1e-300), spread, np.inf)


def _standard(values: Floats) -> Floats:
    return (values - values.mean(axis=0)) / _spread(values)


def _binned(values: Floats) -> NDArray[np.intp]:
    low, high = values.min(axis=0), values.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    return np.minimum(((values - low) / width * BINS).astype(np.intp), BINS - 1)
