"""Arithmetic with codes: what some images have in common, added to another or taken away from it.

Averages of several codes stand for what they share; the difference of two averages is the direction from one to
the other (Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
networks", 2016, who average three codes for each term, because single ones are noisy).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError


def mean(codes: ArrayLike) -> NDArray[np.float32]:
    """The mean of codes (n, d), n at least 1: (d,). Raises ConfigError for none, and for what is not finite."""
    values = np.asarray(codes, np.float64)
    if values.ndim != 2 or 0 in values.shape:
        raise ConfigError(f"A mean is taken of at least one code, shape (n, d); received {values.shape}.")
    if not np.isfinite(values).all():
        raise ConfigError("Codes are finite numbers. Remove what is not.")
    return values.mean(axis=0).astype(np.float32)


def combine(start: ArrayLike, plus: ArrayLike = (), minus: ArrayLike = ()) -> NDArray[np.float32]:
    """mean(start) + mean(plus) − mean(minus): codes (n, d) each -> (d,). An empty term counts as zero.

    With one term only beside the start, its mean is added or taken away as it is, from the origin.
    Raises ConfigError for an empty start and for codes of different length.
    """
    result = mean(start).astype(np.float64)
    for sign, term in ((1.0, plus), (-1.0, minus)):
        if len(np.asarray(term)):
            shift = mean(term)
            if shift.shape != result.shape:
                raise ConfigError(
                    f"Codes of {len(result)} and of {len(shift)} numbers cannot be added. Take those of one model."
                )
            result += sign * shift
    return result.astype(np.float32)


def class_means(codes: NDArray, labels: NDArray) -> dict[int, NDArray[np.float32]]:
    """The mean code of each class: codes (n, d), labels (n,) -> {label: (d,)}, smallest label first."""
    return {int(label): mean(codes[labels == label]) for label in np.unique(labels)}
