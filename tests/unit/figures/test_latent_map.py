"""The map: what is in its traces, how large it is, and that marks leave the points alone."""

import json

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.figures.latent_map import MARKS, latent_map, marks
from aemodels.figures.palette import DIGITS


@pytest.fixture(scope="module")
def codes() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((500, 2)).astype(np.float32), rng.integers(0, 10, 500).astype(np.uint8)


def test_each_class_is_one_trace_in_its_colour_with_the_index_of_its_points(codes):
    z, labels = codes
    figure = latent_map(z, labels, class_names=[f"class {i}" for i in range(10)])
    seen = np.zeros(len(z), bool)
    for label, trace in enumerate(figure.data[:10]):
        assert trace.type == "scattergl"
        assert (trace.name, trace.meta) == (f"class {label}", label)
        assert trace.marker.color == DIGITS[label]
        index = np.asarray(trace.customdata)
        assert (labels[index] == label).all()
        np.testing.assert_array_equal(np.column_stack([trace.x, trace.y]), z[index])
        seen[index] = True
    assert seen.all()
    assert [trace.name for trace in figure.data[10:]] == list(MARKS)


def test_axes_are_equal_and_zoom_survives_for_the_same_model(codes):
    layout = latent_map(*codes, revision="vae-mnist-2d").layout
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 1)
    assert layout.uirevision == "vae-mnist-2d"
    assert layout.dragmode == "pan"
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_a_mark_changes_only_the_last_traces(codes):
    before = json.loads(latent_map(*codes).to_json())
    after = json.loads(
        latent_map(*codes, current=[1.5, -2], kept=[[0, 0], [1, 1]], neighbours=codes[0][:5]).to_json()
    )
    assert before["data"][:10] == after["data"][:10]
    assert before["layout"] == after["layout"]
    neighbours, kept, current = after["data"][10:]
    assert (current["x"], current["y"]) == ([1.5], [-2.0])
    assert (kept["x"], kept["y"]) == ([0.0, 1.0], [0.0, 1.0])
    assert len(neighbours["x"]) == 5
    assert all(trace["x"] == [] for trace in before["data"][10:])


def test_marks_alone_are_the_marks_of_the_map(codes):
    alone = marks(current=[1, 2], theme="dark")
    whole = latent_map(*codes, current=[1, 2], theme="dark").data[10:]
    assert [trace.to_plotly_json() for trace in alone] == [trace.to_plotly_json() for trace in whole]


def test_seventy_thousand_points_stay_below_two_megabytes():
    rng = np.random.default_rng(1)
    figure = latent_map(rng.standard_normal((70_000, 2)), rng.integers(0, 10, 70_000))
    assert len(figure.to_json()) < 2e6


def test_themes_differ_in_the_ink_of_the_marks_only_where_it_must_be_seen(codes):
    light, dark = (latent_map(*codes, theme=theme) for theme in ("light", "dark"))
    assert light.data[-1].marker.color != dark.data[-1].marker.color
    assert light.layout.xaxis.gridcolor != dark.layout.xaxis.gridcolor
    assert light.data[3].marker.color == dark.data[3].marker.color


def test_one_outlier_does_not_make_the_map_small(codes):
    z = np.vstack([codes[0], [[1000, 1000]]] * 3)
    low, high = latent_map(np.tile(codes[0], (4, 1)), np.tile(codes[1], 4)).layout.xaxis.range
    assert high - low < 12
    assert (
        latent_map(np.vstack([np.tile(z[:500], (4, 1)), z[500:501]]), np.zeros(2001, int)).layout.xaxis.range[
            1
        ]
        < 12
    )


def test_few_points_can_be_drawn_without_webgl_and_without_a_legend(codes):
    figure = latent_map(*codes, webgl=False, legend=False)
    assert {trace.type for trace in figure.data} == {"scatter"}
    assert figure.layout.showlegend is False


def test_no_codes_are_an_empty_map():
    figure = latent_map(np.zeros((0, 2)), np.zeros(0, int))
    assert len(figure.data) == len(MARKS)


@pytest.mark.parametrize(("z", "labels"), [((5, 3), (5,)), ((5, 2), (4,)), ((5,), (5,))])
def test_codes_and_labels_that_do_not_fit_are_refused(z, labels):
    with pytest.raises(ConfigError, match="two numbers"):
        latent_map(np.zeros(z), np.zeros(labels, int))
