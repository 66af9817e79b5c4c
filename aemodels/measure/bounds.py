"""Bounds on how likely a variational model finds an image, from samples of its code. NumPy only, knows no models.

Kingma and Welling, "Auto-Encoding Variational Bayes" (2014): the ELBO. Burda, Grosse and Salakhutdinov,
"Importance Weighted Autoencoders" (2016): a bound from k samples that is never looser in expectation, and meets
log p(x) as k grows; and the active units. A grey pixel x in [0, 1] is scored by x log y + (1 - x) log(1 - y), as if
it were the share of ink in many binary pixels: figures compare with each other, not with bits of a file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aemodels.measure.metrics import PROBABILITY_FLOOR

Floats = NDArray[np.float64]
Likelihood = Callable[[NDArray, NDArray], Floats]
"""log p(x|z) in nats, (n,): of x, which is broadcast, under what was decoded, (n, ...)."""
Decode = Callable[[NDArray], NDArray]
Count = Callable[[int], None]

CHUNK: Final = 1000
"""Codes that are decoded at a time: what bounds the memory."""

ACTIVE: Final = 0.01
"""A unit is active where the variance of its mean over the images is above this (Burda et al., section 5.2)."""

_LOWEST, _HIGHEST = math.log(PROBABILITY_FLOOR), math.log1p(-PROBABILITY_FLOOR)


def bernoulli(x: NDArray, y: NDArray) -> Floats:
    """Sum over pixels of x log y + (1 - x) log(1 - y): y (n, ...) in [0, 1], x (n or 1, ...) likewise -> (n,).

    Minus `metrics.bce` to 1e-3 nats, with logarithms in single precision: half a million images are scored.
    """
    said = np.clip(np.asarray(y, np.float32), 0.0, 1.0).reshape(len(y), -1)
    truth = np.asarray(x, np.float32).reshape(len(x), -1)
    with np.errstate(divide="ignore"):  # log 0, which is then kept at the floor
        ink = np.clip(np.log(said), _LOWEST, _HIGHEST)
        ground = np.clip(np.log(1.0 - said), _LOWEST, _HIGHEST)
    ink -= ground
    inked = ink @ truth[0] if len(truth) == 1 else np.einsum("np,np->n", ink, truth)
    return ground.sum(axis=1, dtype=np.float64) + inked


def gaussian(x: NDArray, y: NDArray) -> Floats:
    """log N(x; y, I), for points: y (n, d), x (n or 1, d) -> (n,). The training's loss, and d/2 log 2 pi."""
    difference = np.asarray(x, np.float64) - np.asarray(y, np.float64)
    constant = 0.5 * difference.shape[1] * math.log(2 * math.pi)
    return -0.5 * np.einsum("nd,nd->n", difference, difference) - constant


def reconstructions(
    x: NDArray,
    mean: NDArray,
    log_var: NDArray,
    decode: Decode,
    likelihood: Likelihood,
    *,
    samples: int,
    seed: int = 0,
    count: Count = lambda examples: None,
) -> Floats:
    """-log p(x|z) in nats for `samples` draws z = mean + sigma eps of each image's code: (samples, n).

    x (n, ...); mean, log_var (n, d). The first draw is the same however many follow it.
    """
    rng = np.random.default_rng(seed)
    sigma = np.exp(log_var / 2).astype(np.float32)
    found = np.empty((samples, len(x)))
    for draw in range(samples):
        for at in range(0, len(x), CHUNK):
            part = slice(at, at + CHUNK)
            eps = rng.standard_normal(mean[part].shape, dtype=np.float32)
            found[draw, part] = -likelihood(x[part], decode(mean[part] + sigma[part] * eps))
            count(len(eps))
    return found


@dataclass(frozen=True)
class Elbo:
    """-ELBO in nats an image, a mean over images, and how sure it is.

    `one` and `many`: from one and from all draws of eps. `one_se`, `many_se`: their standard errors over other
    draws for these images; `images_se`: that of `many` over other images of the same kind.
    """

    one: float
    many: float
    one_se: float
    many_se: float
    images_se: float


def elbo(reconstruction: Floats, kl: Floats) -> Elbo:
    """Of reconstructions (samples >= 2, n >= 2) and the KL (n,), which is exact, both in nats."""
    samples, images = reconstruction.shape
    total = reconstruction + kl
    of_draws = math.sqrt(total.var(axis=0, ddof=1).sum()) / images
    of_images = total.mean(axis=0).std(ddof=1) / math.sqrt(images)
    return Elbo(
        one=float(total[0].mean()),
        many=float(total.mean()),
        one_se=of_draws,
        many_se=of_draws / math.sqrt(samples),
        images_se=float(of_images),
    )


def importance_weighted(
    x: NDArray,
    mean: NDArray,
    log_var: NDArray,
    decode: Decode,
    likelihood: Likelihood,
    *,
    samples: int,
    seed: int = 0,
    count: Count = lambda examples: None,
) -> tuple[Floats, Floats]:
    """Bounds on log p(x) in nats from `samples` draws of each code: importance-weighted, and ELBO, (n,) each.

    log 1/k sum_i w_i and 1/k sum_i log w_i, with w = p(x|z) N(z; 0, I) / N(z; mean, sigma^2), of the same draws:
    the first is never below the second. An image's draws depend on the seed and on its place alone.
    """
    bound, lower = np.empty(len(x)), np.empty(len(x))
    for row in range(len(x)):
        weights = np.concatenate(
            [
                log_weights(x[row : row + 1], mean[row], log_var[row], eps, decode, likelihood)
                for eps in _draws((seed, row), samples, mean.shape[1])
            ]
        )
        bound[row], lower[row] = log_mean_exp(weights), weights.mean()
        count(samples)
    return bound, lower


def log_weights(
    x: NDArray, mean: NDArray, log_var: NDArray, eps: NDArray, decode: Decode, likelihood: Likelihood
) -> Floats:
    """log p(x|z) + log p(z) - log q(z|x) of one image x (1, ...), for z = mean + sigma eps; eps (k, d) -> (k,).

    The constants of both Gaussians, d/2 log 2 pi, cancel.
    """
    z = mean + np.exp(log_var / 2) * eps
    prior = -0.5 * np.square(z, dtype=np.float64).sum(axis=1)
    posterior = -0.5 * (np.square(eps, dtype=np.float64) + log_var).sum(axis=1)
    return likelihood(x, decode(z.astype(np.float32))) + prior - posterior


def log_mean_exp(values: Floats) -> float:
    """log of the mean of exp(values), also where exp would give 0 or infinity throughout; values (k,), finite."""
    top = float(values.max())
    return top + math.log(float(np.exp(values - top).mean()))


def active_units(mean: NDArray) -> int:
    """How many numbers of the code vary with the image at all: means (n, d); `ACTIVE` says what counts."""
    return int((mean.astype(np.float64).var(axis=0) > ACTIVE).sum())


def _draws(seed: tuple[int, int], samples: int, size: int) -> list[NDArray]:
    """Standard normal (k, size) float32, k of all parts `samples` together, none with more than `CHUNK`."""
    rng = np.random.default_rng(seed)
    whole = rng.standard_normal((samples, size), dtype=np.float32)
    return [whole[at : at + CHUNK] for at in range(0, samples, CHUNK)]
