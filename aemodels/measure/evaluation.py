"""All figures of one model on the test set, each beside what it is to be compared with.

Knows no models: arrays and functions in, a dict of plain numbers out, ready for `card.json`.
The test set chooses nothing here: PCA and neighbours come from the training set, the parameters of the
classical filters (and which of them is the best) from validation images.
"""

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError, ImageError
from aemodels.measure import WIDE, bounds, classical, compression, metrics, probe
from aemodels.measure.baselines import Pca

Floats = NDArray[np.float32]

CHUNK = 1000
"""Examples that go through the model at a time: what bounds the memory."""

NEIGHBOURS = 10
TUNING_IMAGES = 200
SAMPLES = 16
"""Draws of eps behind the -ELBO of many samples."""

WEIGHTED_SAMPLES = 500
WEIGHTED_IMAGES = 1000
"""k of the importance-weighted bound, and the test images it is computed on: half a million are decoded."""

CODED_IMAGES = 10_000
"""Training images whose codes say how a code is rounded, and what a number of it is likely to be."""


class Corruption(Protocol):
    """Damages images: (n, 28, 28, 1) in [0, 1] -> the same shape and range, with randomness from `rng`."""

    def __call__(self, x: NDArray, rng: np.random.Generator, /) -> NDArray: ...


def evaluate(
    *,
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    train_x: NDArray,
    train_labels: NDArray,
    test_x: NDArray,
    test_labels: NDArray,
    encode_distribution: Callable[[NDArray], tuple[NDArray, NDArray]] | None = None,
    corruption: Corruption | None = None,
    validation_x: NDArray | None = None,
    pca: Pca | None = None,
    thorough: bool = False,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float | str]:
    """The figures of a model, means over the test set; what each means is said in `figure_table`.

    x: images (n, 28, 28, 1) float32 in [0, 1], or points (n, d); labels (n,). encode: x -> z (n, latent_dim),
    decode: z -> x, both called with at most `CHUNK` examples. `encode_distribution`: x -> (z_mean,
    z_log_var), of a variational model. `corruption`: what a denoising model is to undo.
    `validation_x`: images of the training set that the classical filters are tuned on, by default its last
    200. `pca`: one fitted on `train_x` with at least latent_dim components, to be spared the fit.
    `thorough`: the figures that take minutes, too. `progress(done, total)` counts examples that went through
    the model, or through a codec.

    Always: mse (mean over pixels) and pca_mse, of the plain linear PCA of the same code size, not clipped
    to [0, 1]. Of codes up to `WIDE`, or thorough: knn_accuracy, 10 nearest training codes, and probe_accuracy
    (`probe.accuracy`), in [0, 1].
    Images: bce (nats, summed over pixels), psnr (dB), ssim; thorough: bits, as `compression.at_equal_quality` has
    them, on the first 1,000 test images.
    Variational: nelbo = reconstruction + kl (nats an image; one sample of eps from `seed`), kl_bits,
    kl_1, kl_2, ... of each number of the code, active_units. Thorough: nelbo_many, from `SAMPLES` samples, and the
    standard errors nelbo_se, nelbo_many_se (other samples) and nelbo_images_se (other images); iwae, minus the
    importance-weighted bound with k = `WEIGHTED_SAMPLES`, iwae_se (other images), and iwae_nelbo, from the
    same samples of the same `iwae_images` test images, `WEIGHTED_IMAGES` of them drawn by `seed`.
    Denoising: noisy_psnr, denoised_psnr, classical_psnr (dB, on all test images damaged alike),
    classical_name, classical_parameter, denoising_images.

    Raises ConfigError where the model gives codes or images that are not finite, ImageError where there
    is nothing to evaluate on.
    """
    if not len(train_x) or not len(test_x):
        raise ImageError("A model is evaluated on a training set and a test set; one of them is empty.")
    variational, images = encode_distribution is not None, test_x.ndim == 4
    passes = 1 + (_draws(thorough) if variational else 0) + (corruption is not None)
    extra = _weighted(test_x) * WEIGHTED_SAMPLES if variational and thorough else 0
    extra += min(compression.TEST_IMAGES, len(test_x)) if images and thorough else 0
    count = _Counter(len(train_x) + passes * len(test_x) + extra, progress)

    train_z = _encode_all(encode, train_x, count)
    figures, test_z = reconstruction(encode, decode, test_x, count)
    figures["pca_mse"] = _pca_mse(train_x, test_x, train_z.shape[1], pca)
    if train_z.shape[1] <= WIDE or thorough:
        figures |= _classes(train_z, train_labels, test_z, test_labels, seed)
    if encode_distribution is not None:
        figures |= variational_bounds(
            encode_distribution, decode, test_x, thorough=thorough, seed=seed, count=count
        )
    if corruption is not None:
        tune_on = train_x[-TUNING_IMAGES:] if validation_x is None else validation_x[:TUNING_IMAGES]
        figures |= _denoising(encode, decode, corruption, tune_on, test_x, seed, count)
    if images and thorough:
        figures |= _bits(encode, decode, train_x, test_x, count)
    return figures


