"""A digit of the visitor's own on the latent page: its place, how sure the encoder is of it, what is near."""

import numpy as np
import pytest

from pages.ui import cache, moved_digit, places

DRAWN = "What the decoder draws from"


def open_own(open_page, **query):
    app = open_page("latent", **query)
    app.toggle(key="own_on_map").set_value(True).run()
    assert not app.exception
    return app


def own_code(app, name: str) -> tuple[float, ...]:
    """The code of the sample that stands in for a drawing: of all, the one that the page says in words."""
    for image in cache.sample_dataset(cache.card(name).dataset).test.x:
        code = tuple(map(float, cache.quick_model(name).encode(image[None])[0]))
        if places.for_people(code) in said(app).partition("Its place")[2]:
            return code
    raise AssertionError("The page shows no code of a sample.")


def said(app) -> str:
    return " ".join(text.value for text in app.markdown).replace("\\", "")


def test_it_is_not_there_until_it_is_asked_for(open_page):
    app = open_page("latent")
    assert not [button for button in app.button if button.key == "own_keep"]


def test_a_sample_stands_in_and_its_posterior_is_the_encoders(open_page, tiny_models):
    app = open_own(open_page)
    assert "1 σ and 2 σ" in said(app)
    data = cache.sample_dataset("mnist")
    model = cache.quick_model(tiny_models[0])
    shown = {}
    for image in data.test.x:
        _, z_log_var = model.encode_distribution(image[None])
        sigma = np.exp(z_log_var[0] / 2)
        shown[f"σ = {sigma[0]:.2f} and {sigma[1]:.2f}"] = True
    assert any(figure in said(app) for figure in shown)


def test_its_code_can_be_kept_and_is_then_decoded(open_page, picture):
    app = open_own(open_page)
    before = app.query_params["z"]
    app.button(key="own_keep").click().run()
    assert not app.exception
    assert app.query_params["z"] != before
    assert app.query_params["kept"] == app.query_params["z"]


def test_a_longer_plain_code_has_a_place_and_no_posterior(open_page, tiny_models):
    app = open_own(open_page, model=tiny_models[1])
    assert "of the test images" in said(app)
    assert "σ" not in said(app)


@pytest.mark.parametrize(
    ("share", "words"), [(3.0, "only 3 %"), (97.2, "Further out than 97 %"), (100.0, "than 99 %")]
)
def test_how_far_out_it_is_in_words(share, words):
    assert words in places.crowd(share)


def test_a_digit_that_was_moved_is_drawn_from_there_and_can_be_put_back(open_page, picture, tiny_models):
    app = open_own(open_page)
    before = picture(app, DRAWN)
    encoded = own_code(app, tiny_models[0])
    app.session_state["_own_moved"] = (tiny_models[0], encoded, (2.5, -2.0))
    app.run()
    assert not app.exception
    assert "The encoder had put it at" in said(app)
    assert "(2.50, −2.00)" in said(app)
    app.button(key="own_back").click().run()
    assert "Drag its dot" in said(app)
    assert picture(app, DRAWN) == before


@pytest.mark.parametrize(
    "claimed",
    [None, "0,0", [1], [1, 2, 3], [float("nan"), 0], [1e300, 0], {"x": 1}, [[1], [2]], list(range(10_000))],
)
def test_a_place_that_cannot_be_moves_nothing_and_gets_a_sentence(monkeypatch, tiny_models, claimed):
    memory, said_ = {}, []
    monkeypatch.setattr("streamlit.session_state", memory)
    monkeypatch.setattr("streamlit.toast", lambda text, icon: said_.append(text))
    moved_digit.move(tiny_models[0], (0.0, 0.0), (0.0, 0.0), claimed)
    assert memory == {}
    assert len(said_) == 1
    assert "2 numbers between" in said_[0].replace("\\", "")


def test_a_moved_digit_keeps_what_the_map_does_not_show(monkeypatch, tiny_models):
    monkeypatch.setattr("streamlit.session_state", {})
    name = tiny_models[1]
    code = tuple(map(float, cache.codes(name).z[5] + 0.25))
    plane = cache.map_plane(name)
    moved_digit.move(name, code, code, [0.5, -0.5])
    moved = np.asarray([moved_digit.moved(name, code)], np.float32)
    np.testing.assert_allclose(plane.project(moved), [[0.5, -0.5]], atol=1e-4)
    before = np.asarray([code], np.float32)
    np.testing.assert_allclose(
        moved - plane.lift(plane.project(moved)), before - plane.lift(plane.project(before)), atol=1e-4
    )
    assert moved_digit.moved(name, (9.0,) * 6) is None  # another digit
    assert moved_digit.moved("another", code) is None
