"""The curves of a training: which are drawn, in which style."""

import itertools
import json
import math

import pytest

from aemodels.errors import ConfigError
from aemodels.figures.loss_curves import apart, loss_curves
from aemodels.figures.palette import PALETTES, palette

VARIATIONAL = {
    "epoch": [1, 2, 3],
    "loss": [200.0, 150.0, 140.0],
    "val_loss": [190.0, 155.0, 145.0],
    "reconstruction": [198.0, 145.0, 134.0],
    "val_reconstruction": [187.0, 150.0, 139.0],
    "kl": [2.0, 5.0, 6.0],
    "val_kl": [3.0, 5.0, 6.0],
}


def test_a_variational_training_shows_its_terms_apart_solid_and_dotted():
    traces = {trace.name: trace for trace in loss_curves(VARIATIONAL, theme="light").data}
    assert list(traces) == [
        "training, total",
        "validation, total",
        "training, reconstruction",
        "validation, reconstruction",
        "training, KL",
        "validation, KL",
    ]
    for name, trace in traces.items():
        assert trace.line.dash == ("dot" if name.endswith("KL") else "solid")
        assert trace.line.color == (
            PALETTES["light"].code if name.startswith("training") else PALETTES["light"].output
        )
    assert list(traces["validation, KL"].x) == [1, 2, 3]
    assert list(traces["validation, KL"].y) == [3.0, 5.0, 6.0]


def test_a_plain_training_shows_its_loss_once():
    history = {**VARIATIONAL, "kl": [0.0] * 3, "val_kl": [0.0] * 3}
    assert [trace.name for trace in loss_curves(history).data] == ["training", "validation"]
    assert [trace.name for trace in loss_curves({"loss": [3.0, 2.0]}).data] == ["training"]


def test_the_axis_is_as_long_as_the_plan_and_the_best_epoch_is_marked():
    layout = loss_curves(VARIATIONAL, epochs=30, best_epoch=2).layout
    assert tuple(layout.xaxis.range) == (1, 30)
    assert layout.yaxis.title.text == "nats per image"
    assert [shape.x0 for shape in layout.shapes] == [2]


def test_before_the_first_epoch_there_is_an_empty_figure_and_after_it_a_dot():
    assert len(loss_curves({}).data) == 0
    assert list(loss_curves({"loss": [], "val_loss": []}).data[0].y) == []
    assert loss_curves({"loss": [5.0]}).data[0].mode == "markers"


def test_a_loss_that_is_not_finite_leaves_a_gap_and_valid_json():
    figure = loss_curves({"loss": [1.0, math.nan, math.inf, 2.0]})
    assert json.loads(figure.to_json())["data"][0]["y"] == [1.0, None, None, 2.0]


def test_columns_of_different_length_are_refused():
    with pytest.raises(ConfigError, match="one length"):
        loss_curves({"loss": [1.0, 2.0], "val_loss": [1.0]})


LEVELS = {"mean image": 206.0, "PCA of 2": 185.0, "vae-mnist-2d": 133.5}


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("theme", ["light", "dark", None])
def test_levels_are_lines_with_their_names_and_values_outside_at_the_right(logarithmic, theme):
    layout = loss_curves(VARIATIONAL, levels=LEVELS, logarithmic=logarithmic, theme=theme).layout
    assert [shape.y0 for shape in layout.shapes if shape.type == "line"] == list(LEVELS.values())
    assert [note.text for note in layout.annotations] == [
        "mean image 206",
        "PCA of 2 185",
        "vae-mnist-2d 134",
    ]
    assert {(note.x, note.xanchor) for note in layout.annotations} == {(1, "left")}
    assert layout.margin.r > 80
    low, high = layout.yaxis.range
    assert all(low < (math.log10(value) if logarithmic else value) < high for value in LEVELS.values())


