"""What a variational encoder leaves open: not one code for an image but a Gaussian, and all images drawn from it.

Kingma and Welling (2014), "Auto-Encoding Variational Bayes": q(z|x) = N(z_mean, exp(z_log_var)), one variance a
number, and z = z_mean + σ·ε with ε from N(0, I). Arrays and callables in, arrays out; no model is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from aemodels.errors import ConfigError
from aemodels.measure import metrics

COUNT: Final = 256
"""Samples behind a mean and a deviation: the error of that deviation is 1/√(2·256), 4 % of itself."""

SAYS_NOTHING: Final = 0.05
"""Nats below which a number of the code says nothing about this image: a fourteenth of a bit."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Images of samples of one posterior: `images` (count, 28, 28, 1), and over them, pixel by pixel, their `mean`
    and their standard `deviation`, each (28, 28, 1) float32. Pixels are in [0, 1], so no deviation is above 0.5."""

    images: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray


def draw(z_mean: ArrayLike, z_log_var: ArrayLike, count: int, seed: int = 0) -> np.ndarray:
    """`count` codes of N(z_mean, exp(z_log_var)), both (d,): float32 (count, d), the same for the same seed."""
    mean, log_var = (np.asarray(part, np.float32).ravel() for part in (z_mean, z_log_var))
    if mean.shape != log_var.shape or not len(mean) or count < 1:
        raise ConfigError(
            "Samples need z_mean and z_log_var of one length, at least one number each, and a count of 1 or more;"
            f" received {mean.shape}, {log_var.shape} and {count}."
        )
    noise = np.random.default_rng(seed).standard_normal((count, len(mean)), np.float32)
    return mean + np.exp(0.5 * log_var) * noise


def spread(
    decode: Callable[[np.ndarray], np.ndarray],
    z_mean: ArrayLike,
    z_log_var: ArrayLike,
    *,
    count: int = COUNT,
    seed: int = 0,
) -> Spread:
    """`count` samples of the posterior with z_mean and z_log_var (d,), decoded, and how they differ."""
    images = decode(draw(z_mean, z_log_var, count, seed))
    mean = images.mean(axis=0, dtype=np.float64)
    deviation = images.std(axis=0, dtype=np.float64)
    return Spread(images, mean.astype(np.float32), deviation.astype(np.float32))


def kl_by_number(z_mean: ArrayLike, z_log_var: ArrayLike) -> np.ndarray:
    """KL(N(z_mean, σ²) ‖ N(0, 1)) of each number of the code, in nats: (d,), (d,) -> (d,); their sum is the KL.

    ½ (z_mean² + σ² - 1 - log σ²), appendix B of the paper. 0 where the number says nothing about the image.
    """
    one = (np.reshape(part, (1, -1)) for part in (z_mean, z_log_var))
    return np.asarray(metrics.kl_by_number(*one)[0])
