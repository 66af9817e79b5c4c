"""Layers: what is transparent, what has full colour, and the way to a PNG."""

import io

import numpy as np
import pytest
from PIL import Image

from aemodels.errors import ConfigError
from aemodels.figures import layers
from aemodels.figures.layers import field_image, regions_image
from aemodels.figures.palette import BOTH, DIGITS, POINT_OPACITY

FULL = round(layers.MOST_ALPHA * 255)


def test_a_field_has_one_hue_and_its_opacity_grows_evenly_between_the_ends():
    layer = field_image([[0.0, 1.0, 2.0], [3.0, 4.0, 9.0], [-5.0, 2.0, 2.0]], low=0, high=4, colour="#102030")
    assert layer.image.dtype == np.uint8
    assert layer.image.shape == (3, 3, 4)
    assert (layer.low, layer.high) == (0, 4)
    np.testing.assert_array_equal(layer.image[..., :3], np.tile([0x10, 0x20, 0x30], (3, 3, 1)))
    shares = np.array([[0, 0.25, 0.5], [0.75, 1, 1], [0, 0.5, 0.5]])
    np.testing.assert_allclose(layer.image[..., 3], shares * FULL, atol=1)


def test_rows_and_columns_stay_where_they_are():
    layer = field_image([[0.0, 0.0, 7.0], [0.0, 0.0, 0.0]], high=7)
    np.testing.assert_array_equal(layer.image[..., 3], [[0, 0, FULL], [0, 0, 0]])


def test_a_few_extreme_values_do_not_make_the_rest_pale():
    values = np.linspace(2, 3, 1000).reshape(20, 50)
    layer = field_image(values)
    assert (layer.low, layer.high) == pytest.approx((2, 2.98))
    values[-1, -5:] = 1e6
    with_extremes = field_image(values)
    assert (with_extremes.low, with_extremes.high) == pytest.approx((2, 2.98))
    np.testing.assert_array_equal(with_extremes.image, layer.image)
    assert layer.image[-1, -5:, 3].tolist() == [FULL] * 5


def test_a_field_that_is_nothing_nearly_everywhere_still_shows_where_it_is_something():
    values = np.zeros((20, 20))
    values[3, 4] = 0.5  # one node of 400: the 98th percentile is 0
    layer = field_image(values)
    assert (layer.low, layer.high) == (0, 0.5)
    assert layer.image[3, 4, 3] == FULL
    assert np.count_nonzero(layer.image[..., 3]) == 1


def test_a_field_that_is_the_same_everywhere_is_transparent():
    layer = field_image(np.full((4, 5), 3.0))
    assert not layer.image[..., 3].any()
    assert (layer.low, layer.high) == (3, 3)


def test_what_is_not_a_number_is_transparent_and_has_no_say_in_the_range():
    layer = field_image([[np.nan, 1.0], [3.0, np.inf]], high=3)
    np.testing.assert_array_equal(layer.image[..., 3], [[0, 0], [FULL, FULL]])
    assert (layer.low, layer.high) == (1, 3)
    assert field_image([[np.nan, 1.0, 3.0]]).high == pytest.approx(2.96)
    nothing = field_image(np.full((2, 2), np.nan))
    assert not nothing.image[..., 3].any()
    assert (nothing.low, nothing.high) == (0, 0)


def test_one_end_alone_can_be_set():
    values = np.linspace(2, 3, 1001).reshape(7, 143)
    above = field_image(values, low=2.5)
    assert (above.low, above.high) == pytest.approx((2.5, 2.98))
    below = field_image(values, high=2.5)
    assert (below.low, below.high) == (2, 2.5)
    for nothing_shows in (field_image(values, low=4), field_image(values - 10, low=0)):
        assert not nothing_shows.image[..., 3].any()
    everything_shows = field_image(values, high=1.5)
    assert (everything_shows.low, everything_shows.high) == (1.5, 1.5)
    assert (everything_shows.image[..., 3] == FULL).all()


def test_one_range_makes_two_fields_comparable():
    values = np.arange(12.0).reshape(3, 4)
    one, other = (field_image(part, low=0, high=20) for part in (values, values + 5))
    assert one.image[2, 1, 3] == other.image[1, 0, 3] > 0


def test_the_hues_are_those_of_the_palette():
    assert {"density": BOTH.code, "holes": BOTH.noise, "stretch": BOTH.output} == layers.HUES
    for colour in layers.HUES.values():
        image = field_image([[0.0, 1.0]], colour=colour).image
        assert "#" + image[0, 1, :3].tobytes().hex() == colour
    assert "#" + field_image([[0.0, 1.0]]).image[0, 0, :3].tobytes().hex() == BOTH.code


def test_regions_have_the_colours_of_the_digits_paler_than_the_points():
    image = regions_image(np.arange(12).reshape(2, 6))
    assert image.dtype == np.uint8
    assert image.shape == (2, 6, 4)
    colours = ["#" + pixel[:3].tobytes().hex() for pixel in image.reshape(-1, 4)]
    assert colours == [*DIGITS, DIGITS[0], DIGITS[1]]
    assert 0 < image[..., 3].min() == image[..., 3].max() < POINT_OPACITY * 255 / 2
    np.testing.assert_array_equal(regions_image(np.arange(12, dtype=np.uint8).reshape(2, 6)), image)


def test_a_png_holds_the_very_pixels():
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    with Image.open(io.BytesIO(layers.png(picture))) as opened:
        assert (opened.format, opened.mode) == ("PNG", "RGBA")
        np.testing.assert_array_equal(np.asarray(opened), picture)


@pytest.mark.parametrize("shape", [(4,), (0, 4), (3, 4, 1)])
def test_only_a_field_of_rows_and_columns_is_drawn(shape):
    with pytest.raises(ConfigError, match="rows, columns"):
        field_image(np.zeros(shape))
    with pytest.raises(ConfigError, match="whole numbers of shape"):
        regions_image(np.zeros(shape, int))


@pytest.mark.parametrize(
    ("low", "high"),
    [(1, 1), (2, 1), (float("nan"), 1), (0, float("inf")), (None, float("nan")), (-np.inf, None)],
)
def test_a_range_that_is_empty_or_endless_is_refused(low, high):
    with pytest.raises(ConfigError, match="from a finite number to a higher one"):
        field_image(np.zeros((2, 2)), low=low, high=high)


@pytest.mark.parametrize("colour", ["teal", "#12345", "1234567", "#12345g", "#ab cd ", BOTH.code_soft])
def test_a_colour_that_is_not_six_digits_is_refused(colour):
    with pytest.raises(ConfigError, match='"#rrggbb"; received'):
        field_image(np.zeros((2, 2)), colour=colour)


def test_regions_of_fractions_and_below_zero_are_refused():
    with pytest.raises(ConfigError, match="whole numbers of shape"):
        regions_image(np.zeros((2, 2)))
    with pytest.raises(ConfigError, match="numbered from 0; received -1"):
        regions_image(np.array([[0, -1]]))


@pytest.mark.parametrize(
    "picture", [np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2, 4)), np.zeros((0, 2, 4), np.uint8)]
)
def test_what_is_no_layer_is_no_png_of_one(picture):
    with pytest.raises(ConfigError, match="bytes of shape"):
        layers.png(picture)
