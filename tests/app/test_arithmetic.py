"""The card that calculates with codes: its example, its operands, and what is kept."""

import numpy as np

from aemodels.latent import arithmetic
from pages.ui import arithmetic_card, cache


def open_card(open_page, **query):
    app = open_page("latent", **query)
    app.toggle(key="arithmetic").set_value(True).run()
    assert not app.exception
    return app


def terms(app) -> list[list[str]]:
    return [app.multiselect(key=f"term_{which}").value for which in arithmetic_card.TERMS]


def test_it_begins_with_an_example_and_shows_the_equation(open_page, picture):
    app = open_card(open_page)
    start, plus, minus = terms(app)
    assert start == ["here"]
    assert plus != minus
    for alt in ("Start from", "Add the mean", "Take away", "The result"):
        assert picture(app, alt) is not None


def test_the_result_is_kept_as_it_was_calculated(open_page, tiny_models):
    app = open_card(open_page, z="0.5,-0.25")
    app.multiselect(key="term_plus").set_value(["class 3"]).run()
    app.multiselect(key="term_minus").set_value(["class 5", "class 6"]).run()
    app.button(key="arithmetic_keep").click().run()
    assert not app.exception
    means = cache.class_codes(tiny_models[0])
    expected = arithmetic.combine([[0.5, -0.25]], [means[3]], [means[5], means[6]])
    shown = [float(number) for number in app.query_params["z"].split(",")]
    np.testing.assert_allclose(shown, expected, atol=2e-3)
    assert app.query_params["kept"] == app.query_params["z"]


def test_kept_places_are_operands_by_their_names_and_go_with_them(open_page):
    app = open_card(open_page, kept="0.5,-0.25~thin;1,1")
    assert "kept 1, thin" in app.multiselect(key="term_start").options
    app.multiselect(key="term_start").set_value(["kept 1,1"]).run()
    app.session_state["_kept"] = {}
    app.run()
    assert not app.exception
    assert terms(app)[0] == []
    assert any("Choose at least one" in caption.value for caption in app.caption)


def test_ones_own_drawing_is_an_operand_once_there_is_one(open_page, tiny_models):
    from pages.ui.digit import Digit

    app = open_card(open_page)
    assert "my drawing" not in app.multiselect(key="term_start").options
    image = cache.sample_dataset("digits").test.x[:1]
    app.session_state["_drawn"] = Digit(image, "Draw", "your drawing")
    app.run()
    for which, chosen in {"start": ["mine"], "plus": [], "minus": []}.items():
        app.multiselect(key=f"term_{which}").set_value(chosen).run()
    app.button(key="arithmetic_keep").click().run()
    assert not app.exception
    shown = [float(number) for number in app.query_params["z"].split(",")]
    np.testing.assert_allclose(shown, cache.answering(tiny_models[0]).encode(image)[0], atol=2e-3)


def test_a_longer_code_can_be_calculated_with(open_page, tiny_models, picture):
    app = open_card(open_page, model=tiny_models[1])
    assert picture(app, "The result") is not None


def test_it_is_not_there_until_it_is_asked_for(open_page):
    assert not open_page("latent").multiselect
