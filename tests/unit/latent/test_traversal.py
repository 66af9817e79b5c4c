"""Traversals: which numbers of a code matter, and what moving one of them gives."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.latent import traversal


@pytest.fixture
def codes():
    spread = np.array([0.05, 3.0, 1.0, 0.0], np.float32)
    return np.random.default_rng(0).standard_normal((2_000, 4)).astype(np.float32) * spread + 5


def test_the_number_that_varies_most_comes_first_and_equals_keep_their_order(codes):
    assert traversal.order(codes) == [1, 2, 0, 3]
    assert traversal.order(np.zeros((5, 3), np.float32)) == [0, 1, 2]
    np.testing.assert_allclose(traversal.activity(codes), [0.0025, 9, 1, 0], rtol=0.1, atol=1e-6)


def test_numbers_that_hardly_vary_are_dead(codes):
    assert traversal.dead(codes).tolist() == [True, False, False, True]


def test_one_number_moves_evenly_around_its_mean_and_the_others_stay(codes):
    code = np.array([1, 2, 3, 4], np.float32)
    found = traversal.traverse(code, codes, 1, steps=5)
    np.testing.assert_array_equal(found[:, [0, 2, 3]], np.tile([1, 3, 4], (5, 1)))
    np.testing.assert_allclose(found[:, 1], [-1, 2, 5, 8, 11], atol=0.3)
    assert found.dtype == np.float32


def test_a_dead_number_still_moves_by_the_priors_standard_deviation(codes):
    found = traversal.traverse(np.zeros(4), codes, 3, steps=3)
    np.testing.assert_allclose(found[:, 3], [4, 5, 6])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"code": np.zeros(3), "number": 0}, "has 4 numbers"),
        ({"code": np.zeros(4), "number": 4}, "0 to 3"),
        ({"code": np.zeros(4), "number": -1}, "0 to 3"),
        ({"code": np.zeros(4), "number": 0, "steps": 1}, "2 to 32"),
        ({"code": np.zeros(4), "number": 0, "steps": 33}, "2 to 32"),
    ],
)
def test_what_cannot_be_traversed_is_refused_with_a_sentence(codes, arguments, sentence):
    with pytest.raises(ConfigError, match=sentence):
        traversal.traverse(codes=codes, **arguments)


def test_codes_of_no_shape_are_refused():
    with pytest.raises(ConfigError, match="shape"):
        traversal.activity(np.zeros(3))
