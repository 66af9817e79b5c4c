"""Layers as sheets of tiles, pixel by pixel."""

import io

import numpy as np
import pytest
from PIL import Image

from aemodels.errors import ImageError
from aemodels.figures import activations


def opened(sheet, colour=activations.VIOLET):
    with Image.open(io.BytesIO(activations.png(sheet, colour))) as image:
        return np.asarray(image.convert("RGBA"))


def test_each_map_is_a_tile_in_its_place_on_one_scale():
    maps = np.zeros((2, 3, 3), np.float32)
    maps[0, 1, 0], maps[1, 2, 1], maps[1, 0, 2] = 2.0, -4.0, 1.0
    sheet = activations.maps(maps, columns=2)
    assert sheet.indices.shape == (2 * 2 + 1, 2 * 3 + 1)
    np.testing.assert_array_equal(sheet.indices[2], 0)
    np.testing.assert_array_equal(sheet.indices[:, 3], 0)
    np.testing.assert_array_equal(sheet.indices[:2, :3], [[128, 192, 128], [128, 128, 128]])
    np.testing.assert_array_equal(sheet.indices[:2, 4:], [[128, 128, 128], [128, 128, 1]])
    np.testing.assert_array_equal(sheet.indices[3:, :3], [[128, 128, 128], [160, 128, 128]])
    np.testing.assert_array_equal(sheet.indices[3:, 4:], 0)  # no fourth map
    assert sheet.reach == 4
    np.testing.assert_array_equal(sheet.peaks, [2, -4, 1])
    assert sheet.signed


def test_zero_is_black_positive_has_the_colour_of_the_part_negative_is_orange_and_gaps_let_through():
    sheet = activations.maps(np.array([[[0.0, 1.0, -1.0]]]), columns=3)
    picture = opened(sheet, activations.TEAL)
    np.testing.assert_array_equal(picture[0, ::2, :3], [(0, 0, 0), activations.TEAL, activations.NEGATIVE])
    np.testing.assert_array_equal(picture[0, :, 3], [255, 0, 255, 0, 255])


def test_a_dense_layer_is_a_square_a_unit_row_by_row():
    values = np.linspace(0, 1, 512, dtype=np.float32)
    sheet = activations.squares(values)
    assert sheet.indices.shape == (16, 32)
    np.testing.assert_allclose((sheet.indices.astype(int).ravel() - 128) / 127, values, atol=0.5 / 127 + 1e-6)
    assert not sheet.signed


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (10, 4), (32, 8), (512, 32), (1024, 32)])
def test_a_sheet_is_at_least_as_wide_as_high(count, columns):
    assert activations.wider(count) == columns
    assert columns >= -(-count // columns) or columns == count


def test_silent_units_are_counted():
    sheet = activations.squares(np.array([0.0, 1e-3, -5e-3, 0.5, -1.0]))
    assert sheet.silent == 3
    assert activations.maps(np.zeros((3, 3, 4))).silent == 4


def test_values_that_are_not_finite_count_as_zero():
    sheet = activations.squares(np.array([np.nan, np.inf, -np.inf, 1.0]))
    np.testing.assert_array_equal(sheet.indices.ravel(), [128, 128, 128, 255])


def test_what_is_no_layer_is_refused():
    with pytest.raises(ImageError, match="Feature maps"):
        activations.maps(np.zeros((2, 2)))
    with pytest.raises(ImageError, match="dense layer"):
        activations.squares(np.zeros((2, 2)))
    with pytest.raises(ImageError, match="Tiles"):
        activations.tiles(np.zeros((0, 2, 2)))


def test_beyond_a_given_reach_all_is_full_colour():
    sheet = activations.tiles(np.array([[[3.0, -3.0, 1.0, 0.5]]]), reach=1.0)
    np.testing.assert_array_equal(sheet.indices, [[255, 1, 255, 192]])
    assert sheet.peaks[0] == 3
