"""Bars of a code."""

import subprocess
import sys

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.figures.code_bars import code_bars
from aemodels.figures.palette import PALETTES


def test_each_number_is_a_bar_in_the_colour_of_codes():
    (bars,) = code_bars(np.array([[0.5, -2.0, 1.0]]), theme="dark").data
    assert list(bars.x) == ["z1", "z2", "z3"]
    assert list(bars.y) == [0.5, -2.0, 1.0]
    assert bars.marker.color == PALETTES["dark"].code


def test_the_typical_range_lies_behind_each_bar():
    typical, bars = code_bars([1.0, 2.0], typical=([-1.0, -2.0], [1.0, 3.0])).data
    assert list(typical.base) == [-1.0, -2.0]
    assert list(typical.y) == [2.0, 5.0]  # lengths from the base
    assert list(bars.y) == [1.0, 2.0]


def test_128_numbers_fit():
    assert len(code_bars(np.zeros(128)).data[0].y) == 128


@pytest.mark.parametrize("z", [np.zeros(0), np.zeros(129), np.array([np.nan])])
def test_what_is_no_code_of_1_to_128_numbers_is_refused(z):
    with pytest.raises(ConfigError, match="1 to 128"):
        code_bars(z)


def test_a_typical_range_of_another_size_is_refused():
    with pytest.raises(ConfigError, match="each of the 2 numbers"):
        code_bars([1.0, 2.0], typical=([0.0], [1.0]))


def test_importing_figures_and_the_latent_space_imports_nothing_heavy():
    code = (
        "import sys; from aemodels.figures import code_bars, images, latent_map, loss_curves, palette;"
        "from aemodels.latent import atlas, neighbours;"
        "print([m for m in ('tensorflow','keras','sklearn','skimage','scipy','plotly','PIL','streamlit')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
