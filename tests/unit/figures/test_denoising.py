"""The figures of the Denoise page: what they draw, in which colours, and what they refuse."""

import json

import numpy as np
import pytest

from aemodels.errors import ConfigError, ImageError
from aemodels.figures.change_curve import change_curve
from aemodels.figures.denoising_curves import Curve, denoising_curves, mark
from aemodels.figures.palette import PALETTES
from aemodels.figures.repair_map import HARMED, LEGEND, REPAIRED, repair_map

LEVELS = (0.0, 0.5, 1.0)
NETWORK = Curve("a network", "network", np.array([[18.0, 20, 22], [14, 16, 18], [10, 12, 14]]))
NOTHING = Curve("doing nothing", "nothing", np.array([[100.0, 100, 100], [8, 9, 10], [5, 6, 7]]))
MEDIAN = Curve("median", "filter", np.array([[30.0, 31, 32], [12, 13, 14], [7, 8, 9]]))


def lines(figure):
    return {trace.name: trace for trace in figure.data if trace.mode == "lines"}


def test_a_curve_is_its_median_and_a_band_from_quartile_to_quartile():
    figure = denoising_curves(LEVELS, [NETWORK, MEDIAN], unit="pixels", theme="light")
    assert list(lines(figure)["a network"].y) == [20, 16, 12]
    assert lines(figure)["a network"].line.color == PALETTES["light"].output
    band = next(trace for trace in figure.data if trace.fill == "toself")
    assert list(band.x) == [0, 0.5, 1, 1, 0.5, 0]
    assert list(band.y) == [18, 14, 10, 14, 18, 22]
    assert figure.layout.xaxis.title.text == "pixels"


def test_what_is_flawless_leaves_a_gap_and_valid_json():
    figure = denoising_curves(LEVELS, [NOTHING], unit="pixels")
    assert list(lines(figure)["doing nothing"].y) == [None, 9, 6]
    assert max(figure.data[0].y) == 10
    assert figure.layout.yaxis.range[1] < 40
    assert json.loads(figure.to_json())["data"]


def test_the_level_is_marked_on_every_curve_that_is_there():
    figure = mark(denoising_curves(LEVELS, [NETWORK, NOTHING], unit="pixels"), 0.25)
    dots = {trace.legendgroup: (trace.x[0], trace.y[0]) for trace in figure.data if trace.mode == "markers"}
    assert dots == {"a network": (0.25, 18.0)}  # doing nothing has no curve below 0.5
    assert figure.layout.shapes[0].x0 == 0.25
    at_end = mark(denoising_curves(LEVELS, [NETWORK, NOTHING], unit="pixels"), 1.0)
    assert [trace.y[0] for trace in at_end.data if trace.mode == "markers"] == [12, 6]


def test_filters_can_be_told_apart_by_colour_and_by_dash():
    filters = [Curve(str(number), "filter", MEDIAN.quartiles) for number in range(4)]
    drawn = lines(denoising_curves(LEVELS, filters, unit="pixels")).values()
    assert len({trace.line.color for trace in drawn}) == len({trace.line.dash for trace in drawn}) == 4


def test_a_curve_of_another_length_is_refused():
    with pytest.raises(ConfigError, match="median"):
        denoising_curves((0.0, 1.0), [MEDIAN], unit="pixels")


def test_repaired_is_teal_harmed_orange_and_nothing_black():
    picture = repair_map(np.array([[1.0, -1.0, 0.0], [0.5, -0.5, np.nan]]))
    assert tuple(picture[0, 0]) == REPAIRED
    assert tuple(picture[0, 1]) == HARMED
    assert not picture[:, 2].any()
    np.testing.assert_allclose(picture[1, 0], np.array(REPAIRED) / 2, atol=0.5)
    np.testing.assert_allclose(picture[1, 1], np.array(HARMED) / 2, atol=0.5)
    assert picture.dtype == np.uint8
    assert "teal" in LEGEND
    assert "orange" in LEGEND
    with pytest.raises(ImageError, match="one image"):
        repair_map(np.zeros((2, 28, 28, 1)))


def test_the_change_is_drawn_by_rounds_beside_the_quality_of_each_image():
    figure = change_curve(np.array([0.1, 0.01, 0.0]), np.array([10.0, 20, 19, 19]), shown=2, settled=0.001)
    change, quality = figure.data
    assert list(change.x) == [1, 2, 3]
    assert list(change.y)[:2] == [0.1, 0.01]
    assert change.y[2] > 0  # on a logarithmic axis
    assert list(quality.x) == [0, 1, 2, 3]
    assert list(quality.y) == [10, 20, 19, 19]
    assert quality.yaxis == "y2"
    with pytest.raises(ConfigError, match="2 changes"):
        change_curve(np.zeros(2), np.zeros(2), shown=0, settled=0.001)
