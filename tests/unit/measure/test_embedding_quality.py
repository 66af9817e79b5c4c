"""Trustworthiness and neighbours in a flat picture, by hand and by scikit-learn; places in 16 bits."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from aemodels.errors import ConfigError
from aemodels.measure import embedding_quality


@pytest.fixture(scope="module")
def images(digits):
    shown = digits.test.take(slice(0, 120))
    return shown.x, shown.labels


def test_a_picture_that_keeps_everything_is_wholly_trustworthy():
    places = np.random.default_rng(0).standard_normal((60, 2))
    assert embedding_quality.trustworthiness(places, places) == 1.0


def test_trustworthiness_is_scikit_learns(images):
    x, _ = images
    places = x.reshape(len(x), -1)[:, [300, 400]] + np.random.default_rng(0).standard_normal((len(x), 2))
    expected = trustworthiness(x.reshape(len(x), -1), places, n_neighbors=10)
    assert embedding_quality.trustworthiness(x, places) == pytest.approx(expected)
    assert expected < 0.9


def test_neighbours_vote_with_the_voter_left_out(images):
    x, labels = images
    places = x.reshape(len(x), -1) @ np.random.default_rng(1).standard_normal((784, 2))
    oracle = cross_val_score(KNeighborsClassifier(10), places, labels, cv=LeaveOneOut()).mean()
    assert embedding_quality.knn_accuracy(places, labels) == pytest.approx(oracle)


def test_two_clouds_apart_are_told_apart():
    rng = np.random.default_rng(0)
    places = np.concatenate([rng.standard_normal((20, 2)), 50 + rng.standard_normal((20, 2))])
    assert embedding_quality.knn_accuracy(places, np.repeat([3, 7], 20)) == 1.0


def test_t_sne_gives_a_place_for_each_image_and_the_same_ones_again(images):
    x, _ = images
    places = embedding_quality.tsne_places(x[:60])
    assert places.shape == (60, 2)
    assert np.isfinite(places).all()
    np.testing.assert_array_equal(places, embedding_quality.tsne_places(x[:60]))


def test_sixteen_bits_keep_a_place_to_a_part_in_sixty_thousand():
    places = np.random.default_rng(0).normal(3, 40, (500, 2)).astype(np.float32)
    steps, ends = embedding_quality.packed(places)
    assert steps.dtype == np.int16
    back = embedding_quality.unpacked(steps, ends)
    assert np.abs(back - places).max() <= np.ptp(places, axis=0).max() / 60_000


def test_places_that_are_all_the_same_can_be_kept():
    places = np.ones((12, 2), np.float32)
    np.testing.assert_allclose(embedding_quality.unpacked(*embedding_quality.packed(places)), places)


def test_too_few_places_are_refused():
    with pytest.raises(ConfigError, match="at least 21"):
        embedding_quality.trustworthiness(np.zeros((5, 3)), np.zeros((5, 2)))
    with pytest.raises(ConfigError, match="5 examples"):
        embedding_quality.knn_accuracy(np.zeros((6, 2)), np.zeros(5))
