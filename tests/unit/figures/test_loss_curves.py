"""The curves of a training: which are drawn, in which style."""

import json
import math

import pytest

from aemodels.errors import ConfigError
from aemodels.figures.loss_curves import loss_curves
from aemodels.figures.palette import PALETTES

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
