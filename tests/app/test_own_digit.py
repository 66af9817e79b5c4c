"""A digit of the visitor's own on the latent page: its place, how sure the encoder is of it, what is near."""

import numpy as np
import pytest

from pages.ui import cache, places

DRAWN = "What the decoder draws from"


def open_own(open_page, **query):
    app = open_page("latent", **query)
    app.toggle(key="own_on_map").set_value(True).run()
    assert not app.exception
    return app


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
