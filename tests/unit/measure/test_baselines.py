"""PCA against scikit-learn's."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from aemodels.errors import ConfigError, ImageError
from aemodels.measure.baselines import Pca


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """The bundled optical digits as images: (1797, 8, 8, 1) float32 in [0, 1]."""
    return (load_digits().images / 16).astype(np.float32)[..., None]


@pytest.fixture(scope="module")
def oracle(digits) -> PCA:
    return PCA(10, svd_solver="full").fit(digits.reshape(len(digits), -1).astype(np.float64))


def test_components_and_variances_are_those_of_scikit_learn(digits, oracle):
    pca = Pca.fit(digits, 10)
    agreement = np.abs(np.sum(pca.components * oracle.components_, axis=1))
    np.testing.assert_allclose(agreement, 1.0, atol=1e-5)
    np.testing.assert_allclose(pca.variances, oracle.explained_variance_, rtol=1e-4)
    np.testing.assert_allclose(pca.mean, oracle.mean_, atol=1e-6)


def test_codes_and_reconstructions_are_those_of_scikit_learn(digits, oracle):
    pca = Pca.fit(digits, 10)
    flat = digits.reshape(len(digits), -1).astype(np.float64)
    np.testing.assert_allclose(np.abs(pca.encode(digits)), np.abs(oracle.transform(flat)), atol=1e-5)
    expected = oracle.inverse_transform(oracle.transform(flat)).reshape(digits.shape)
    np.testing.assert_allclose(pca.reconstruct(digits, clip=False), expected, atol=1e-5)
    np.testing.assert_allclose(pca.reconstruct(digits), expected.clip(0, 1), atol=1e-5)


def test_truncating_a_large_fit_is_fitting_a_small_one(digits):
    large, small = Pca.fit(digits, 20).truncate(3), Pca.fit(digits, 3)
    np.testing.assert_array_equal(large.components, small.components)
    assert large.latent_dim == 3
    assert large.encode(digits[:5]).shape == (5, 3)


def test_as_many_components_as_pixels_lose_nothing(digits):
    np.testing.assert_allclose(Pca.fit(digits, 64).reconstruct(digits), digits, atol=1e-5)


def test_chunks_change_nothing_but_rounding(digits, monkeypatch):
    whole = Pca.fit(digits, 5)
    monkeypatch.setattr("aemodels.measure.baselines.CHUNK", 100)
    np.testing.assert_allclose(Pca.fit(digits, 5).components, whole.components, atol=1e-5)


def test_bytes_are_the_same_images_as_floats(digits):
    values = np.rint(digits * 255).astype(np.uint8)
    of_bytes, of_floats = Pca.fit(values, 20), Pca.fit(values / np.float32(255), 20)
    np.testing.assert_allclose(of_bytes.mean, of_floats.mean, atol=1e-6)
    np.testing.assert_allclose(of_bytes.components, of_floats.components, atol=1e-4)
    np.testing.assert_allclose(of_bytes.variances, of_floats.variances, rtol=1e-4)


def test_the_sign_of_each_component_is_fixed(digits):
    upright = Pca.fit(digits, 8).components
    mirrored = Pca.fit(1 - digits, 8).components  # same covariance
    np.testing.assert_allclose(mirrored, upright, atol=1e-4)
    assert np.all(upright[np.arange(8), np.abs(upright).argmax(axis=1)] > 0)


def test_points_are_coded_too_and_not_clipped():
    rng = np.random.default_rng(0)
    points = np.column_stack([5 * rng.standard_normal(100), 3 * rng.standard_normal(100), np.zeros(100)])
    back = Pca.fit(points.astype(np.float32), 2).reconstruct(points)
    np.testing.assert_allclose(back, points, atol=1e-4)


def test_arrays_bring_it_back(digits):
    pca = Pca.fit(digits, 4)
    again = Pca.from_arrays(pca.to_arrays())
    np.testing.assert_array_equal(again.reconstruct(digits[:3]), pca.reconstruct(digits[:3]))
    assert again.reconstruct(digits[:3]).dtype == np.float32


@pytest.mark.parametrize("k", [0, 65])
def test_a_code_size_out_of_range_is_refused_with_the_range(digits, k):
    with pytest.raises(ConfigError, match="1 to 64"):
        Pca.fit(digits, k)
    with pytest.raises(ConfigError, match="1 to 5"):
        Pca.fit(digits, 5).truncate(k)


def test_one_image_has_no_variance(digits):
    with pytest.raises(ImageError, match="two examples"):
        Pca.fit(digits[:1], 2)
