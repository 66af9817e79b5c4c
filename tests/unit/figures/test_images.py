"""Images as pictures, pixel by pixel."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from aemodels.errors import ImageError
from aemodels.figures import images


def test_zero_to_one_becomes_0_to_255_rounded_and_clipped():
    x = np.array([[0.0, 0.5, 1.0], [-3.0, 7.0, np.nan]])
    np.testing.assert_array_equal(images.to_uint8(x), [[0, 128, 255], [0, 255, 0]])


def test_the_channel_goes_and_bytes_stay_as_they_are():
    assert images.to_uint8(np.zeros((2, 28, 28, 1))).shape == (2, 28, 28)
    stored = np.arange(4, dtype=np.uint8).reshape(2, 2)
    np.testing.assert_array_equal(images.to_uint8(stored), stored)


def test_enlargement_is_that_of_pillow_with_nearest_pixels():
    x = np.random.default_rng(0).integers(0, 256, (5, 7), dtype=np.uint8)
    expected = np.asarray(Image.fromarray(x).resize((21, 15), Image.Resampling.NEAREST))
    np.testing.assert_array_equal(images.upscale(x, 3), expected)
    assert images.upscale(np.zeros((5, 7, 3)), 2).shape == (10, 14, 3)
    for factor in (0, 1.5, -1):
        with pytest.raises(ImageError, match="whole factors"):
            images.upscale(x, factor)


def test_a_grid_goes_row_by_row_with_gaps_and_leaves_places_empty():
    picture = images.grid(np.full((3, 2, 2), 1.0) * [[[0.2]], [[0.4]], [[0.6]]], columns=2, gap=1, ground=9)
    np.testing.assert_array_equal(
        picture,
        [
            [51, 51, 9, 102, 102],
            [51, 51, 9, 102, 102],
            [9, 9, 9, 9, 9],
            [153, 153, 9, 9, 9],
            [153, 153, 9, 9, 9],
        ],
    )


def test_grids_of_colour_keep_it():
    tiles = np.zeros((4, 28, 28, 3), np.uint8)
    assert images.grid(tiles, columns=4, gap=0).shape == (28, 112, 3)


def test_a_grid_of_nothing_is_refused():
    with pytest.raises(ImageError, match="at least one image"):
        images.grid(np.zeros((0, 28, 28)), columns=3)
    with pytest.raises(ImageError, match="0 columns"):
        images.grid(np.zeros((2, 28, 28)), columns=0)


def test_the_error_map_is_black_blue_and_orange():
    x, y = np.array([[0.5, 1.0, 0.0, 0.5]]), np.array([[0.5, 0.0, 1.0, 0.0]])
    picture = images.error_map(x, y)
    np.testing.assert_array_equal(picture[0, 0], [0, 0, 0])  # right
    np.testing.assert_array_equal(picture[0, 1], images.MISSING)  # ink is missing
    np.testing.assert_array_equal(picture[0, 2], images.SURPLUS)  # too much ink
    np.testing.assert_array_equal(picture[0, 3], np.rint(np.array(images.MISSING) / 2))
    assert images.error_map(np.zeros((2, 28, 28, 1)), np.ones((2, 28, 28, 1))).shape == (2, 28, 28, 3)


def test_the_scale_of_the_error_map_is_fixed():
    small = images.error_map(np.full((1, 1), 0.1), np.zeros((1, 1)))
    large = images.error_map(np.array([[0.1, 1.0]]), np.zeros((1, 2)))
    np.testing.assert_array_equal(small[0, 0], large[0, 0])


def test_images_of_two_shapes_have_no_error_map():
    with pytest.raises(ImageError, match="one shape"):
        images.error_map(np.zeros((2, 28, 28, 1)), np.zeros((1, 28, 28, 1)))


@pytest.mark.parametrize(("shape", "mode"), [((5, 7), "L"), ((5, 7, 1), "L"), ((5, 7, 3), "RGB")])
def test_a_png_holds_the_very_pixels(shape, mode):
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    with Image.open(io.BytesIO(images.png(picture))) as opened:
        assert opened.mode == mode
        np.testing.assert_array_equal(np.asarray(opened), picture.reshape(5, 7, *shape[2:]).squeeze())


@pytest.mark.parametrize("shape", [(0, 5), (2, 5, 7, 1), (5,), (5, 7, 2)])
def test_what_is_no_picture_is_no_png(shape):
    with pytest.raises(ImageError, match="PNG"):
        images.png(np.zeros(shape))


def test_a_data_uri_carries_the_bytes():
    data = images.png(np.zeros((2, 2)))
    head, _, body = images.data_uri(data).partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == data
