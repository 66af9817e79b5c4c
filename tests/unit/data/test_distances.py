"""Distances in small shapes, against SciPy's general transform."""

import numpy as np
import pytest
from scipy import ndimage

from aemodels.data.distances import grown, squared_to_ground


def blobs(seed, shape=(90, 70)):
    rng = np.random.default_rng(seed)
    return ndimage.gaussian_filter(rng.normal(size=shape), 3) > 0.02 * seed


SHAPES = {
    "blobs": blobs(0),
    "thin blobs": blobs(3),
    "all ink": np.ones((40, 25), bool),
    "a large square": np.ones((300, 300), bool),
    "one pixel": np.ones((1, 1), bool),
    "a column": np.ones((30, 1), bool),
    "no ink": np.zeros((5, 7), bool),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_distance_to_the_ground_is_exact(name):
    shape = SHAPES[name]
    expected = ndimage.distance_transform_edt(np.pad(shape, 1))[1:-1, 1:-1] ** 2
    np.testing.assert_allclose(squared_to_ground(shape), expected, atol=1e-6)


@pytest.mark.parametrize("radius", [0.4, 1, 1.5, 4.2, 12.7])
@pytest.mark.parametrize("name", [name for name in SHAPES if name != "no ink"])
def test_a_grown_shape_is_all_that_lies_within_the_radius(name, radius):
    shape = SHAPES[name]
    expected = ndimage.distance_transform_edt(~np.pad(shape, int(radius))) <= radius
    np.testing.assert_array_equal(grown(shape, radius), expected)
