"""What for, known factors: the heat map, and a digit whose factors one moves, for every kind of model."""

import numpy as np
import pytest

from aemodels.data.factors import FACTORS
from pages.ui import cache, factor_moves, factors_use
from pages.ui.cache.factors import STEPS
from tests.app.conftest import LONG, PLANE


@pytest.mark.parametrize("model", [PLANE, LONG])
def test_the_section_shows_the_heat_map_and_how_the_code_moves(open_page, picture, model):
    app = open_page("learn", use="factors", model=model)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    assert picture(app, "A 4 drawn with slant 0.00") is not None
    assert any("learned other digits" in note.value for note in app.info)


def test_the_slider_moves_the_factor_of_the_image_and_its_reconstruction(open_page, picture):
    app = open_page("learn", use="factors", model=LONG)
    before = picture(app, "What the model makes of the 4")
    app.slider(key="factor_slant_value").set_value(18.0).run()
    assert not app.exception
    assert picture(app, "A 4 drawn with slant 18.00") is not None
    assert picture(app, "What the model makes of the 4") != before
    app.selectbox(key="factor_moved").set_value("thickness").run()
    app.selectbox(key="factor_digit").set_value(7).run()
    assert not app.exception
    assert picture(app, "A 7 drawn with thickness 2.50") is not None


def test_r2_by_rank_is_what_the_words_then_say(open_page):
    app = open_page("learn", use="factors", model=LONG)
    found = cache.following(LONG)
    app.segmented_control(key="factor_measure").set_value("monotone").run()
    assert not app.exception
    assert factors_use.verdict(found.monotone, found.whole) in [text.value for text in app.caption]


def test_a_code_of_feature_maps_shows_the_numbers_that_follow_most(open_page, monkeypatch):
    rng = np.random.default_rng(1)

    class Maps:
        def encode(self, x):
            return np.tile(x.reshape(len(x), -1), 4) + 0.01 * rng.standard_normal((len(x), 3136), np.float32)

        def decode(self, z):
            return np.zeros((len(z), 28, 28, 1), np.float32)

    monkeypatch.setattr("pages.ui.cache.store.answering", lambda name: Maps())
    monkeypatch.setattr("pages.ui.cache.store.version", lambda name: "feature maps")
    app = open_page("learn", use="factors", model=LONG)
    assert not app.exception
    assert any("the 16 of 3,136 numbers" in text.value for text in app.markdown)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        ("factors", None),
        ("fashion_mnist", "never saw a digit"),
        ("mnist", "learned other digits"),
        ("own", "somebody's own"),
    ],
)
def test_what_a_model_was_trained_on_is_said(monkeypatch, dataset, words):
    class Card:
        pass

    card = Card()
    card.dataset = dataset
    monkeypatch.setattr(cache, "card", lambda name: card)
    said = factors_use.never_saw(PLANE)
    assert said is None if words is None else words in said


@pytest.mark.parametrize(
    ("value", "step"),
    [
        (-18.0, 0),
        (18.0, STEPS - 1),
        (0, STEPS // 2),
        (1e300, STEPS - 1),
        (float("nan"), 10),
        ("x", 10),
        (None, 10),
    ],
)
def test_whatever_a_browser_claims_is_a_step_of_the_slider(value, step):
    assert factor_moves.place(FACTORS[0], value) == step


def test_the_words_sort_factors_into_followed_spread_and_lost():
    r2 = np.zeros((6, 3))
    r2[3, 2], r2[2, 0] = 0.9, 0.6
    said = factors_use.verdict(r2, np.array([0.8, 0.1, 0.7, 0.9, 0.0, -3.0]))
    assert said.startswith("z₃ follows **thickness** (0.90), z₁ follows **size** (0.60).")
    assert "Spread over several numbers: slant." in said
    assert "Hardly in the code, at least not linearly: width, place across, place down." in said
