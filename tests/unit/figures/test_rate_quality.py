"""Quality against bits: what lies where, and who is named."""

import json
import math

import pytest

from aemodels.figures.palette import PALETTES
from aemodels.figures.rate_quality import rate_quality
from aemodels.measure.contest import Result

RESULTS = (
    Result("small-vae", "model", 2, 0.03, 15.0, 0.6, said=9.5),
    Result("small", "model", 2, 0.03, 16.0, 0.6),
    Result("large", "model", 32, 0.003, 25.0, 0.9),
    Result("diverged", "model", 8, math.nan, math.nan, math.nan),
    Result("PCA 2", "pca", 2, 0.05, 12.5, 0.4),
    Result("PCA 32", "pca", 32, 0.02, 18.0, 0.6),
    Result("Mean image", "mean", 0, 0.06, 11.5, 0.2),
)


def trace(figure, name):
    (found,) = [one for one in figure.data if one.name == name]
    return found


def test_every_finite_model_is_a_point_of_its_stored_bits():
    points = trace(rate_quality(RESULTS), "models, as stored")
    assert dict(zip(points.customdata, zip(points.x, points.y, strict=True), strict=True)) == {
        "small-vae": (64, 15.0),
        "small": (64, 16.0),
        "large": (1024, 25.0),
    }


def test_pcas_are_a_line_that_ends_with_the_largest_code():
    line = trace(rate_quality(RESULTS, [(1, 11.0), (8, 14.0), (32, 99.0), (256, 40.0)]), "PCA")
    assert list(line.x) == [32, 64, 256, 1024]
    assert list(line.y) == [11.0, 12.5, 14.0, 18.0]


def test_what_a_code_says_is_a_ring_at_the_height_of_its_model():
    rings = trace(rate_quality(RESULTS), "what a VAE's code says")
    assert (list(rings.x), list(rings.y), list(rings.customdata)) == ([9.5], [15.0], ["small-vae"])


@pytest.mark.parametrize(
    ("picked", "named"), [(None, {"small", "large"}), ("small-vae", {"small-vae", "large"})]
)
def test_one_of_each_size_is_named(picked, named):
    points = trace(rate_quality(RESULTS, picked=picked), "models, as stored")
    assert {text for text in points.text if text} == named
    sizes = dict(zip(points.customdata, points.marker.size, strict=True))
    assert [name for name in sizes if sizes[name] == max(sizes.values())][:1] == [picked or "small-vae"]


def test_the_mean_image_is_a_level_line_because_no_bits_have_no_logarithm():
    figure = rate_quality(RESULTS)
    assert [shape.y0 for shape in figure.layout.shapes] == [11.5]
    assert figure.layout.xaxis.type == "log"
    low, high = (10**end for end in figure.layout.xaxis.range)
    assert low < 9.5
    assert high > 1024


def test_a_theme_gives_its_colours_and_nothing_known_is_an_empty_figure():
    points = trace(rate_quality(RESULTS, theme="dark"), "models, as stored")
    assert points.marker.color == PALETTES["dark"].output
    assert not any(len(one.x) for one in rate_quality(()).data)
    json.loads(rate_quality(RESULTS).to_json())
