"""Few labels and more images: what is added, and that the comparison is one."""

import numpy as np
import pytest
from scipy import ndimage
from sklearn.linear_model import LogisticRegression

from aemodels.measure import augmentation, probe


@pytest.fixture(scope="module")
def splits(digits):
    parts = [digits.train.take(slice(0, 400)), digits.train.take(slice(-100, None)), digits.test]
    return tuple(part.x for part in parts), tuple(part.labels for part in parts)


@pytest.fixture
def quick(monkeypatch):
    """Few added images and few settings: what is tested is the same."""
    monkeypatch.setattr(augmentation, "EXTRA", 5)
    monkeypatch.setattr(augmentation, "SPREADS", (0.5, 1.0))
    monkeypatch.setattr(probe, "STRENGTHS", (0.01, 0.1))


def test_shifted_copies_are_the_images_themselves_moved_by_two_pixels_at_most(splits):
    x = splits[0][0][:4]
    moved, source = augmentation.shifted(x, 30, seed=1)
    assert source.tolist() == [row % 4 for row in range(30)]
    for image, row in zip(moved, source, strict=True):
        candidates = [
            ndimage.shift(x[row, ..., 0], (down, right), order=0)
            for down in range(-2, 3)
            for right in range(-2, 3)
        ]
        assert min(np.abs(image[..., 0] - candidate).max() for candidate in candidates) < 1e-6


def test_invented_codes_lie_around_the_mean_of_their_class_with_the_shared_spread():
    rng = np.random.default_rng(0)
    labels = np.repeat([2, 5], 300)
    codes = (rng.standard_normal((600, 3)) * [1, 2, 3] + 20 * (labels[:, None] == 5)).astype(np.float32)
    z, whose = augmentation.invented(codes, labels, 4_000, 1.0, seed=0)
    assert np.unique(whose, return_counts=True)[1].tolist() == [4_000, 4_000]
    np.testing.assert_allclose(z[whose == 5].mean(axis=0), codes[labels == 5].mean(axis=0), atol=0.2)
    np.testing.assert_allclose(z[whose == 2].std(axis=0), [1, 2, 3], rtol=0.1)
    still, _ = augmentation.invented(codes, labels, 5, 0.0, seed=0)
    np.testing.assert_allclose(still[:5], np.tile(codes[labels == 2].mean(axis=0), (5, 1)), atol=1e-4)


def test_five_codes_a_class_of_many_numbers_are_enough_for_a_covariance():
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((10, 40)).astype(np.float32)
    z, _ = augmentation.invented(codes, np.repeat([0, 1], 5), 20, 1.0, seed=0)
    assert np.isfinite(z).all()


def test_a_perfect_generator_helps_and_all_ways_are_measured_alike(splits, quick):
    images, labels = splits
    seen = []
    found = augmentation.gains(
        lambda x: x.reshape(len(x), -1)[:, ::16],
        lambda z: np.repeat(z, 16, axis=1).reshape(-1, 28, 28, 1),
        images,
        labels,
        sizes=(50,),
        draws=2,
        progress=seen.append,
    )
    assert set(found) == {"sizes"} | {
        f"{way}_{part}" for way in augmentation.WAYS for part in ("mean", "low", "high")
    }
    assert seen[-1] == 1.0
    for way in augmentation.WAYS:
        assert 0.3 < found[f"{way}_low"][0] <= found[f"{way}_mean"][0] <= found[f"{way}_high"][0] <= 1


def test_without_more_images_only_the_labelled_ones_are_used(splits, quick):
    images, labels = splits
    found = augmentation.gains(
        lambda x: x[:, 0, :2, 0],
        lambda z: np.zeros((len(z), 28, 28, 1)),
        images,
        labels,
        sizes=(50,),
        draws=1,
    )
    drawn = probe.rows(labels[0], 50, 0)
    flat = [part.reshape(len(part), -1) for part in images]
    scaled = probe.Features(*flat).scaled()
    strength, _ = probe.choose(scaled.train[drawn], labels[0][drawn], scaled.validation, labels[1])
    oracle = LogisticRegression(C=strength, max_iter=1000).fit(scaled.train[drawn], labels[0][drawn])
    assert found["none_mean"][0] == pytest.approx(oracle.score(scaled.test, labels[2]), abs=0.006)
