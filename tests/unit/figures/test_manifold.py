"""The manifold lies under the axes of the map: every tile stands where its code is."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from aemodels.figures import latent_map, manifold


@pytest.fixture
def scatter():
    rng = np.random.default_rng(0)
    return latent_map.latent_map(rng.normal(size=(40, 2)), np.arange(40) % 4, revision="a-model")


def test_the_outermost_tiles_are_centred_on_the_bounds(scatter):
    figure = manifold.manifold_figure(np.zeros((9, 28, 28), np.uint8), (-1.0, 3.0), (0.0, 2.0), scatter)
    (picture,) = figure.layout.images
    assert (picture.x, picture.sizex) == (-2.0, 6.0)  # tiles 2 wide: centres at -1, 1, 3
    assert (picture.y, picture.sizey) == (2.5, 3.0)  # tiles 1 high: centres at 2, 1, 0, the top first


def test_the_tiles_stand_in_their_order(scatter):
    tiles = np.stack([np.full((28, 28), value, np.uint8) for value in (10, 20, 30, 40)])
    figure = manifold.manifold_figure(tiles, (0.0, 1.0), (0.0, 1.0), scatter)
    data = base64.b64decode(figure.layout.images[0].source.removeprefix("data:image/png;base64,"))
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    assert pixels.shape == (56, 56)
    assert [int(pixels[row, column]) for row in (0, 55) for column in (0, 55)] == [10, 20, 30, 40]


def test_axes_and_zoom_are_those_of_the_map_and_the_map_is_left_as_it_was(scatter):
    before = scatter.to_json()
    figure = manifold.manifold_figure(np.zeros((4, 28, 28), np.uint8), (-1.0, 1.0), (-1.0, 1.0), scatter)
    assert figure.layout.xaxis == scatter.layout.xaxis
    assert figure.layout.uirevision == "a-model"
    assert [trace.name for trace in figure.data] == list(latent_map.MARKS)
    assert scatter.to_json() == before
