"""Two maps side by side: which models can be laid beside one, what a browser may ask for, and what both show."""

import math

import numpy as np
import pytest

from aemodels.errors import ConfigError
from pages.ui import cache, places

BESIDE = "tiny-long"


def test_models_of_the_same_test_images_can_be_compared(open_page, tiny_models):
    app = open_page("latent")
    assert app.selectbox(key="beside_picker").options == [BESIDE]  # shipped ones know other images
    assert len(app.get("plotly_chart")) == 1


def test_both_maps_and_what_both_make_of_one_image(open_page, picture):
    app = open_page("latent", beside=BESIDE)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    alts = [image.alt for element in app.get("image") for image in element.proto.imgs]
    assert any(alt.startswith("What tiny-plane draws from") for alt in alts)
    assert any(alt.startswith("What tiny-long draws from") for alt in alts)
    assert picture(app, "Test image 0, a ") is not None
    assert app.query_params["beside"] == BESIDE


def test_leaving_the_second_map_brings_the_explorer_back(open_page):
    app = open_page("latent", beside=BESIDE)
    app.selectbox(key="beside_picker").set_value(None).run()
    assert not app.exception
    assert "beside" not in app.query_params
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.parametrize("asked", ["vae-fashion-2d", "nobody", "<b>x</b>", "../x", "training/7", "x" * 5000])
def test_a_model_that_cannot_be_compared_is_a_sentence(open_page, asked, sentences):
    app = open_page("latent", beside=asked)
    assert not app.exception
    assert "with a map of the same test images" in sentences(app)
    assert "<b>" not in sentences(app)
    assert "beside" not in app.query_params


@pytest.mark.parametrize(
    "claimed", [None, "3", 3.0, math.nan, 1e300, -1, 10**9, True, [3], {"number": 3}, list(range(10_000))]
)
def test_what_is_no_number_of_a_test_image_is_refused(claimed):
    with pytest.raises(ConfigError, match="There are 100 test images, counted from 0"):
        places.position(claimed, 100, "test images")


def test_a_number_of_a_test_image_is_taken():
    assert places.position(99, 100, "test images") == 99


def test_fields_side_by_side_have_one_scale(tiny_models):
    plane = tiny_models[0]
    alone = cache.layer(plane, "density")
    beside = cache.layer(plane, "density", tiny_models[1])
    both = [cache.layer(name, "density").high for name in tiny_models]
    assert alone.high == both[0]
    assert beside.high == pytest.approx(max(both))
    assert cache.layer(tiny_models[1], "density", plane).high == pytest.approx(max(both))


def test_holes_do_not_depend_on_how_wide_a_map_is():
    from aemodels.latent import fields

    rng = np.random.default_rng(0)
    codes = rng.standard_normal((500, 2))
    values = rng.random((4, 4))
    for name, power in (("holes", 1), ("stretch", -1), ("density", -2), ("regions", 0)):
        once = fields.relative(name, values, codes)
        wide = fields.relative(name, values * 20.0**power, codes * 20.0)  # the same model, in other units
        np.testing.assert_allclose(wide, once, rtol=1e-5)
