"""The figures of the published recipes show what they were given, in place and alike in colour."""

import numpy as np
import pytest

from aemodels.figures import class_areas, point_clouds, published_log, step_losses, term_curves
from aemodels.figures.palette import class_colour


def named(figure):
    return {trace.name: trace for trace in figure.data}


def test_the_log_shows_the_tutorial_our_range_and_a_run_at_their_steps():
    printed = {0: 0.4, 1000: 0.2, 2000: 0.1}
    figure = published_log.published_log(
        printed,
        low=[0.3, 0.1, 0.05],
        high=[0.5, 0.15, 0.08],
        means={"Keras 3": [0.4, 0.3, 0.2]},
        run={0: 0.41, 1000: 0.12},
        level=0.067,
    )
    traces = named(figure)
    assert list(traces["tutorial"].x) == [0, 1000, 2000]
    assert list(traces["tutorial"].y) == [0.4, 0.2, 0.1]
    assert (list(traces["your run"].x), list(traces["your run"].y)) == ([0, 1000], [0.41, 0.12])
    assert list(traces["our seeds"].y) == [0.3, 0.1, 0.05]
    assert traces["our seeds"].fill == "tonexty"  # up to the trace before it, the highest
    assert list(traces["mean image"].y) == [0.067, 0.067]
    assert figure.layout.yaxis.type == "log"


def test_a_log_without_a_run_has_none():
    figure = published_log.published_log({0: 0.4}, low=[0.3], high=[0.5], means={})
    assert "your run" not in named(figure)


def test_each_class_has_its_bar_and_its_ellipse_in_its_colour():
    bars = class_areas.area_bars([1.0, 3.0, 2.0], [0, 4, 9], class_names=[str(n) for n in range(10)]).data[0]
    assert list(bars.x) == [3.0, 2.0, 1.0]
    assert list(bars.y) == ["4", "9", "0"]
    assert list(bars.marker.color) == [class_colour(label) for label in (4, 9, 0)]
    codes, labels = np.zeros((4, 2)), np.array([0, 0, 4, 4])
    ellipse = np.array([[0.0, 1], [1, 0], [0, 1]])
    figure = class_areas.map_of_areas(codes, labels, [ellipse, 2 * ellipse], [0, 4], holes=[[5.0, 6], [7, 8]])
    *_, first, second, holes = figure.data
    assert (first.line.color, second.line.color) == (class_colour(0), class_colour(4))
    np.testing.assert_array_equal(np.column_stack([second.x, second.y]), 2 * ellipse)
    assert list(holes.text) == ["1", "2"]
    np.testing.assert_array_equal(np.column_stack([holes.x, holes.y]), [[5, 6], [7, 8]])


def test_both_clouds_have_the_same_ranges_and_colours():
    points = np.random.default_rng(0).normal(size=(30, 3))
    labels, errors = np.arange(30) % 10, np.linspace(0, 1, 30)
    before, after = (
        point_clouds.cloud(each, labels, errors, around=points) for each in (points, 0.5 * points)
    )
    for name in ("xaxis", "yaxis", "zaxis"):
        assert before.layout.scene[name].range == after.layout.scene[name].range
    assert before.data[0].marker.color == after.data[0].marker.color
    flat = point_clouds.flat_codes(points[:, :2], labels, errors)
    assert flat.data[0].marker.color == before.data[0].marker.color
    by_error = point_clouds.cloud(points, labels, errors, around=points, by_error=True)
    assert list(by_error.data[0].marker.color) == pytest.approx(errors)
    assert [row[1] for row in by_error.data[0].customdata] == pytest.approx(errors)  # what hovering tells
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    mesh = point_clouds.cloud(points, labels, errors, around=points, plane=corners).data[1]
    triangles = {frozenset(each) for each in zip(mesh.i, mesh.j, mesh.k, strict=True)}
    assert triangles == {frozenset({0, 1, 2}), frozenset({0, 2, 3})}  # the whole of it


def test_running_losses_have_a_panel_each_and_no_line_where_there_is_no_number():
    figure = term_curves.term_curves({"total": ([3.0, 2.0], [3.5, np.nan]), "KL": ([1.0, 2.0], [1.0, 2.5])})
    assert [trace.xaxis for trace in figure.data] == ["x", "x", "x2", "x2"]
    assert list(figure.data[1].y) == [3.5, None]
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]


def test_trainings_over_each_other_have_a_colour_each():
    figure = term_curves.paired_curves({"a": ([3.0], [4.0]), "b": ([1.0], [2.0])}, unit="nats")
    colours = [trace.line.color for trace in figure.data]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert [trace.line.dash for trace in figure.data] == ["dot", "solid"] * 2


def test_the_first_steps_are_all_drawn_and_no_more_than_there_is_room_for():
    rows = step_losses.drawn(20_000)
    assert len(rows) == step_losses.MOST_POINTS
    assert list(rows[:101]) == list(range(101))
    assert rows[-1] == 19_999
    assert list(step_losses.drawn(3)) == [0, 1, 2]
    assert len(step_losses.drawn(0)) == 0


def test_the_running_median_ignores_jumps_and_keeps_slopes():
    values = np.linspace(1, 0, 200)
    values[50] = 100.0
    smooth = step_losses.running_median(values)
    assert smooth[50] == pytest.approx(np.linspace(1, 0, 200)[50], abs=0.01)
    assert smooth[0] == values[0]
    assert smooth[-1] == values[-1]
    by_hand = np.median(values[100 - 20 : 100 + 21])
    assert smooth[100] == pytest.approx(by_hand)
    assert np.isnan(step_losses.running_median(np.full(60, np.nan))).all()


def test_losses_of_steps_that_are_no_number_leave_gaps():
    figure = step_losses.step_losses([1.0, np.nan, 0.5])
    assert list(figure.data[0].y) == [1.0, None, 0.5]