class _Counter:
    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def __call__(self, examples: int) -> None:
        self.done += examples
        if self.progress is not None:
            self.progress(self.done, self.total)


def _draws(thorough: bool) -> int:
    return SAMPLES if thorough else 1


def _weighted(x: NDArray) -> int:
    return min(WEIGHTED_IMAGES, len(x))


def _encode_all(encode: Callable[[NDArray], NDArray], x: NDArray, count: _Counter) -> Floats:
    codes = []
    for at in range(0, len(x), CHUNK):
        part = x[at : at + CHUNK]
        codes.append(_finite(encode(part)).reshape(len(part), -1))
        count(len(part))
    return np.concatenate(codes)


def reconstruction(
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    x: NDArray,
    count: Callable[[int], None] = lambda examples: None,
) -> tuple[dict[str, float | str], Floats]:
    """The part of `evaluate` that needs test images only: mse, and bce, psnr and ssim of images; and the codes."""
    names = ("mse", "bce", "psnr", "ssim") if x.ndim == 4 else ("mse",)
    scores: dict[str, list[NDArray]] = {name: [] for name in names}
    codes = []
    for at in range(0, len(x), CHUNK):
        part = x[at : at + CHUNK]
        z = _finite(encode(part))
        y = _finite(decode(z))
        for name in names:
            scores[name].append(getattr(metrics, name)(part, y))
        codes.append(z.reshape(len(part), -1))
        count(len(part))
    return {name: float(np.concatenate(parts).mean()) for name, parts in scores.items()}, np.concatenate(
        codes
    )


def _pca_mse(train_x: NDArray, test_x: NDArray, latent_dim: int, pca: Pca | None) -> float:
    # A code larger than the image (R3's 1,568 numbers for 784 pixels) is compared with all components.
    components = min(latent_dim, int(np.prod(test_x.shape[1:])))
    fitted = Pca.fit(train_x, components) if pca is None else pca.truncate(components)
    return float(metrics.mse(test_x, fitted.reconstruct(test_x, clip=False)).mean())


def _classes(
    train_z: Floats, train_labels: NDArray, test_z: Floats, test_labels: NDArray, seed: int
) -> dict[str, float | str]:
    """How well the codes tell the classes apart."""
    figures: dict[str, float | str] = {
        "knn_accuracy": _knn_accuracy(train_z, train_labels, test_z, test_labels)
    }
    probed = probe.accuracy(train_z, train_labels, test_z, test_labels, seed=seed)
    return figures if probed is None else {**figures, "probe_accuracy": probed}


def _knn_accuracy(train_z: Floats, train_labels: NDArray, test_z: Floats, test_labels: NDArray) -> float:
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(NEIGHBOURS, len(train_z))).fit(train_z, train_labels)
    return float(np.mean(classifier.predict(test_z) == test_labels))


