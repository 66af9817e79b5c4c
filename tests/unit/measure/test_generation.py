"""Class mixtures, coverage, diversity and the nearest real image, each by hand in NumPy or by SciPy."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from aemodels.errors import ConfigError
from aemodels.measure import generation


def two_classes(size=2, count=400, seed=0):
    """Codes of two classes with known means and covariances."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], count)
    mix = rng.standard_normal((2, size, size))
    z = np.stack([mix[label] @ rng.standard_normal(size) + 5 * label for label in labels])
    return z.astype(np.float32), labels


def test_one_gaussian_is_the_mean_and_the_covariance():
    z, labels = two_classes()
    made = generation.fit(z, labels, z, labels, classes=2, components=(1,))
    for label in (0, 1):
        own = z[labels == label].astype(np.float64)
        np.testing.assert_allclose(made.means[label, 0], own.mean(axis=0), atol=1e-4)
        covariance = made.factors[label, 0] @ made.factors[label, 0].T
        np.testing.assert_allclose(covariance, np.cov(own, rowvar=False, bias=True), rtol=1e-3, atol=1e-3)


def test_samples_have_the_moments_that_were_fitted():
    z, labels = two_classes()
    made = generation.fit(z, labels, z, labels, classes=2, components=(1,))
    drawn = made.sample(np.full(20_000, 1), seed=1)
    own = z[labels == 1]
    np.testing.assert_allclose(drawn.mean(axis=0), own.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), np.cov(own, rowvar=False), atol=0.15)


def test_the_temperature_multiplies_the_spread_and_keeps_the_middle():
    z, labels = two_classes()
    made = generation.fit(z, labels, z, labels, classes=2, components=(1,))
    asked = np.zeros(200, int)
    full, half = (made.sample(asked, temperature=t, seed=4) for t in (1.0, 0.5))
    middle = made.means[0, 0]
    np.testing.assert_allclose(half - middle, 0.5 * (full - middle), atol=1e-4)
    np.testing.assert_allclose(made.sample(asked, temperature=0.0), np.tile(middle, (200, 1)))


def test_two_hills_ask_for_two_gaussians_and_are_both_drawn_from():
    rng = np.random.default_rng(0)
    z = (rng.choice([-10, 10], (600, 1)) + rng.standard_normal((600, 2))).astype(np.float32)
    labels = np.zeros(600, int)
    made = generation.fit(z[:400], labels[:400], z[400:], labels[400:], classes=1, components=(1, 2))
    assert made.components == 2
    drawn = made.sample(np.zeros(500, int), seed=0)[:, 0]
    assert np.abs(drawn).min() > 4
    assert 0.3 < np.mean(drawn > 0) < 0.7


def test_wide_codes_keep_their_largest_directions_and_all_of_the_variance():
    rng = np.random.default_rng(0)
    scale = np.concatenate([np.linspace(9, 4, 10), np.full(50, 0.5)])
    z = (rng.standard_normal((800, 60)) * scale).astype(np.float32)
    labels = np.zeros(800, int)
    made = generation.fit(z, labels, z, labels, classes=1)
    assert made.factors.shape == (1, 1, 60, generation.DIRECTIONS)
    covariance = made.factors[0, 0] @ made.factors[0, 0].T + made.noise[0, 0] ** 2 * np.eye(60)
    expected = np.cov(z, rowvar=False)
    assert np.trace(covariance) == pytest.approx(np.trace(expected), rel=1e-3)
    np.testing.assert_allclose(
        np.linalg.eigvalsh(covariance)[-10:], np.linalg.eigvalsh(expected)[-10:], rtol=1e-3
    )


def test_arrays_bring_the_mixtures_back_with_sixteen_bits():
    z, labels = two_classes()
    made = generation.fit(z, labels, z, labels, classes=2)
    back = generation.ClassMixtures.from_arrays(made.to_arrays())
    asked = np.arange(50) % 2
    np.testing.assert_allclose(back.sample(asked), made.sample(asked), atol=0.02)


def test_a_class_without_codes_and_a_label_without_a_class_are_refused():
    z, labels = two_classes()
    with pytest.raises(ConfigError, match="class 2 has 0"):
        generation.fit(z, labels, z, labels, classes=3)
    made = generation.fit(z, labels, z, labels, classes=2, components=(1,))
    with pytest.raises(ConfigError, match="0 to 1"):
        made.sample(np.asarray([0, 2]))


def test_the_prior_is_a_standard_normal_times_the_temperature():
    z = generation.prior_codes(20_000, 3, temperature=0.5, seed=0)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(z.std(axis=0), 0.5, atol=0.02)
    assert np.array_equal(z, generation.prior_codes(20_000, 3, temperature=0.5, seed=0))


def test_coverage_counts_the_classes_with_at_least_two_per_cent():
    judged = np.repeat([0, 1, 2, 3], [900, 60, 20, 19])  # the last has 1.9 %
    np.testing.assert_allclose(generation.shares(judged, 4), np.asarray([900, 60, 20, 19]) / 999)
    assert generation.coverage(judged, 4) == 0.75
    assert generation.coverage(np.arange(10)) == 1.0
    assert generation.coverage(np.zeros(50, int)) == pytest.approx(0.1)


def test_diversity_is_the_mean_distance_of_all_pairs():
    x = np.random.default_rng(0).random((30, 28, 28, 1), dtype=np.float32)
    assert generation.spread(x) == pytest.approx(pdist(x.reshape(30, -1)).mean(), rel=1e-6)
    assert generation.spread(np.tile(x[:1], (5, 1, 1, 1))) == pytest.approx(0, abs=1e-5)
    labels = np.repeat([0, 1, 2], [10, 19, 1])
    found = generation.spread_by_class(x, labels, 3)
    assert found[1] == pytest.approx(pdist(x[10:29].reshape(19, -1)).mean(), rel=1e-5)
    assert np.isnan(found[2])


def test_the_nearest_image_is_found_in_whatever_chunk_it_lies(monkeypatch):
    rng = np.random.default_rng(0)
    values = rng.integers(0, 256, (50, 28, 28), dtype=np.uint8)
    image = values[37] / np.float32(255)
    assert generation.nearest(image[..., None], values) == (37, pytest.approx(0, abs=1e-5))
    monkeypatch.setattr(generation, "CHUNK", 7)
    other = rng.random((28, 28, 1), dtype=np.float32)
    distances = np.sqrt(((values / 255.0 - other[..., 0]) ** 2).sum(axis=(1, 2)))
    row, distance = generation.nearest(other, values)
    assert row == distances.argmin()
    assert distance == pytest.approx(distances.min(), rel=1e-5)
