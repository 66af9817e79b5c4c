"""All figures of one model on the test set, each beside what it is to be compared with.

Knows no models: arrays and functions in, a dict of plain numbers out, ready for `card.json`.
The test set chooses nothing here: PCA and neighbours come from the training set, the parameters of the
classical filters (and which of them is the best) from validation images.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError, ImageError
from aemodels.measure import classical, metrics
from aemodels.measure.baselines import Pca

Floats = NDArray[np.float32]

CHUNK = 1000
"""Examples that go through the model at a time: what bounds the memory."""

NEIGHBOURS = 10
TUNING_IMAGES = 200


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
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float | str]:
    """The figures of a model, means over the test set.

    x: images (n, 28, 28, 1) float32 in [0, 1], or points (n, d); labels (n,). encode: x -> z (n, latent_dim),
    decode: z -> x, both called with at most `CHUNK` examples. `encode_distribution`: x -> (z_mean,
    z_log_var), of a variational model. `corruption`: what a denoising model is to undo.
    `validation_x`: images of the training set that the classical filters are tuned on, by default its last
    200. `pca`: one fitted on `train_x` with at least latent_dim components, to be spared the fit.
    `progress(done, total)` counts examples that went through the model.

    Always: mse (mean over pixels) and pca_mse, of the plain linear PCA of the same code size, not clipped
    to [0, 1]; knn_accuracy, 10 nearest training codes, in [0, 1].
    Images: bce (nats, summed over pixels), psnr (dB), ssim.
    Variational: nelbo = reconstruction + kl (nats an image; one sample of eps from `seed`).
    Denoising: noisy_psnr, denoised_psnr, classical_psnr (dB, on all test images damaged alike),
    classical_name, classical_parameter, denoising_images.

    Raises ConfigError where the model gives codes or images that are not finite, ImageError where there
    is nothing to evaluate on.
    """
    if not len(train_x) or not len(test_x):
        raise ImageError("A model is evaluated on a training set and a test set; one of them is empty.")
    passes = 1 + (encode_distribution is not None) + (corruption is not None)
    count = _Counter(len(train_x) + passes * len(test_x), progress)

    train_z = _encode_all(encode, train_x, count)
    figures, test_z = _reconstruction(encode, decode, test_x, count)
    figures["pca_mse"] = _pca_mse(train_x, test_x, train_z.shape[1], pca)
    figures["knn_accuracy"] = _knn_accuracy(train_z, train_labels, test_z, test_labels)
    if encode_distribution is not None:
        figures |= _variational(encode_distribution, decode, test_x, seed, count)
    if corruption is not None:
        tune_on = train_x[-TUNING_IMAGES:] if validation_x is None else validation_x[:TUNING_IMAGES]
        figures |= _denoising(encode, decode, corruption, tune_on, test_x, seed, count)
    return figures


class _Counter:
    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def __call__(self, examples: int) -> None:
        self.done += examples
        if self.progress is not None:
            self.progress(self.done, self.total)


def _encode_all(encode: Callable[[NDArray], NDArray], x: NDArray, count: _Counter) -> Floats:
    codes = []
    for at in range(0, len(x), CHUNK):
        part = x[at : at + CHUNK]
        codes.append(_finite(encode(part)).reshape(len(part), -1))
        count(len(part))
    return np.concatenate(codes)


def _reconstruction(
    encode: Callable[[NDArray], NDArray], decode: Callable[[NDArray], NDArray], x: NDArray, count: _Counter
) -> tuple[dict[str, float | str], Floats]:
    """Means of every metric that has a meaning for x, and the codes of x."""
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


def _knn_accuracy(train_z: Floats, train_labels: NDArray, test_z: Floats, test_labels: NDArray) -> float:
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(NEIGHBOURS, len(train_z))).fit(train_z, train_labels)
    return float(np.mean(classifier.predict(test_z) == test_labels))


def _variational(
    encode_distribution: Callable[[NDArray], tuple[NDArray, NDArray]],
    decode: Callable[[NDArray], NDArray],
    x: NDArray,
    seed: int,
    count: _Counter,
) -> dict[str, float | str]:
    """-ELBO with z = z_mean + exp(z_log_var / 2) eps (Kingma and Welling, 2013), one eps an image."""
    rng = np.random.default_rng(seed)
    reconstruction, divergence = [], []
    for at in range(0, len(x), CHUNK):
        part = x[at : at + CHUNK]
        mean, log_var = (_finite(values) for values in encode_distribution(part))
        z = mean + np.exp(log_var / 2) * rng.standard_normal(mean.shape, dtype=np.float32)
        reconstruction.append(metrics.bce(part, _finite(decode(z))))
        divergence.append(metrics.kl(mean, log_var))
        count(len(part))
    terms = float(np.concatenate(reconstruction).mean()), float(np.concatenate(divergence).mean())
    return {"nelbo": sum(terms), "reconstruction": terms[0], "kl": terms[1]}


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
