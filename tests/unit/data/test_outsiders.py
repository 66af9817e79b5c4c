"""Images that are no digits, drawn by code."""

import numpy as np

from aemodels.data import outsiders


def test_every_outsider_is_an_image_of_the_contract_and_differs_from_the_others():
    images = outsiders.drawn()
    assert images.shape == (len(outsiders.OUTSIDERS), 28, 28, 1)
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert images.max() <= 1
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)
    assert images[0].max() == 0  # all black


def test_shapes_are_the_same_for_the_same_seed_and_have_the_ink_of_digits(digits):
    first, second = outsiders.shapes(60, 3), outsiders.shapes(60, 3)
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, outsiders.shapes(60, 4))
    assert first.shape == (60, 28, 28, 1)
    assert first.dtype == np.float32
    assert first.max() <= 1
    ink = first.mean(axis=(1, 2, 3))
    assert ink.min() > 0.02
    assert np.median(ink) < 3 * np.median(digits.test.x.mean(axis=(1, 2, 3)))
    assert len(outsiders.shapes(0)) == 0


def test_shapes_lie_in_the_middle():
    ground = np.ones((28, 28), bool)
    ground[1:-1, 1:-1] = False
    images = outsiders.shapes(60)[..., 0]
    assert images[:, ground].sum() / images.sum() < 0.02
