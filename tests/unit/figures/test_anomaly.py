"""Figures on telling strangers: what lies where, and what is refused."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.figures import anomaly

EDGES = anomaly.edges(0.001, 1.0, bins=6)
NAMES = ("digits", "clothes")


def histogram(**more):
    shares = np.full(6, 1 / 6)
    return anomaly.error_histogram(
        EDGES, shares, shares[::-1], names=NAMES, threshold=0.1, title="error", **more
    )


def test_bins_have_equal_ratios():
    np.testing.assert_allclose(EDGES[1:] / EDGES[:-1], 10**0.5)
    assert len(EDGES) == 7


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (1.0, 1.0), (-1.0, 1.0)])
def test_bins_of_no_width_are_refused(low, high):
    with pytest.raises(ConfigError, match="above 0"):
        anomaly.edges(low, high)


def test_both_groups_and_the_threshold_are_drawn():
    figure = histogram()
    assert [trace.name for trace in figure.data] == list(NAMES)
    assert figure.layout.shapes[0].x0 == 0.1
    assert figure.layout.annotations[0].x == pytest.approx(-1.0)  # the logarithm, on a logarithmic axis
    assert figure.layout.xaxis.type == "log"


@pytest.mark.parametrize(("score", "place"), [(0.05, 0.05), (1e-9, 0.001), (50.0, 1.0)])
def test_a_mark_beyond_the_axis_is_put_on_its_end_and_keeps_its_number(score, place):
    mark = histogram(mark=(score, "yours")).data[-1]
    assert mark.x[0] == pytest.approx(place)
    assert mark.hovertemplate == f"{score:.4g}"


def test_shares_that_do_not_fit_the_bins_are_refused():
    with pytest.raises(ConfigError, match="6 bins"):
        anomaly.error_histogram(EDGES, np.ones(5), np.ones(6), names=NAMES, threshold=0.1, title="error")


def test_the_roc_curve_has_its_dot_at_the_threshold():
    figure = anomaly.roc_curve([0, 0.2, 1], [0, 0.7, 1], at=(0.2, 0.7))
    assert list(figure.data[1].y) == [0, 0.7, 1]
    assert (figure.data[2].x[0], figure.data[2].y[0]) == (0.2, 0.7)


def test_the_picked_model_is_the_large_one():
    figure = anomaly.quality_and_area(
        ["one", "two"], [15.0, 25.0], {"shapes": ([0.9, 0.8], [0.1, 0.4])}, chosen="two"
    )
    (trace,) = figure.data
    assert trace.marker.size[1] > trace.marker.size[0]
    assert list(trace.y) == [0.9, 0.8]
    assert list(trace.customdata[1]) == ["two", 0.4]


def test_areas_stand_by_class():
    figure = anomaly.areas_by_class(["0", "1"], {"code of 2": [0.9, 0.6], "code of 32": [0.8, 0.5]})
    assert [trace.name for trace in figure.data] == ["code of 2", "code of 32"]
    assert list(figure.data[1].y) == [0.8, 0.5]
    assert len({trace.marker.color for trace in figure.data}) == 2
