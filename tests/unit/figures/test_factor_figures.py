"""The figures of known factors: every cell and every curve where it belongs, for codes of any size."""

import json

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.figures.factor_map import factor_map
from aemodels.figures.factor_path import NAMED, factor_curves, factor_path

TITLES = ["Slant", "Width", "Size"]
RNG = np.random.default_rng(2)


@pytest.mark.parametrize("theme", ["light", "dark", None])
@pytest.mark.parametrize("size", [1, 2, 10, 16, 64])
def test_a_heat_map_has_a_cell_for_each_factor_and_number_and_one_for_all(size, theme):
    r2 = RNG.uniform(size=(3, size))
    figure = factor_map(r2, [0.1, 0.5, -0.4], TITLES, range(size), theme=theme)
    cells, whole, _ = figure.data
    assert np.array_equal(cells.z, r2)
    assert np.ravel(whole.z).tolist() == [0.1, 0.5, 0.0]
    assert figure.layout.xaxis.ticktext[-1] == "all"
    assert figure.layout.yaxis.ticktext == tuple(TITLES)
    assert figure.layout.yaxis.range == (2.5, -0.5)  # the first factor on top
    json.loads(figure.to_json())


def test_values_are_written_into_the_cells_while_there_is_room():
    few = factor_map(np.full((3, 2), 0.03), [0.5] * 3, TITLES, [0, 1]).data[-1]
    assert sorted(set(few.text)) == [".03", ".50"]
    many = factor_map(np.full((3, 16), 0.03), [0.5] * 3, TITLES, range(16)).data[-1]
    assert set(many.text) == {".50"}
    assert len(factor_map(np.ones((3, 64)), [0.5] * 3, TITLES, range(64)).data[-1].text) == 3


def test_the_columns_are_named_after_the_numbers_that_they_are():
    figure = factor_map(np.ones((3, 2)), [1.0] * 3, TITLES, [4, 30])
    assert figure.layout.xaxis.ticktext[:2] == ("z5", "z31")
    assert figure.data[0].customdata[0][1] == "Slant and z31"


def test_sizes_that_differ_are_a_sentence():
    with pytest.raises(ConfigError, match="heat map"):
        factor_map(np.ones((3, 2)), [1.0] * 3, TITLES, [0])
    with pytest.raises(ConfigError, match="finite numbers"):
        factor_path(np.ones((4, 3)), np.ones((5, 2)), 0)
    with pytest.raises(ConfigError, match="codes of"):
        factor_curves([0, 1], np.ones((2, 3)), [0, 1], 0, title="x")


def test_a_way_shows_its_ends_and_the_present_place():
    way = np.column_stack([np.arange(5.0), np.arange(5.0) ** 2])
    figure = factor_path(way, np.zeros((9, 2)), 3)
    assert (figure.data[-1].x, figure.data[-1].y) == ((3.0,), (9.0,))
    assert [trace.x for trace in figure.data[2:4]] == [(0.0,), (4.0,)]


def test_the_numbers_that_move_most_have_a_name_and_are_drawn_last():
    codes = np.linspace(0, 1, 7)[:, None] * np.arange(9.0)
    figure = factor_curves(np.arange(7), codes, range(10, 19), 2, title="size, px")
    assert len(figure.data) == 9
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == ["z15", "z16", "z17", "z18", "z19"]
    assert len(named) == NAMED
    assert figure.layout.shapes[0].x0 == 2.0
