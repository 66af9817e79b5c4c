"""A model of points, not of images, in the explorer: it has a map, and nothing there expects a picture."""

import dataclasses

import pytest

from aemodels import recipes
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.store import models
from aemodels.training.fit import train

NAME = "tiny-points"


@pytest.fixture(scope="module")
def points_model():
    recipe = recipes.get("three-to-two")
    data = datasets.load(recipe.dataset)
    model = build(recipe.model, seed=0)
    config = dataclasses.replace(recipe.training, epochs=1)
    history = train(model, data, config, seed=0)
    models.save(
        model,
        NAME,
        recipe="three-to-two",
        dataset=data.name,
        fingerprint=data.fingerprint,
        test=data.test,
        training=config.to_json(),
        seed=0,
        history=history,
        overwrite=True,
    )
    yield NAME
    models.delete(NAME)


def test_its_places_can_be_kept_and_selected(open_page, points_model):
    app = open_page("latent", model=points_model, kept="0.5,0.2;-0.3,0.1")
    assert not app.exception
    assert not app.error
    assert app.query_params["kept"] == "0.5,0.2;-0.3,0.1"
    assert not [toggle for toggle in app.toggle if toggle.key == "own_on_map"]
    app.session_state["_outline"] = [[-99.0, -99.0], [99.0, -99.0], [99.0, 99.0], [-99.0, 99.0]]
    app.session_state["_outline_model"] = points_model
    app.run()
    assert not app.exception
    assert any("tenth 1 of the arc" in text.value for text in app.markdown)
    assert [button for button in app.button if button.key == "group_keep"]
