"""Digits drawn by code: each factor does to the image what its name says, and nothing leaves it."""

import numpy as np
import pytest

from aemodels.data import datasets, factors
from aemodels.data.digit_shapes import SHAPES, outlines
from aemodels.errors import DatasetError

NAMES = [factor.name for factor in factors.FACTORS]


def drawn(shape=0, **changed):
    """One image, float64 in [0, 1], of a shape in the middle of all ranges but for what is changed."""
    values = factors.middle()
    for name, value in changed.items():
        values[NAMES.index(name)] = value
    return factors.draw(np.array([shape]), values[None])[0] / 255


def moments(image):
    """Mean place (x, y) of the ink, and its covariance."""
    rows, columns = np.mgrid[0:28, 0:28]
    at = np.stack([columns.ravel(), rows.ravel()])
    return np.average(at, axis=1, weights=image.ravel()), np.cov(at, aweights=image.ravel(), ddof=0)


def ends(name):
    factor = factors.FACTORS[NAMES.index(name)]
    return factor.low, factor.high


EVERY = range(len(outlines()[1]))


@pytest.mark.parametrize("shape", EVERY)
def test_a_place_moves_the_ink_by_so_many_pixels(shape):
    here = moments(drawn(shape))[0]
    there = moments(drawn(shape, across=1.5, down=-2.0))[0]
    assert there - here == pytest.approx([1.5, -2.0], abs=0.15)


@pytest.mark.parametrize("shape", EVERY)
def test_slant_leans_the_upper_end_to_the_right(shape):
    low, high = (moments(drawn(shape, slant=value))[1][0, 1] for value in ends("slant"))
    assert low > 0 > high  # y points down: what lies higher lies further to the right


@pytest.mark.parametrize("shape", EVERY)
def test_size_and_width_spread_the_ink(shape):
    small, large = (moments(drawn(shape, size=value))[1] for value in ends("size"))
    assert large[1, 1] > 1.5 * small[1, 1]
    narrow, wide = (moments(drawn(shape, width=value))[1] for value in ends("width"))
    assert wide[1, 1] == pytest.approx(narrow[1, 1], rel=0.2)
    straight = len(SHAPES[1][0][0][1]) == 2 and shape == len(SHAPES[0])  # a 1 of one stroke has no width
    assert straight or wide[0, 0] > 1.3 * narrow[0, 0]


def test_the_height_of_a_stroke_is_its_size_and_a_pen():
    upright = len(SHAPES[0])  # the first 1: one straight stroke
    image = drawn(upright, size=15.0, thickness=3.0)
    assert image.sum(axis=1).max() == pytest.approx(3.0, abs=0.1)  # across the stroke: its thickness
    assert image.max(axis=1).sum() == pytest.approx(15.0 + 3.0, abs=0.6)  # a round pen goes beyond both ends


@pytest.mark.parametrize("shape", EVERY)
def test_a_thicker_pen_leaves_more_ink(shape):
    inks = [drawn(shape, thickness=value).sum() for value in np.linspace(*ends("thickness"), 5)]
    assert np.all(np.diff(inks) > 0)


def test_no_ink_reaches_the_rim_however_far_a_digit_is_slanted_widened_and_moved():
    corners = np.array(np.meshgrid(*[(f.low, f.high) for f in factors.FACTORS])).reshape(len(NAMES), -1).T
    for shape in EVERY:
        images = factors.draw(np.full(len(corners), shape), corners)
        assert not images[:, [0, -1]].any()
        assert not images[:, :, [0, -1]].any()


def test_the_factors_belong_to_the_test_images_in_their_order():
    known = factors.known()
    data = datasets.load("factors")
    assert np.array_equal(known.images, data.test.values)
    assert np.array_equal(known.labels, data.test.labels)
    ink = (known.images / 255).sum(axis=(1, 2))
    assert np.corrcoef(ink, known.values[:, NAMES.index("thickness")])[0, 1] > 0.7
    place = [moments(image)[0][0] for image in known.images[:300]]
    assert np.corrcoef(place, known.values[:300, NAMES.index("across")])[0, 1] > 0.8


def test_factors_are_spread_evenly_over_their_ranges_and_know_nothing_of_each_other():
    from scipy import stats

    known = factors.known()
    for factor, values in zip(factors.FACTORS, known.values.T, strict=True):
        even = stats.uniform(factor.low, factor.high - factor.low)
        assert stats.kstest(values, even.cdf).pvalue > 0.001
    beside = np.corrcoef(np.column_stack([known.values, known.labels]).T)
    assert np.abs(beside - np.eye(len(beside))).max() < 0.08


def test_the_seed_alone_decides_and_another_one_decides_otherwise():
    assert np.array_equal(factors.made(3, 20).images, factors.made(3, 20).images)
    assert not np.array_equal(factors.made(3, 20).images, factors.made(4, 20).images)


def test_a_few_images_alone_are_the_same_as_among_many():
    values = np.tile(factors.middle(), (200, 1))
    shapes = np.arange(200) % len(EVERY)
    assert np.array_equal(
        factors.draw(shapes, values)[150:153], factors.draw(shapes[150:153], values[150:153])
    )


@pytest.mark.parametrize(
    ("values", "wobble"),
    [
        (np.zeros((1, 3)), None),
        (factors.middle()[None] * [1, 1, 0, 1, 1, 1], None),
        (factors.middle()[None] * np.nan, None),
        (factors.middle()[None], np.zeros((2, 4))),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(values, wobble):
    with pytest.raises(DatasetError, match=r"\."):
        factors.draw(np.array([0]), values, wobble)
