"""Rate against distortion as a figure."""

import numpy as np
import pytest

from aemodels.figures.compression import Curve, rate_distortion
from aemodels.figures.palette import palette

CURVES = [
    Curve("model", np.array([10.0, 100.0]), np.array([15.0, 20.0]), "code", ["1 bit", "2 bits"]),
    Curve("JPEG", np.array([200.0, 900.0]), np.array([19.0, 30.0]), "noise", dash="dot"),
]


def test_every_curve_has_its_points_its_colour_and_its_words():
    figure = rate_distortion(CURVES, theme="light")
    assert figure.layout.xaxis.type == "log"
    assert [trace.name for trace in figure.data] == ["model", "JPEG"]
    assert list(figure.data[0].x) == [10.0, 100.0]
    assert figure.data[0].line.color == palette("light").code
    assert list(figure.data[0].customdata) == ["1 bit", "2 bits"]
    assert len(figure.data[1].customdata) == 2
    assert figure.data[1].line.dash == "dot"


def test_what_loses_nothing_is_an_upright_line_with_its_name():
    figure = rate_distortion(CURVES, lossless=[("PNG", 1000.0)])
    assert figure.layout.shapes[0].x0 == 1000.0
    assert figure.layout.annotations[0].text == "PNG"
    assert figure.layout.annotations[0].x == pytest.approx(3.0)


def test_the_point_that_is_spoken_of_is_ringed():
    ring = rate_distortion(CURVES, marked=(100.0, 20.0)).data[-1]
    assert (ring.x[0], ring.y[0]) == (100.0, 20.0)
    assert ring.marker.symbol == "circle-open"
