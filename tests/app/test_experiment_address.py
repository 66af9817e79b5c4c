"""A prepared experiment in the address of Train: read, refused with a sentence, and written as the form stands."""

import pytest

from aemodels import recipes
from aemodels.architectures.conv import ConvConfig
from aemodels.errors import AemodelsError
from aemodels.training import spec as specs
from pages.ui import experiment_address, state


@pytest.mark.parametrize("recipe", sorted(recipes.RECIPES))
def test_every_recipe_as_it_stands_is_its_name_alone(recipe):
    dataset = recipes.get(recipe).dataset
    written = experiment_address.parameters(recipe, dataset, {}, 0)
    assert written == ({} if recipe == "default" else {"recipe": recipe})
    spec = experiment_address.read(written)
    assert (spec.model, spec.training) == (recipes.get(recipe).model, recipes.get(recipe).training)


def test_what_is_written_is_read_again():
    settings = {
        "epochs": 3,
        "beta": 2.5,
        "hidden": "64, 32",
        "noise": ["gaussian"],
        "patience": None,
        "augment": 0.25,
    }
    written = experiment_address.parameters("default", "digits", settings, 7)
    assert set(written) == {"recipe", "set", "data", "seed"}
    spec = experiment_address.read(written)
    assert (spec.recipe, spec.dataset, spec.seed) == ("default", "digits", 7)
    assert (spec.training.epochs, spec.training.noise, spec.training.patience) == (3, ("gaussian",), None)
    assert (spec.model.beta, spec.model.hidden, spec.training.augment) == (2.5, (64, 32), 0.25)


@pytest.mark.parametrize(
    "parameters",
    [
        {"recipe": "none such"},
        {"recipe": "<script>"},
        {"set": "epochs"},
        {"set": "epochs=3;epochs=4"},
        {"set": "epochs=many"},
        {"set": "epochs=-1"},
        {"set": "beta=1e999"},
        {"set": "variational=false"},
        {"set": "architecture=<b>"},
        {"set": "architecture=conv;hidden=64"},
        {"set": "no_such_thing=1"},
        {"set": "hidden=" + "9" * 900},
        {"set": "a=" + "9" * 2000},
        {"seed": "-1"},
        {"seed": "1e3"},
        {"seed": "²"},
        {"seed": "9" * 10},
        {"seed": "9" * 400},
        {"data": "../../etc"},
        {"data": "points"},
    ],
)
def test_what_no_form_writes_is_a_sentence(parameters):
    with pytest.raises(AemodelsError, match=r"\.$"):
        experiment_address.read(parameters)


def test_a_link_opens_a_prepared_form_that_trains_just_that(open_page, queue):
    app = open_page(
        "train",
        model=None,
        recipe="vae-mnist-2d",
        data="digits",
        set="epochs=3;beta=4;learning_rate=0.002",
        seed="7",
    )
    assert not app.exception
    assert app.selectbox(key="recipe_picker").value == "vae-mnist-2d"
    assert app.selectbox(key="dataset_picker").value == "digits"
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert (job.spec.recipe, job.spec.dataset, job.spec.seed) == ("vae-mnist-2d", "digits", 7)
    assert (job.spec.training.epochs, job.spec.model.beta, job.spec.training.learning_rate) == (3, 4.0, 0.002)
    others = recipes.get("vae-mnist-2d").training.replace(epochs=3, learning_rate=0.002)
    assert job.spec.training == others


def test_the_address_follows_the_form(open_page, queue):
    app = open_page("train", model=None)
    assert "recipe" not in app.query_params
    app.number_input(key="set_default_epochs").set_value(3).run()
    assert (app.query_params["recipe"], app.query_params["set"]) == ("default", "epochs=3")
    app.number_input(key="set_default_epochs").set_value(recipes.get("default").training.epochs).run()
    assert "recipe" not in app.query_params
    assert "set" not in app.query_params


def test_a_link_may_prepare_another_architecture(open_page, queue):
    query = {"recipe": "default", "data": "digits", "set": "architecture=conv;beta=3.0;filters=8, 16"}
    app = open_page("train", model=None, **query)
    assert not app.exception
    assert app.selectbox(key=f"set_default_{_tag(app)}_architecture").value == "conv"
    assert app.text_input(key=f"set_default_{_tag(app)}_filters").value == "8, 16"
    assert app.query_params["set"] in (query["set"], [query["set"]])
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec.model == ConvConfig(latent_dim=2, variational=True, beta=3.0, filters=(8, 16))


def _tag(app):
    (key,) = [box.key for box in app.selectbox if (box.key or "").endswith("_architecture")]
    return key.split("_")[2]


def test_another_recipe_than_the_prepared_one_begins_as_it_stands(open_page, queue):
    app = open_page("train", model=None, recipe="vae-mnist-2d", set="epochs=3")
    app.selectbox(key="recipe_picker").select("dense-mnist").run()
    assert app.number_input(key="set_dense-mnist_epochs").value == recipes.get("dense-mnist").training.epochs
    assert app.query_params["recipe"] == "dense-mnist"
    assert "set" not in app.query_params


@pytest.mark.parametrize("query", [{"recipe": "<b>x</b>"}, {"set": "epochs=0"}, {"seed": "x"}])
def test_an_address_of_nonsense_is_a_sentence_on_a_form_that_works(open_page, queue, sentences, query):
    app = open_page("train", model=None, **query)
    assert not app.exception
    assert sentences(app)
    assert not app.button(key="train_start").disabled


def test_a_message_that_was_sent_before_the_address_changed_does_not_take_a_setting_back(open_page, queue):
    app = open_page("train", model=None)
    app.selectbox(key="dataset_picker").select("digits").run()
    before = dict(app.query_params)
    app.number_input(key="set_default_epochs").set_value(3).run()
    for key in list(app.query_params):
        del app.query_params[key]
    for key, value in before.items():  # the browser had not heard of the new address when it sent the click
        app.query_params[key] = value
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec.training.epochs == 3
    assert app.query_params["set"] in ("epochs=3", ["epochs=3"])


def test_the_way_back_by_the_browsers_button_is_obeyed(open_page, queue, monkeypatch):
    app = open_page("train", model=None)
    app.selectbox(key="dataset_picker").select("digits").run()
    before = dict(app.query_params)
    app.number_input(key="set_default_epochs").set_value(3).run()
    monkeypatch.setattr(state, "PATIENCE", 0.0)  # some time later
    for key in list(app.query_params):
        del app.query_params[key]
    for key, value in before.items():
        app.query_params[key] = value
    app.run()
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec == specs.from_recipe("default", dataset="digits")
