"""The cloud of codes of three numbers: what is in its traces, how large it is, what its axes are."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.figures.latent_space import MOST_POINTS, evenly, latent_space
from aemodels.figures.palette import DIGITS


@pytest.fixture(scope="module")
def codes() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((500, 3)).astype(np.float32), rng.integers(0, 10, 500).astype(np.uint8)


def test_each_class_is_one_trace_in_its_colour_with_the_index_of_its_points(codes):
    z, labels = codes
    figure = latent_space(z, labels, class_names=[f"class {i}" for i in range(10)])
    seen = []
    for label, trace in enumerate(figure.data):
        assert (trace.type, trace.name, trace.meta) == ("scatter3d", f"class {label}", label)
        assert trace.marker.color == DIGITS[label]
        index = np.asarray(trace.customdata)
        assert (labels[index] == label).all()
        np.testing.assert_array_equal(np.column_stack([trace.x, trace.y, trace.z]), z[index])
        seen.extend(index)
    assert sorted(seen) == list(range(500))


def test_of_many_codes_some_are_drawn_taken_evenly():
    rng = np.random.default_rng(0)
    figure = latent_space(rng.standard_normal((70_000, 3)), rng.integers(0, 10, 70_000))
    drawn = np.sort(np.concatenate([trace.customdata for trace in figure.data]))
    assert len(drawn) == MOST_POINTS
    np.testing.assert_array_equal(drawn, evenly(70_000))
    assert (drawn[0], drawn[-1]) == (0, 69_999)
    assert set(np.diff(drawn)) == {17, 18}
    assert len(figure.to_json()) < 300_000


def test_axes_are_equal_and_the_camera_survives_for_the_same_model(codes):
    layout = latent_space(*codes, revision="my-3d").layout
    assert layout.scene.aspectmode == "data"
    assert layout.uirevision == layout.scene.uirevision == "my-3d"
    assert layout.paper_bgcolor == layout.scene.bgcolor == "rgba(0,0,0,0)"


def test_themes_differ_in_their_grid_alone(codes):
    light, dark = (latent_space(*codes, theme=theme) for theme in ("light", "dark"))
    assert light.layout.scene.xaxis.gridcolor != dark.layout.scene.xaxis.gridcolor
    assert all(a.marker.color == b.marker.color for a, b in zip(light.data, dark.data, strict=True))


def test_one_outlier_does_not_make_the_cloud_small(codes):
    z = np.vstack([np.tile(codes[0], (4, 1)), [[1000, 1000, 1000]]])
    low, high = latent_space(z, np.zeros(len(z), int)).layout.scene.zaxis.range
    assert high - low < 12


def test_no_codes_are_an_empty_cloud():
    assert len(latent_space(np.zeros((0, 3)), np.zeros(0, int)).data) == 0


@pytest.mark.parametrize(("z", "labels"), [((5, 2), (5,)), ((5, 3), (4,)), ((5,), (5,))])
def test_codes_and_labels_that_do_not_fit_are_refused(z, labels):
    with pytest.raises(ConfigError, match="three numbers"):
        latent_space(np.zeros(z), np.zeros(labels, int))
