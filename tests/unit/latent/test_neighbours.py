"""Neighbours against scikit-learn, the density percentile against its meaning."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from aemodels.errors import ConfigError
from aemodels.latent.neighbours import crowding, density_percentile, nearest, nearest_images


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2000, 2)).astype(np.float32)


def test_the_nearest_codes_are_those_of_scikit_learn(codes):
    for z in ((0.3, -1.2), (5.0, 5.0)):
        distance, index = NearestNeighbors(n_neighbors=7).fit(codes).kneighbors([z])
        found = nearest(codes, np.array(z), 7)
        np.testing.assert_array_equal(found.index, index[0])
        np.testing.assert_allclose(found.distance, distance[0], rtol=1e-5)


def test_a_code_is_its_own_nearest_unless_excluded(codes):
    assert nearest(codes, codes[5:6], 1).index[0] == 5
    assert 5 not in nearest(codes, codes[5], 20, exclude=5).index


def test_equal_distances_come_in_the_order_of_the_codes():
    codes = np.array([[2.0], [1.0], [-1.0], [1.0], [0.0]])
    np.testing.assert_array_equal(nearest(codes, np.zeros(1), 3).index, [4, 1, 2])


def test_fewer_codes_give_fewer_neighbours():
    codes = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(nearest(codes, np.zeros(2), 10).distance, [0, 5])
    np.testing.assert_array_equal(nearest(codes, np.zeros(2), 10, exclude=0).index, [1])
    assert len(nearest(codes[:1], np.zeros(2), 3, exclude=0).index) == 0


def test_codes_of_many_dimensions_have_neighbours_too():
    codes = np.random.default_rng(1).standard_normal((300, 64)).astype(np.float32)
    _, index = NearestNeighbors(n_neighbors=4).fit(codes).kneighbors(codes[:1] + 0.1)
    np.testing.assert_array_equal(nearest(codes, codes[0] + np.float32(0.1), 4).index, index[0])


@pytest.mark.parametrize("z", [[0.0], [0.0, 0.0, 0.0], [np.nan, 0.0], [np.inf, 0.0]])
def test_a_place_that_is_no_code_is_refused(codes, z):
    with pytest.raises(ConfigError, match="finite"):
        nearest(codes, np.array(z), 3)


def test_the_middle_is_crowded_and_far_away_is_void(codes):
    crowded = crowding(codes)
    middle = np.random.default_rng(3).uniform(-0.3, 0.3, (20, 2))
    assert np.mean([density_percentile(codes, z, crowded) for z in middle]) > 80
    assert density_percentile(codes, np.array([3.0, 0.0]), crowded) < 10
    assert density_percentile(codes, np.array([50.0, 0.0]), crowded) == 0


def test_percentiles_of_the_codes_themselves_are_even(codes):
    crowded = crowding(codes)
    values = [density_percentile(codes, codes[i], crowded, exclude=i) for i in range(0, 2000, 10)]
    np.testing.assert_allclose(np.quantile(values, [0.1, 0.5, 0.9]), [10, 50, 90], atol=8)


@pytest.mark.parametrize("dimensions", [1, 2, 8, 9, 32])
def test_crowding_is_the_distance_to_the_tenth_other_code(dimensions):
    codes = np.random.default_rng(2).standard_normal((120, dimensions)).astype(np.float32)
    distances = np.linalg.norm(codes[:, None].astype(np.float64) - codes, axis=2)
    np.testing.assert_allclose(crowding(codes), np.sort(np.sort(distances, axis=1)[:, 10]), rtol=1e-4)


def test_equal_crowds_are_in_the_middle():
    line = np.arange(5.0)[:, None]
    crowded = crowding(line, k=1)
    np.testing.assert_allclose(crowded, 1)
    assert density_percentile(line, np.array([5.0]), crowded, k=1) == 50


def test_one_code_has_no_density():
    with pytest.raises(ConfigError, match="two codes"):
        crowding(np.zeros((1, 2)))


def test_the_nearest_images_by_pixels_are_those_of_scikit_learn():
    images = np.random.default_rng(3).integers(0, 256, (300, 28, 28), np.uint8)
    images[7] = images[250]  # the same image twice
    flat = images.reshape(300, -1) / 255
    distance, index = NearestNeighbors(n_neighbors=6, algorithm="brute").fit(flat).kneighbors(flat[[7]])
    found = nearest_images(images, 7, 5)
    assert found.index[0] == 250
    assert found.index.tolist() == [row for row in index[0].tolist() if row != 7][:5]
    np.testing.assert_allclose(found.distance, np.sort(distance[0])[1:], atol=5e-3)


@pytest.mark.parametrize("row", [-1, 3])
def test_the_neighbours_of_an_image_that_is_not_there_are_refused(row):
    with pytest.raises(ConfigError, match="0 to 2"):
        nearest_images(np.zeros((3, 28, 28), np.uint8), row, 1)
