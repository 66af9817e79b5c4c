"""How far an image is from another, and a code's distribution from the prior. NumPy only.

Every function takes a batch and returns one number an image (or code), shape (n,), float64: means,
quantiles and "hardest images" are then the caller's choice. Sources:
PSNR and SSIM as scikit-image computes them with `data_range=1`; SSIM is Wang, Bovik, Sheikh and
Simoncelli, "Image quality assessment: from error visibility to structural similarity" (2004);
the KL term is that of Kingma and Welling, "Auto-Encoding Variational Bayes" (2013), appendix B.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ImageError

Floats = NDArray[np.float64]

PSNR_CAP = 100.0
"""dB given to identical images, whose true PSNR is infinite: means stay finite and JSON valid. The
smallest difference that 8-bit images of 28x28 can have is 77 dB, so the cap hides no difference."""

PROBABILITY_FLOOR = 1e-7
"""Probabilities are kept this far from 0 and 1 in the cross-entropy, as Keras keeps them."""

SSIM_WINDOW = 7
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2

CHUNK = 2048


def mse(x: ArrayLike, y: ArrayLike) -> Floats:
    """Mean squared error over the pixels of each image: x, y (n, ...) -> (n,)."""
    first, second = _pair(x, y)
    difference = _flat(np.subtract(first, second, dtype=np.float64))
    return np.einsum("np,np->n", difference, difference) / max(difference.shape[1], 1)


def psnr(x: ArrayLike, y: ArrayLike) -> Floats:
    """Peak signal-to-noise ratio in dB, data range 1: x, y (n, ...) -> (n,).

    -10 log10(mse); identical images give `PSNR_CAP` (100 dB) instead of infinity.
    """
    return -10.0 * np.log10(np.maximum(mse(x, y), 10.0 ** (-PSNR_CAP / 10.0)))


def ssim(x: ArrayLike, y: ArrayLike) -> Floats:
    """Structural similarity, 1 for identical images: x, y (n, h, w) or (n, h, w, 1) in [0, 1] -> (n,).

    Equal to `skimage.metrics.structural_similarity(a, b, data_range=1)` in double precision for each
    image (7x7 uniform window, sample covariance, mean over the windows that lie inside the image).
    Raises ImageError where an image is smaller than the window.
    """
    first, second = _pair(x, y)
    if first.ndim == 4 and first.shape[-1] == 1:
        first, second = first[..., 0], second[..., 0]
    if first.ndim != 3 or min(first.shape[1:]) < SSIM_WINDOW:
        raise ImageError(
            f"SSIM compares grey images of at least {SSIM_WINDOW}x{SSIM_WINDOW} pixels, shape"
            f" (n, height, width) or (n, height, width, 1); received {np.shape(x)}. Use mse or psnr instead."
        )
    # Batches this small keep the five filtered copies in the processor's cache range, not in gigabytes.
    parts = [_ssim(first[at : at + CHUNK], second[at : at + CHUNK]) for at in range(0, len(first), CHUNK)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _ssim(first: NDArray, second: NDArray) -> Floats:
    a, b = first.astype(np.float64), second.astype(np.float64)
    mean_a, mean_b = _window_mean(a), _window_mean(b)
    unbiased = SSIM_WINDOW**2 / (SSIM_WINDOW**2 - 1)
    variance_a = unbiased * (_window_mean(a * a) - mean_a * mean_a)
    variance_b = unbiased * (_window_mean(b * b) - mean_b * mean_b)
    covariance = unbiased * (_window_mean(a * b) - mean_a * mean_b)
    luminance = (2 * mean_a * mean_b + SSIM_C1) / (mean_a**2 + mean_b**2 + SSIM_C1)
    structure = (2 * covariance + SSIM_C2) / (variance_a + variance_b + SSIM_C2)
    return (luminance * structure).mean(axis=(1, 2))


def _window_mean(images: Floats) -> Floats:
    """Mean of each 7x7 window that lies inside the image: (n, h, w) -> (n, h-6, w-6).

    Plain sums of shifted slices: running sums would be faster but lose digits where ink has been before.
    """
    height, width = images.shape[1] - SSIM_WINDOW + 1, images.shape[2] - SSIM_WINDOW + 1
    rows = images[:, :height].copy()
    for shift in range(1, SSIM_WINDOW):
        rows += images[:, shift : shift + height]
    total = rows[:, :, :width].copy()
    for shift in range(1, SSIM_WINDOW):
        total += rows[:, :, shift : shift + width]
    total /= SSIM_WINDOW**2
    return total


def bce(x: ArrayLike, y: ArrayLike) -> Floats:
    """Binary cross-entropy in nats an image, **summed** over its pixels: x, y (n, ...) in [0, 1] -> (n,).

    -sum(x log y + (1 - x) log(1 - y)), x the truth and y what the model says; y is kept 1e-7 away from
    0 and 1. For grey x the least possible value is the entropy of x, not 0.
    """
    truth, said = _pair(x, y)
    total = np.empty(len(truth))
    for at in range(0, len(truth), CHUNK):
        part = slice(at, at + CHUNK)
        t, p = _flat(truth[part]), _flat(said[part])
        p = np.clip(p, PROBABILITY_FLOOR, 1.0 - PROBABILITY_FLOOR)
        total[part] = -(t * np.log(p) + (1.0 - t) * np.log1p(-p)).sum(axis=1)
    return total


def kl(z_mean: ArrayLike, z_log_var: ArrayLike) -> Floats:
    """KL divergence in nats of N(z_mean, exp(z_log_var)) from N(0, I): (n, d), (n, d) -> (n,).

    -1/2 sum(1 + log var - mean^2 - var), the sum over the d dimensions; never negative.
    """
    return kl_by_number(z_mean, z_log_var).sum(axis=1)


def kl_by_number(z_mean: ArrayLike, z_log_var: ArrayLike) -> Floats:
    """The same, each number of the code for itself: (n, d), (n, d) -> (n, d)."""
    mean, log_var = (_flat(part) for part in _pair(z_mean, z_log_var))
    return 0.5 * (mean * mean + np.exp(log_var) - 1.0 - log_var)


def _flat(batch: NDArray) -> Floats:
    """(n, ...) -> (n, p) in double precision, also for n = 0, where reshape(n, -1) cannot."""
    return batch.reshape(len(batch), math.prod(batch.shape[1:])).astype(np.float64, copy=False)


def _pair(x: ArrayLike, y: ArrayLike) -> tuple[NDArray, NDArray]:
    first, second = np.asarray(x), np.asarray(y)
    if first.shape != second.shape or first.ndim < 2:
        raise ImageError(
            "Two batches of the same shape (n, ...) are needed to compare one with the other;"
            f" received {first.shape} and {second.shape}."
        )
    return first, second
