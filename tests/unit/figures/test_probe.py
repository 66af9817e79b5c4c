"""Curves of accuracy by labels, flat pictures and bars of classes: what they show, and what they refuse."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.figures import palette
from aemodels.figures.embeddings import embedding
from aemodels.figures.generation import class_shares
from aemodels.figures.probe import Curve, accuracy_curves

SIZES = np.asarray([10, 100, 1_000])


def curve(name="code", role="code"):
    mean = np.asarray([0.4, 0.7, 0.9])
    return Curve(name, role, mean, mean - 0.1, mean + 0.05)


def test_each_curve_has_a_band_behind_it_in_its_colour():
    figure = accuracy_curves(SIZES, [curve(), curve("pixels", "input")], theme="light")
    band, line = figure.data[:2]
    assert list(line.x) == [10, 100, 1_000]
    np.testing.assert_allclose(line.y, [40, 70, 90])
    np.testing.assert_allclose(band.y, [45, 75, 95, 80, 60, 30])
    assert band.fillcolor == line.line.color == palette.PALETTES["light"].code
    assert figure.data[3].line.color == palette.PALETTES["light"].input
    assert not band.showlegend


def test_labels_lie_on_a_logarithmic_axis_and_are_written_in_full():
    figure = accuracy_curves(SIZES, [curve()])
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis.ticktext) == ["10", "100", "1,000"]


def test_a_curve_of_another_length_is_refused():
    with pytest.raises(ConfigError, match="3 numbers"):
        accuracy_curves(SIZES, [Curve("x", "code", np.ones(2), np.ones(3), np.ones(3))])


def test_a_flat_picture_has_a_trace_for_each_class_that_says_its_name():
    rng = np.random.default_rng(0)
    places, labels = rng.standard_normal((50, 2)), np.arange(50) % 3
    figure = embedding(places, labels, class_names=("shirt", "shoe"))
    assert [trace.name for trace in figure.data] == ["shirt", "shoe", "2"]
    np.testing.assert_allclose(figure.data[1].x, places[labels == 1, 0], atol=1e-4)
    assert figure.data[1].marker.color == palette.class_colour(1)
    assert not figure.layout.showlegend


def test_a_flat_picture_of_codes_of_three_numbers_is_refused():
    with pytest.raises(ConfigError, match="two numbers"):
        embedding(np.zeros((4, 3)), np.zeros(4))


def test_bars_have_the_colours_of_their_classes_and_are_pale_where_a_class_is_not_covered():
    figure = class_shares(np.asarray([0.6, 0.01, 0.39]), ("0", "1", "2"), covered=0.02)
    (bars,) = figure.data
    np.testing.assert_allclose(bars.y, [60, 1, 39])
    assert list(bars.marker.color) == [palette.class_colour(label) for label in range(3)]
    assert list(bars.marker.opacity) == [1.0, 0.4, 1.0]
    assert figure.layout.shapes[0].y0 == pytest.approx(100 / 3)


def test_bars_without_a_share_each_are_refused():
    with pytest.raises(ConfigError, match="2 classes"):
        class_shares(np.ones(3), ("a", "b"), covered=0.02)
