"""Arithmetic with codes, against a calculation by hand and NumPy's own means."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.latent.arithmetic import class_means, combine, mean


def test_means_are_added_and_taken_away():
    assert combine([[1, 2], [3, 4]], [[10, 0]], [[0, 1], [0, 3]]).tolist() == [12.0, 1.0]
    assert combine([[1, 2]]).tolist() == [1.0, 2.0]
    assert combine([[1, 2]], minus=[[1, 2]]).tolist() == [0.0, 0.0]


def test_what_is_added_and_taken_away_again_changes_nothing():
    rng = np.random.default_rng(0)
    start, shift = rng.standard_normal((3, 16)), rng.standard_normal((5, 16))
    np.testing.assert_allclose(combine(start, shift, shift), start.mean(axis=0), atol=1e-6)


def test_each_class_has_the_mean_of_its_codes():
    codes = np.array([[0, 0], [2, 4], [9, 9]], np.float32)
    found = class_means(codes, np.array([7, 7, 3], np.uint8))
    assert list(found) == [3, 7]
    assert found[7].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("codes", [[], [[]], [1.0, 2.0], [[np.nan, 0.0]], [[np.inf, 0.0]]])
def test_what_has_no_mean_is_refused(codes):
    with pytest.raises(ConfigError):
        mean(codes)


def test_codes_of_two_models_are_refused():
    with pytest.raises(ConfigError, match="one model"):
        combine([[1, 2]], [[1, 2, 3]])
