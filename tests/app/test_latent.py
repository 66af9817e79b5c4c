"""The latent explorer: a code is chosen by slider, address or click, and decoded; nonsense gets a sentence."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from pages.ui import cache, find, latent_panel, map_view, places, traversal_card

DRAWN = "What the decoder draws from"


def test_the_page_shows_a_decoded_image_its_original_and_neighbours(open_page, picture):
    app = open_page("latent")
    assert not app.exception
    assert picture(app, DRAWN) is not None
    assert picture(app, "Test image 0, whose code this is") is not None
    near = [image for strip in app.get("image") for image in strip.proto.imgs if ", a " in image.alt]
    assert len(near) == 10  # five by code and five by pixels
    assert [metric.label for metric in app.metric] == ["label", "MSE", "density"]


def test_a_slider_moves_the_code_and_changes_the_image(open_page, picture):
    app = open_page("latent")
    before = picture(app, DRAWN)
    slider = app.slider(key="z1")
    slider.set_value(slider.min if slider.value > (slider.min + slider.max) / 2 else slider.max).run()
    assert not app.exception
    assert picture(app, DRAWN) != before
    assert float(app.query_params["z"].split(",")[0]) == pytest.approx(app.slider(key="z1").value, abs=1e-3)


def test_the_address_chooses_the_code(open_page, picture):
    one, other = open_page("latent", z="0.5,-0.25"), open_page("latent", z="-0.5,0.25")
    assert one.slider(key="z1").value == pytest.approx(0.5)
    assert one.slider(key="z2").value == pytest.approx(-0.25)
    assert one.query_params["z"] == "0.5,-0.25"
    assert picture(one, DRAWN) != picture(other, DRAWN)


@pytest.mark.parametrize("z", ["abc", "nan,0", "0," * 10_000])
def test_nonsense_in_the_address_gets_a_sentence_and_the_page(open_page, picture, sentences, z):
    app = open_page("latent", z=z)
    assert not app.exception
    assert "2 numbers between" in sentences(app)
    assert picture(app, DRAWN) is not None


def test_a_longer_code_is_decoded_exactly_and_moved_by_sliders(open_page, picture, tiny_models):
    app = open_page("latent", model=tiny_models[1])
    assert not app.exception
    before = picture(app, DRAWN)
    assert len(app.query_params["z"].split(",")) == 6
    assert len(app.slider) == 4
    app.slider[0].set_value(app.slider[0].min).run()
    assert not app.exception
    assert picture(app, DRAWN) != before


def test_a_hostile_model_and_code_together(open_page, sentences):
    app = open_page("latent", model="$x^2$ **b**", z="nan")
    assert not app.exception
    assert "There is no model" in sentences(app)
    assert "2 numbers between" in sentences(app)


def test_a_model_without_a_map_gets_a_sentence_and_another_model(open_page, picture, monkeypatch):
    has_codes = cache.has_codes
    monkeypatch.setattr(cache, "has_codes", lambda name: name != "tiny-plane" and has_codes(name))
    for page in ("latent", "home"):
        app = open_page(page)
        assert not app.exception
        assert "make no map" in app.info[0].value
        assert picture(app, DRAWN) is not None


def test_a_test_image_is_found_by_its_number_and_by_its_class(open_page, tiny_models):
    app = open_page("latent")
    found = cache.codes(tiny_models[0])
    app.number_input(key="find_number").set_value(17).run()
    app.run()  # the callback reran the panel alone; this is the whole page again
    assert not app.exception
    address = [float(number) for number in app.query_params["z"].split(",")]
    np.testing.assert_allclose(address, found.z[17], atol=1e-3)
    app.button_group(key="find_class").set_value(4).run()
    assert not app.exception
    following = 18 + int(np.flatnonzero(found.labels[18:] == 4)[0])
    address = [float(number) for number in app.query_params["z"].split(",")]
    np.testing.assert_allclose(address, found.z[following], atol=1e-3)


def test_after_the_last_of_a_class_comes_its_first():
    labels = np.array([3, 1, 3, 1])
    assert find.next_of_class(labels, 3, None) == 0
    assert find.next_of_class(labels, 3, 0) == 2
    assert find.next_of_class(labels, 3, 2) == 0
    assert find.next_of_class(labels, 9, 0) is None


def test_a_longer_code_is_shown_number_by_number(open_page, tiny_models):
    app = open_page("latent", model=tiny_models[1])
    app.toggle(key="traversal").set_value(True).run()
    assert not app.exception
    rows = [image for image in app.get("image") if image.proto.imgs[0].alt.startswith("The image while z")]
    assert len(rows) == 6
    assert "0 unused" in " ".join(text.value for text in app.markdown)


def test_the_slider_of_a_number_moves_that_number_alone(open_page, tiny_models):
    app = open_page("latent", model=tiny_models[1])
    app.toggle(key="traversal").set_value(True).run()
    before = [float(number) for number in app.query_params["z"].split(",")]
    slider = app.slider(key="row_z6")
    slider.set_value(slider.max - 0.25).run()
    assert not app.exception
    after = [float(number) for number in app.query_params["z"].split(",")]
    assert after[:5] == before[:5]
    assert after[5] == slider.max - 0.25 != before[5]


def test_a_long_code_comes_in_pages(monkeypatch):
    assert traversal_card._page(list(range(32))) == list(range(32))
    asked = {}
    monkeypatch.setattr("streamlit.session_state", {"traversal_page": 64})
    monkeypatch.setattr(
        "streamlit.segmented_control", lambda label, options, **settings: asked.update(options=options) or 64
    )
    assert traversal_card._page(list(range(70))) == list(range(64, 70))
    assert asked["options"] == [0, 32, 64]


def test_a_code_of_two_numbers_has_its_map_for_that(open_page):
    assert not [toggle for toggle in open_page("latent").toggle if toggle.key == "traversal"]


# What a browser sends, and what becomes of it: pure functions.


def test_a_code_survives_the_way_through_the_address():
    assert places.from_text(places.to_text((0.3, -1.2)), 2, 10.0) == (0.3, -1.2)
    assert places.to_text((0.30004, -0.00001)) == "0.3,0"


@pytest.mark.parametrize(
    "z", ["", "abc", "1", "1,2,3", "nan,0", "inf,0", "1e300,0", "11,0", "1,2;DROP", "0," * 10_000, "\x00,1"]
)
def test_an_address_that_is_no_place_is_refused(z):
    with pytest.raises(ConfigError, match="2 numbers between"):
        places.from_text(z, 2, 10.0)


@pytest.mark.parametrize(
    "claimed",
    [None, "1,2", 5, [], [1], [1, 2, 3], [1, None], ["1", "2"], [float("nan"), 0], [float("inf"), 0], [1e300, 0],
     [10**400, 0], [True, False], [[1], [2]], {"x": 1, "y": 2}, list(range(10_000))],
)  # fmt: skip
def test_a_place_that_no_honest_browser_sends_is_refused(claimed):
    with pytest.raises(ConfigError, match="2 numbers between"):
        places.from_browser(claimed, 2, 10.0)


def test_a_place_within_the_limit_is_taken():
    assert places.from_browser([1, -2.5], 2, 10.0) == (1.0, -2.5)
    assert places.from_browser([10.0, -10.0], 2, 10.0) == (10.0, -10.0)


def test_the_place_of_a_selected_point_is_read_from_what_the_chart_reports():
    assert map_view.selected_place({"selection": {"points": [{"x": 1.5, "y": -2, "customdata": 7}]}}) == [
        1.5,
        -2,
    ]
    assert map_view.selected_place({"selection": {"points": []}}) is None
    assert map_view.selected_place({"selection": {"points": [1e300, {"x": 1}]}}) is None
    assert map_view.selected_place(None) is None


def test_a_long_code_gets_sliders_for_the_numbers_that_vary_most():
    z = np.random.default_rng(0).normal(size=(200, 8)) * np.arange(1, 9)
    assert latent_panel.slider_dimensions(z) == [7, 6, 5, 4]
    assert latent_panel.slider_dimensions(z[:, :2]) == [0, 1]
