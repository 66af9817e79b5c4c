"""The curves of several trainings: a line each, gaps where a loss is no number, and an axis of one's choice."""

import math

from aemodels.figures.run_curves import run_curves


def test_every_run_is_a_line_over_its_epochs():
    figure = run_curves({"1 · a": [3.0, 2.0], "2 · b": [5.0, math.nan, 4.0]})
    first, second = figure.data
    assert (first.name, list(first.x), list(first.y)) == ("1 · a", [1, 2], [3.0, 2.0])
    assert (second.name, list(second.x), list(second.y)) == ("2 · b", [1, 2, 3], [5.0, None, 4.0])
    assert first.line.color != second.line.color
    assert figure.layout.yaxis.type == "linear"


def test_the_loss_may_be_on_a_logarithmic_axis():
    assert run_curves({"a": [100.0, 1.0]}, logarithmic=True).layout.yaxis.type == "log"


def test_without_runs_it_is_an_empty_figure():
    assert len(run_curves({}).data) == 0
