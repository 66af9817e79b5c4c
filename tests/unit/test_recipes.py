"""Every recipe of the table can be built, trained a little, and says what the published system says of itself."""

import pytest

from aemodels import architectures, recipes
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.errors import AemodelsError, ConfigError, DatasetError
from aemodels.training import fit, spec
from aemodels.training.spec import TrainingSpec


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_a_recipe_is_complete_and_travels_as_json(name):
    recipe = recipes.get(name)
    assert recipe.title
    assert recipe.source
    assert recipe.look_for.endswith(".")
    assert recipe.dataset in datasets.DATASETS
    made = spec.from_recipe(name, seed=3)
    assert TrainingSpec.from_json(made.to_json()) == made
    assert made.model == recipe.model


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_a_recipe_trains(name, digits):
    recipe = recipes.get(name)
    data = datasets.load("points") if recipe.model.linear_output else digits
    config = recipe.training.replace(
        epochs=1, steps_per_epoch=3, batch_size=8, validation_images=10, limit=60
    )
    model = build(recipe.model, seed=1)
    before = model.get_weights()
    history = fit.train(model, data, config, seed=1)
    assert len(history.epochs) == 1
    assert history.epochs[0].loss > 0
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))


def test_published_settings_are_those_of_the_tutorials():
    r2, r3, r4a, r4b = (
        recipes.get(name) for name in ("tf-examples-dense", "denoising-conv", "conv-2d", "conv-vae-2d")
    )
    assert (r2.model.hidden, r2.model.latent_dim, r2.model.activation) == ((256,), 128, "sigmoid")
    assert (r2.training.optimizer, r2.training.learning_rate, r2.training.batch_size) == (
        "rmsprop",
        0.01,
        256,
    )
    assert r2.training.epochs * r2.training.steps_per_epoch == 10_000
    assert (r3.training.learning_rate, r3.training.batch_size, r3.training.epochs) == (1e-5, 64, 25)
    assert (r3.training.noise, r3.training.noise_level, r3.model.code_size) == (("gaussian",), 0.5, 1568)
    assert r4a.model.filters == r4b.model.filters == (32, 64, 128)
    assert (r4b.training.batch_size, r4b.training.epochs) == (100, 10)
    # 500 · mean over 32×32 pixels + KL  =  500/1024 · (sum + 1024/500 · KL)
    assert r4b.model.beta == pytest.approx(32 * 32 / 500)


def test_r2_and_r3_have_as_many_weights_as_a_hand_calculation_says():
    assert build(recipes.get("tf-examples-dense").model).parameters == (
        (784 * 256 + 256) + (256 * 128 + 128) + (128 * 256 + 256) + (256 * 784 + 784)
    )
    encoder = (9 * 1 * 32 + 32) + (9 * 32 * 32 + 32)
    decoder = 3 * (9 * 32 * 32 + 32) + (9 * 32 + 1)
    assert build(recipes.get("denoising-conv").model).parameters == encoder + decoder


def test_settings_are_changed_by_name_and_texts_are_parsed():
    made = spec.from_recipe(
        "default", settings={"beta": "4", "hidden": "64,32", "epochs": 2, "noise": "gaussian"}
    )
    assert made.model.beta == 4.0
    assert made.model.hidden == (64, 32)
    assert made.training.epochs == 2
    assert made.training.noise == ("gaussian",)


def test_a_recipe_of_ours_takes_as_many_steps_of_a_smaller_data_set_as_of_its_own_up_to_a_bound():
    def epochs(name, dataset, **settings):
        return spec.from_recipe(name, dataset=dataset, settings=settings).training.epochs

    assert epochs("default", None) == epochs("default", "mnist") == epochs("default", "fashion_mnist") == 8
    assert epochs("default", "factors") == 56  # for 8 · 214 steps of 256 of 55,000, with 31 of 8,000
    assert epochs("default", "digits") == spec.MOST_LENGTHENED  # 4 steps an epoch would need 428
    assert epochs("vae-mnist-2d", "digits") == 220  # more by itself
    assert epochs("default", "digits", epochs=3) == epochs("default", "digits", epochs="3") == 3
    assert epochs("default", "digits", batch_size=32) == spec.MOST_LENGTHENED
    assert epochs("simple-mnist", "digits") == 10  # as published
    assert epochs("default", datasets.OWN) == 8  # of so many as nobody knows here
    assert spec.epochs(recipes.get("default"), datasets.OWN, 10_000) == 56
    assert spec.epochs(recipes.get("default"), datasets.OWN, 70_000) == 8


def test_another_architecture_keeps_what_both_have_and_is_otherwise_itself():
    made = spec.from_recipe("vae-mnist-2d-beta4", settings={"architecture": "conv", "filters": "8,16"})
    there = recipes.get("vae-mnist-2d-beta4").model
    assert architectures.architecture_of(made.model) == "conv"
    kept = ("latent_dim", "variational", "activation", "loss", "beta")
    assert [getattr(made.model, name) for name in kept] == [getattr(there, name) for name in kept]
    assert (made.model.filters, made.model.downsampling, made.model.dense) == ((8, 16), "stride", ())
    assert TrainingSpec.from_json(made.to_json()) == made
    assert (
        spec.from_recipe("conv-2d", settings={"architecture": "conv"}).model == recipes.get("conv-2d").model
    )


def test_a_code_of_feature_maps_becomes_the_largest_one_that_a_dense_network_may_have():
    made = spec.from_recipe("denoising-conv", settings={"architecture": "dense"})
    assert made.model.latent_dim == 128
    assert made.training == recipes.get("denoising-conv").training


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "nonsense"},
        {"name": "default", "dataset": "imagenet"},
        {"name": "default", "dataset": "points"},
        {"name": "three-to-two", "dataset": "mnist"},
        {"name": "default", "seed": -1},
        {"name": "default", "settings": {"betta": "1"}},
        {"name": "default", "settings": {"epochs": "many"}},
        {"name": "default", "settings": {"epochs": "0"}},
        {"name": "default", "settings": {"architecture": "transformer"}},
        {"name": "default", "settings": {"architecture": "conv", "hidden": "64"}},  # a dense network's
        {"name": "three-to-two", "settings": {"architecture": "conv"}},
    ],
)
def test_a_wrong_request_is_a_sentence(wrong):
    with pytest.raises(AemodelsError) as caught:
        spec.from_recipe(**wrong)
    assert isinstance(caught.value, ConfigError | DatasetError)
    assert str(caught.value).endswith(".")


def test_every_architecture_is_used_by_a_recipe_and_every_noise_is_known():
    used = {architectures.architecture_of(recipe.model) for recipe in recipes.RECIPES.values()}
    assert used == set(architectures.ARCHITECTURES)
    assert {kind for recipe in recipes.RECIPES.values() for kind in recipe.training.noise} <= set(CORRUPTIONS)
