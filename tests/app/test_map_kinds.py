"""How a long code lies on the map: the visitor's choice, what each kind says, and that all of the page follows."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.latent import planes
from pages.ui import cache, map_kind, map_layers, state
from pages.ui.cache import maps


@pytest.fixture
def umap(monkeypatch):
    """UMAP as if it were installed, and a quick one in its place: the last two numbers, ten times as large."""
    fitted = []

    def reduce(z):
        fitted.append(len(z))
        return 10 * z[:, -2:]

    monkeypatch.setattr(planes, "has_umap", lambda: True)
    monkeypatch.setattr(planes, "umap_places", reduce)
    for cached in (maps._embedding, maps._map_places, maps._map_figure):
        cached.clear()
    yield fitted
    for cached in (maps._embedding, maps._map_places, maps._map_figure):
        cached.clear()


@pytest.fixture
def no_umap(monkeypatch):
    monkeypatch.setattr(planes, "has_umap", lambda: False)


def captions(app) -> str:
    return " ".join(caption.value for caption in app.caption)


def switches(app):
    return [group for group in app.button_group if group.key == "map_kind"]


def test_without_the_package_there_is_no_switch_and_one_is_told_how_to_get_it(
    open_page, tiny_models, no_umap
):
    app = open_page("latent", model=tiny_models[1])
    assert not app.exception
    assert switches(app) == []
    assert "the code that lies in the plane" in captions(app)
    assert "pip install umap-learn" in captions(app)


def test_a_code_of_two_numbers_has_neither(open_page, umap):
    app = open_page("latent")
    assert switches(app) == []
    assert "umap" not in captions(app).lower()


def test_umap_is_fitted_when_it_is_chosen_and_says_what_a_click_means(open_page, tiny_models, umap):
    app = open_page("latent", model=tiny_models[1])
    assert umap == []
    assert switches(app)[0].options == ["PCA", "UMAP"]
    switches(app)[0].set_value("umap").run()
    assert not app.exception
    assert len(umap) == 1
    assert "nearest test image's code" in captions(app)
    assert "pip install" not in captions(app)
    switches(app)[0].set_value("pca").run()
    assert "the code that lies in the plane" in captions(app)
    switches(app)[0].set_value("umap").run()
    assert len(umap) == 1  # once a model, not once a look


def test_the_choice_holds_on_home_and_back_again_and_for_its_model_alone(open_page, tiny_models, umap):
    app = open_page("latent", model=tiny_models[1])
    switches(app)[0].set_value("umap").run()
    for page in ("home", "latent"):
        app.switch_page(f"pages/{page}.py").run()
        app.run()
        assert not app.exception
        assert app.session_state["_map_kinds"] == {tiny_models[1]: "umap"}
    assert switches(app)[0].value == "umap"


def test_a_map_that_fails_gets_a_sentence_and_the_plane(
    open_page, tiny_models, umap, monkeypatch, sentences, picture
):
    def broken(z):
        raise ConfigError(
            "UMAP could not lay out these codes (no reason was given). The plane by PCA always works."
        )

    monkeypatch.setattr(planes, "umap_places", broken)
    app = open_page("latent", model=tiny_models[1])
    switches(app)[0].set_value("umap").run()
    assert not app.exception
    assert "could not lay out" in sentences(app).replace("\\", "")
    assert picture(app, "What the decoder draws from") is not None
    assert switches(app)[0].value == "pca"
    app.run()
    assert sentences(app) == ""


def test_what_was_selected_on_one_map_is_forgotten_on_the_other(open_page, tiny_models, umap):
    app = open_page("latent", model=tiny_models[1])
    app.session_state["_outline"] = [[-99.0, -99.0], [99.0, -99.0], [99.0, 99.0], [-99.0, 99.0]]
    app.session_state["_outline_model"] = tiny_models[1]
    app.run()
    assert [button for button in app.button if button.key == "group_keep"]
    switches(app)[0].set_value("umap").run()
    assert not [button for button in app.button if button.key == "group_keep"]


def test_places_figure_and_density_are_those_of_the_chosen_map(tiny_models, umap, monkeypatch):
    name = tiny_models[1]
    flat = cache.map_places(name)
    z = cache.codes(name).z
    monkeypatch.setattr(state.Key, "get", lambda key: {name: "umap"} if key is state.MAP_KINDS else key.first)
    places = cache.map_places(name)
    np.testing.assert_array_equal(places, 10 * z[:, -2:])
    assert not np.allclose(places, flat)
    figure = cache.map_figure(name)
    trace = figure.data[0]
    np.testing.assert_array_equal(np.column_stack([trace.x, trace.y]), places[trace.customdata])
    assert map_layers.known(name) == ("density",)
    layer = cache.layer(name, "density")
    assert layer.x[0] < np.percentile(places[:, 0], 5) < np.percentile(places[:, 0], 95) < layer.x[1]
    np.testing.assert_array_equal(cache.map_plane(name).lift(places[:5] + 1e-6), z[:5])


def test_every_kind_has_a_title(tiny_models, umap):
    assert all(kind in map_kind.TITLES for kind in (*cache.map_kinds(tiny_models[1]), cache.SPACE))