@pytest.mark.parametrize("logarithmic", [False, True])
def test_the_ground_between_levels_is_in_bands_from_edge_to_edge_the_best_one_coloured(logarithmic):
    layout = loss_curves(VARIATIONAL, levels=LEVELS, logarithmic=logarithmic, theme="light").layout
    bands = [shape for shape in layout.shapes if shape.type == "rect"]
    low, high = (10**edge if logarithmic else edge for edge in layout.yaxis.range)
    edges = [low, 133.5, 185.0, 206.0, high]
    assert [band.y0 for band in bands] == pytest.approx(edges[:-1])
    assert [band.y1 for band in bands] == pytest.approx(edges[1:])
    assert bands[0].fillcolor == palette("light").output
    assert {band.fillcolor for band in bands[1:]} == {palette("light").muted}
    darker = [band.opacity for band in bands[1:]]
    assert darker == sorted(set(darker))
    assert {band.layer for band in bands} == {"below"}


def test_a_long_name_takes_two_lines_and_the_room_of_two():
    layout = loss_curves(
        VARIATIONAL, levels={"vae-mnist-2d total": 130.0, "PCA of 2": 131.0}, height=180
    ).layout
    assert [note.text for note in layout.annotations] == ["vae-mnist-2d<br>total 130", "PCA of 2 131"]
    assert layout.margin.r < 100
    low, high = layout.yaxis.range
    upper, lower = layout.annotations[1].y, layout.annotations[0].y
    assert (upper - lower) / (high - low) * 104 >= 19


def test_without_levels_nothing_has_changed_but_the_axis_that_was_asked_for():
    plain = loss_curves(VARIATIONAL).layout
    assert (plain.yaxis.type, plain.yaxis.range, plain.margin.r) == (None, None, 8)
    layout = loss_curves(VARIATIONAL, logarithmic=True).layout
    assert layout.yaxis.type == "log"
    assert layout.yaxis.range[0] < math.log10(2.0) < math.log10(200.0) < layout.yaxis.range[1]


def test_a_kl_near_nothing_does_not_fill_a_logarithmic_axis():
    history = {**VARIATIONAL, "kl": [1e-9, 5.0, 6.0], "val_kl": [0.0, 5.0, 6.0]}
    low, high = loss_curves(history, logarithmic=True).layout.yaxis.range
    assert high - low < 3.5


def test_a_logarithmic_figure_of_nothing_is_a_figure():
    assert len(loss_curves({}, logarithmic=True).data) == 0
    odd = loss_curves({"loss": [0.0, -1.0]}, logarithmic=True, levels={"no": math.nan}).layout
    assert odd.yaxis.type == "log"
    assert not odd.annotations


@pytest.mark.parametrize("height", [180, 300])
def test_names_of_levels_that_lie_close_do_not_cover_each_other(height):
    close = {"a": 100.0, "b": 101.0, "c": 99.5, "d": 20.0}
    layout = loss_curves(VARIATIONAL, levels=close, height=height).layout
    low, high = layout.yaxis.range
    places = sorted(note.y for note in layout.annotations)
    pixels = [(upper - lower) / (high - low) * (height - 76) for lower, upper in itertools.pairwise(places)]
    assert min(pixels) >= 12.99
    by_name = {note.text[0]: note.y for note in layout.annotations}
    assert by_name["d"] == 20.0
    assert by_name["c"] < by_name["a"] < by_name["b"]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([5.0], [5.0]),
        ([2.0, 8.0], [2.0, 8.0]),
        ([5.0, 5.0], [4.5, 5.5]),
        ([5.0, 4.0, 4.0], [5.333, 3.333, 4.333]),
        ([10.0, 10.0], [9.0, 10.0]),
        ([0.0, 0.2], [0.0, 1.0]),
        ([], []),
    ],
)
def test_labels_are_moved_apart_as_little_as_it_takes(places, expected):
    assert apart(places, 1.0, 0.0, 10.0) == pytest.approx(expected, abs=1e-3)
