"""The metrics against scikit-image, SciPy, Monte Carlo and hand calculations."""

import math
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.metrics import log_loss

from aemodels.errors import ImageError
from aemodels.measure import metrics


@pytest.fixture(scope="module")
def pairs() -> tuple[np.ndarray, np.ndarray]:
    """Images and changed images of many kinds: noise, flat, shifted, sparse ink, tiny differences."""
    rng = np.random.default_rng(4)
    x = rng.random((60, 28, 28, 1))
    x[10:40] = (x[10:40] > 0.85) * rng.random((30, 28, 28, 1))
    x[40:44] = 0.0
    x[44:48] = 1.0
    y = np.clip(x + 0.3 * rng.standard_normal(x.shape), 0, 1)
    y[:5] = x[:5] + 1e-5
    y[20:30] = np.roll(x[20:30], 1, axis=2)
    y[40] = 1.0
    y[41] = 0.0
    return x, y


def test_ssim_equals_scikit_image_on_every_image(pairs):
    x, y = pairs
    expected = [structural_similarity(a[..., 0], b[..., 0], data_range=1) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(metrics.ssim(x, y), expected, rtol=0, atol=1e-9)


def test_ssim_of_single_precision_images_is_that_of_the_same_images_in_double(pairs):
    x, y = (part.astype(np.float32) for part in pairs)
    expected = [
        structural_similarity(a[..., 0].astype(float), b[..., 0].astype(float), data_range=1)
        for a, b in zip(x, y, strict=True)
    ]
    np.testing.assert_allclose(metrics.ssim(x, y), expected, rtol=0, atol=1e-9)


def test_ssim_is_the_same_in_chunks(pairs, monkeypatch):
    x, y = pairs
    whole = metrics.ssim(x, y)
    monkeypatch.setattr(metrics, "CHUNK", 7)
    np.testing.assert_array_equal(metrics.ssim(x, y), whole)


def test_ssim_takes_images_without_a_channel_and_of_other_sizes():
    rng = np.random.default_rng(1)
    a, b = rng.random((2, 9, 13)), rng.random((2, 9, 13))
    expected = [structural_similarity(p, q, data_range=1) for p, q in zip(a, b, strict=True)]
    np.testing.assert_allclose(metrics.ssim(a, b), expected, rtol=0, atol=1e-12)


def test_psnr_equals_scikit_image(pairs):
    x, y = pairs
    different = np.flatnonzero(metrics.mse(x, y) > 0)
    expected = [peak_signal_noise_ratio(x[i], y[i], data_range=1) for i in different]
    np.testing.assert_allclose(metrics.psnr(x, y)[different], expected, rtol=1e-12)


def test_psnr_of_identical_images_is_the_cap_and_no_8_bit_difference_reaches_it():
    x = np.zeros((2, 28, 28, 1))
    y = x.copy()
    y[1, 3, 3, 0] = 1 / 255
    same, one_level = metrics.psnr(x, y)
    assert same == metrics.PSNR_CAP
    assert one_level == pytest.approx(20 * math.log10(255) + 10 * math.log10(784))
    assert one_level < metrics.PSNR_CAP


def test_mse_by_hand():
    x = np.zeros((2, 2, 2, 1), np.float32)
    y = np.array([[0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]], np.float32).reshape(2, 2, 2, 1)
    np.testing.assert_allclose(metrics.mse(x, y), [0.5, 0.25])


def test_mse_does_not_wrap_around_on_bytes():
    assert metrics.mse(np.full((1, 4), 3, np.uint8), np.full((1, 4), 5, np.uint8))[0] == 4.0


def test_bce_of_black_and_white_images_equals_the_log_loss_of_scikit_learn():
    rng = np.random.default_rng(2)
    x = (rng.random((5, 28, 28, 1)) > 0.5).astype(np.float32)
    y = rng.uniform(0.01, 0.99, x.shape)
    expected = [log_loss(a.ravel(), b.ravel(), normalize=False) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(metrics.bce(x, y), expected, rtol=1e-9)


def test_bce_of_a_grey_image_with_itself_is_its_entropy():
    x = np.random.default_rng(3).uniform(0.01, 0.99, (4, 28, 28, 1))
    np.testing.assert_allclose(metrics.bce(x, x), stats.bernoulli(x).entropy().sum(axis=(1, 2, 3)), rtol=1e-9)


def test_bce_of_a_confident_mistake_is_large_and_finite():
    wrong, right = metrics.bce(np.array([[1.0], [1.0]]), np.array([[0.0], [1.0]]))
    assert wrong == pytest.approx(-math.log(1e-7))
    assert right == pytest.approx(1e-7, rel=1e-3)


def test_kl_by_hand_and_zero_for_the_prior():
    np.testing.assert_allclose(metrics.kl(np.zeros((1, 3)), np.zeros((1, 3))), [0.0])
    # mean 1 and variance e: (1 + e - 1 - 1) / 2; the second dimension is the prior's.
    np.testing.assert_allclose(metrics.kl([[1.0, 0.0]], [[1.0, 0.0]]), [(math.e - 1) / 2])


def test_kl_equals_its_estimate_by_sampling():
    mean, log_var = np.array([[0.7, -1.2, 0.1]]), np.array([[-1.0, 0.4, -3.0]])
    scale = np.exp(log_var / 2)
    z = mean + scale * np.random.default_rng(5).standard_normal((200_000, 3))
    ratio = (stats.norm.logpdf(z, mean, scale) - stats.norm.logpdf(z)).sum(axis=1)
    error = 5 * ratio.std() / math.sqrt(len(ratio))
    assert metrics.kl(mean, log_var)[0] == pytest.approx(ratio.mean(), abs=error)


@pytest.mark.parametrize("metric", [metrics.mse, metrics.psnr, metrics.ssim, metrics.bce, metrics.kl])
def test_every_metric_gives_one_number_an_image_and_refuses_batches_that_differ(metric):
    x = np.random.default_rng(0).random((3, 28, 28, 1)).astype(np.float32)
    assert metric(x, x[::-1]).shape == (3,)
    assert metric(x[:0], x[:0]).shape == (0,)
    with pytest.raises(ImageError, match="same shape"):
        metric(x, x[:2])


def test_ssim_says_what_it_needs():
    with pytest.raises(ImageError, match="at least 7x7"):
        metrics.ssim(np.zeros((2, 3)), np.zeros((2, 3)))


def test_importing_the_metrics_imports_nothing_heavy():
    code = (
        "import sys, aemodels.measure.metrics, aemodels.measure.baselines, aemodels.measure.classical,"
        " aemodels.measure.evaluation;"
        "print([m for m in ('tensorflow','keras','sklearn','skimage','scipy','plotly') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
