"""Models: every network of the store as a card, with what it makes of five images; one click picks it for all."""

import numpy as np
import pytest

from aemodels import preview
from pages.ui import cache, model_gallery


@pytest.fixture(autouse=True)
def two_cards(monkeypatch, tiny_models):
    """Only the two small models, which need no TensorFlow."""
    cards = tuple(card for card in cache.cards() if card.name in tiny_models)
    monkeypatch.setattr(cache, "cards", lambda: cards)
    return cards


def button(app, name, cards):
    number = [card.name for card in cards].index(name)
    return app.button(key=f"{model_gallery.USE_KEY}{number}")


def test_each_model_is_there_with_what_it_is_and_what_it_draws(open_page, tiny_models, two_cards):
    app = open_page("models", model=tiny_models[0])
    assert not app.exception
    said = "\n".join(text.value for text in (*app.markdown, *app.caption)).replace("\\", "")
    assert all(card.name in said and model_gallery.described(card) in said for card in two_cards)
    alts = [image.alt for element in app.get("image") for image in element.proto.imgs]
    assert alts.count("Test image 1") == 2
    assert alts.count("Its reconstruction of image 5") == 2


def test_what_is_drawn_is_what_the_network_makes_of_the_first_test_images(tiny_models):
    data = cache.sample_dataset("digits")
    originals, drawn = cache.reconstructed(tiny_models[0], data, np.arange(model_gallery.SHOWN))
    assert np.array_equal(originals, data.test.values[:5])
    expected = preview.load(tiny_models[0]).reconstruct(data.test.x[:5])[..., 0]
    assert np.abs(drawn / 255 - expected).max() <= 0.5 / 255 + 1e-6


def test_the_one_in_use_says_so_and_a_click_uses_another(open_page, tiny_models, two_cards):
    first, second = tiny_models
    app = open_page("models", model=first)
    assert button(app, first, two_cards).label == "In use"
    assert button(app, first, two_cards).disabled
    button(app, second, two_cards).click().run()
    assert app.query_params["model"] == second
    assert button(app, second, two_cards).label == "In use"
    assert button(app, first, two_cards).label == "Use it"


def test_a_model_that_was_deleted_meanwhile_is_not_picked(open_page, tiny_models, monkeypatch, two_cards):
    first, second = tiny_models
    app = open_page("models", model=first)
    use = button(app, second, two_cards)
    monkeypatch.setattr(cache, "cards", lambda: tuple(card for card in two_cards if card.name == first))
    use.click().run()
    assert not app.exception
    assert app.query_params["model"] == first


def test_a_convolutional_network_shows_its_images_and_waits_for_nobody(
    open_page, tiny_models, monkeypatch, two_cards
):
    monkeypatch.setattr(cache, "quick_model", lambda name: None)  # as if neither were dense
    monkeypatch.setattr(cache, "answering", None)  # asking for one would wait
    app = open_page("models", model=tiny_models[0])
    assert not app.exception
    assert sum("comes in a moment" in caption.value for caption in app.caption) == 2