def variational_bounds(
    encode_distribution: Callable[[NDArray], tuple[NDArray, NDArray]],
    decode: Callable[[NDArray], NDArray],
    x: NDArray,
    *,
    thorough: bool = False,
    seed: int = 0,
    count: Callable[[int], None] = lambda examples: None,
) -> dict[str, float | str]:
    """The variational part of `evaluate`, with z = z_mean + exp(z_log_var / 2) eps (Kingma and Welling, 2013)."""
    parts = [encode_distribution(x[at : at + CHUNK]) for at in range(0, len(x), CHUNK)]
    mean, log_var = (_finite(np.concatenate(values)) for values in zip(*parts, strict=True))
    likelihood = bounds.bernoulli if x.ndim == 4 else bounds.gaussian

    def drawn(z: NDArray) -> Floats:
        return _finite(decode(z))

    said = bounds.reconstructions(
        x, mean, log_var, drawn, likelihood, samples=_draws(thorough), seed=seed, count=count
    )
    divergence = metrics.kl_by_number(mean, log_var)
    kl, first = float(divergence.sum(axis=1).mean()), float(said[0].mean())
    figures: dict[str, float | str] = {
        "nelbo": first + kl,
        "reconstruction": first,
        "kl": kl,
        "kl_bits": kl / math.log(2),
        "active_units": float(bounds.active_units(mean)),
    }
    figures |= {f"kl_{number}": float(nats) for number, nats in enumerate(divergence.mean(axis=0), start=1)}
    if not thorough:
        return figures
    if len(x) > 1:
        found = bounds.elbo(said, divergence.sum(axis=1))
        figures |= {
            "nelbo_many": found.many,
            "nelbo_se": found.one_se,
            "nelbo_many_se": found.many_se,
            "nelbo_images_se": found.images_se,
        }
    rows = np.sort(np.random.default_rng(seed).choice(len(x), _weighted(x), replace=False))
    bound, lower = bounds.importance_weighted(
        x[rows],
        mean[rows],
        log_var[rows],
        drawn,
        likelihood,
        samples=WEIGHTED_SAMPLES,
        seed=seed,
        count=count,
    )
    figures |= {
        "iwae": -float(bound.mean()),
        "iwae_nelbo": -float(lower.mean()),
        "iwae_images": float(len(rows)),
    }
    if len(rows) > 1:
        figures["iwae_se"] = float(bound.std(ddof=1) / math.sqrt(len(rows)))
    return figures


def _bits(
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    train_x: NDArray,
    test_x: NDArray,
    count: _Counter,
) -> dict[str, float | str]:
    """The code's bits beside those of JPEG and PNG."""
    coded = test_x[: compression.TEST_IMAGES]
    told = 0

    def tell(share: float) -> None:
        nonlocal told
        count(round(share * len(coded)) - told)
        told = round(share * len(coded))

    def in_chunks(function: Callable[[NDArray], NDArray]) -> Callable[[NDArray], NDArray]:
        return lambda values: np.concatenate(
            [_finite(function(values[at : at + CHUNK])) for at in range(0, len(values), CHUNK)]
        )

    found = compression.at_equal_quality(
        lambda x: in_chunks(encode)(x).reshape(len(x), -1),
        in_chunks(decode),
        train_x=train_x[:CODED_IMAGES],
        test_x=coded,
        progress=tell,
    )
    return dict(found)


def _denoising(
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    corruption: Corruption,
    tune_on: NDArray,
    x: NDArray,
    seed: int,
    count: _Counter,
) -> dict[str, float | str]:
    tuning, testing = np.random.default_rng(seed).spawn(2)
    winner = classical.best(classical.tune(tune_on, corruption(tune_on, tuning)))
    # All at once: the noise must not depend on how the images are cut into chunks.
    noisy = corruption(x, testing)
    denoised, filtered = [], []
    for at in range(0, len(x), CHUNK):
        clean, damaged = x[at : at + CHUNK], noisy[at : at + CHUNK]
        denoised.append(metrics.psnr(clean, _finite(decode(_finite(encode(damaged))))))
        filtered.append(metrics.psnr(clean, winner.apply(damaged)))
        count(len(clean))
    return {
        "noisy_psnr": float(metrics.psnr(x, noisy).mean()),
        "denoised_psnr": float(np.concatenate(denoised).mean()),
        "classical_psnr": float(np.concatenate(filtered).mean()),
        "classical_name": winner.name,
        "classical_parameter": winner.parameter,
        "denoising_images": float(len(x)),
    }


def _finite(values: NDArray) -> Floats:
    array = np.asarray(values, dtype=np.float32)
    if not np.isfinite(array).all():
        raise ConfigError(
            "The model gives values that are not finite numbers: its training has diverged."
            " Train it again with a smaller learning rate."
        )
    return array
