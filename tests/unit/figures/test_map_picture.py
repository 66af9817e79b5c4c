"""The map as a picture: where its dots lie, their colours, and what is refused."""

import io

import numpy as np
import pytest
from PIL import Image

from aemodels.errors import ConfigError
from aemodels.figures.map_picture import OPACITY, map_picture
from aemodels.figures.palette import class_colour

X, Y = (-2.0, 2.0), (0.0, 1.0)


def pixels(places, labels, **settings) -> np.ndarray:
    data = map_picture(np.asarray(places, float).reshape(-1, 2), np.asarray(labels, int), X, Y, **settings)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGBA"))


def test_a_dot_lies_where_its_code_does_in_the_colour_of_its_class():
    image = pixels([[-1.0, 0.75], [1.5, 0.25]], [3, 12], side=400, dot=5)
    assert image.shape == (100, 400, 4)  # as many pixels a unit in both directions
    inked = image[..., 3] > 0
    for (x, y), label in (((-1.0, 0.75), 3), ((1.5, 0.25), 12)):
        row, column = int((1.0 - y) * 100), int((x + 2.0) * 100)
        assert image[row, column].tolist() == [*bytes.fromhex(class_colour(label)[1:]), OPACITY]
        rows, columns = np.nonzero(inked & (np.abs(np.arange(400) - column) < 20))
        assert (rows.mean(), columns.mean()) == (row, column)  # the disc lies around it
        assert rows.max() - rows.min() == columns.max() - columns.min() == 4
    assert inked.sum() == 2 * 21  # two discs of five pixels across


def test_what_lies_outside_is_left_out_and_what_lies_at_the_edge_is_cut():
    assert not (pixels([[9.0, 0.5], [0.0, -3.0], [np.nan, 0.5]], [0, 1, 2], side=200)[..., 3] > 0).any()
    assert 0 < (pixels([[-2.0, 1.0]], [0], side=200, dot=5)[..., 3] > 0).sum() < 21
    assert pixels([], [], side=200).shape == (50, 200, 4)


@pytest.mark.parametrize(
    ("places", "labels", "x", "side"),
    [(np.zeros((3, 3)), np.zeros(3), X, 100), (np.zeros((3, 2)), np.zeros(2), X, 100),
     (np.zeros((1, 2)), np.zeros(1), (1.0, 1.0), 100), (np.zeros((1, 2)), np.zeros(1), (0.0, np.inf), 100),
     (np.zeros((1, 2)), np.zeros(1), X, 10**6)],
)  # fmt: skip
def test_what_makes_no_picture_is_refused(places, labels, x, side):
    with pytest.raises(ConfigError):
        map_picture(places, labels, x, Y, side=side)
