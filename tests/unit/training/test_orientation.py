"""What a loss is compared with: the same images and the same loss as the training's, against others' code."""

import dataclasses
import math

import numpy as np
import pytest

from aemodels.data import datasets
from aemodels.store import models
from aemodels.training import fit, orientation
from aemodels.training.spec import from_recipe

ENTROPY = {"loss": "cross_entropy"}


def spec(recipe="dense-mnist", dataset="digits", **settings):
    return from_recipe(recipe, dataset=dataset, seed=3, settings=settings)


@pytest.fixture(scope="module")
def digits(digits):
    """The bundled digits of 10×10 pixels: their PCA takes no time."""
    train = digits.train
    return datasets.Split(train.values[:, 4:24:2, 4:24:2].copy(), train.labels.copy())


@pytest.fixture(scope="module")
def images():
    """As they are."""
    return datasets.load("digits").train


def halves(data, wanted):
    fitted, held_back = fit.split(data.values, wanted.training, wanted.seed)
    return fitted.reshape(len(fitted), -1) / 255, held_back.reshape(len(held_back), -1) / 255


def test_the_mean_image_by_hand(digits):
    wanted = spec(loss="squared_error", limit=300)
    fitted, held_back = halves(digits, wanted)
    level = orientation.simple_levels(digits, wanted)[0]
    assert level.name == "mean image"
    assert level.value == pytest.approx(
        0.5 * np.mean(np.sum((held_back - fitted.mean(axis=0)) ** 2, axis=1)), rel=1e-4
    )


def test_the_mean_image_s_cross_entropy_is_that_of_scikit_learn(digits):
    from sklearn.metrics import log_loss

    wanted = spec(loss="cross_entropy", limit=300)
    fitted, held_back = halves(digits, wanted)
    p = np.clip(fitted.mean(axis=0), orientation.CLIPS[0], 1 - orientation.CLIPS[0])
    # A grey pixel is a share of ink: weighed as so much of a white and the rest of a black one.
    both = np.concatenate([np.ones(held_back.size), np.zeros(held_back.size)])
    weights = np.concatenate([held_back.ravel(), 1 - held_back.ravel()])
    guess = np.tile(np.broadcast_to(p, held_back.shape).ravel(), 2)
    expected = log_loss(both, guess, sample_weight=weights, normalize=False) / len(held_back)
    assert orientation.simple_levels(digits, wanted)[0].value == pytest.approx(expected, rel=1e-5)


def test_the_pca_is_that_of_scikit_learn_fitted_to_the_images_that_are_trained_on(digits):
    from sklearn.decomposition import PCA

    wanted = spec(loss="squared_error", latent_dim=16)
    fitted, held_back = halves(digits, wanted)
    pca = PCA(16, svd_solver="covariance_eigh").fit(fitted)
    output = np.clip(pca.inverse_transform(pca.transform(held_back)), 0, 1)
    level = orientation.simple_levels(digits, wanted)[1]
    assert level == orientation.Level("PCA of 16", pytest.approx(level.value))
    assert level.value == pytest.approx(0.5 * np.mean(np.sum((held_back - output) ** 2, axis=1)), rel=1e-4)


def test_a_pca_s_cross_entropy_is_finite_between_the_mean_and_none_and_falls_with_its_size(digits):
    values = [
        orientation.simple_levels(digits, spec(latent_dim=size, **ENTROPY))[1].value for size in (1, 32)
    ]
    mean = orientation.simple_levels(digits, spec(**ENTROPY))[0].value
    target = np.clip(halves(digits, spec())[1], 1e-12, 1 - 1e-12)
    least = np.mean(-np.sum(target * np.log(target) + (1 - target) * np.log(1 - target), axis=1))
    assert mean > values[0] > values[1] > least


def test_validation_images_choose_nothing_of_a_level(digits):
    wanted = spec(latent_dim=4, limit=200, **ENTROPY)
    order = np.random.default_rng([3, 0]).permutation(200)[:40]  # those that are held back, as fit draws them
    values = np.array(digits.values[:200])
    values[order] = values[order[0]]  # all the same image
    level = orientation.simple_levels(datasets.Split(values, digits.labels[:200].copy()), wanted)
    p = np.clip(halves(digits, wanted)[0].mean(axis=0), orientation.CLIPS[0], 1)
    one = values[order[0]].ravel() / 255
    assert level[0].value == pytest.approx(-np.sum(one * np.log(p) + (1 - one) * np.log(1 - p)), rel=1e-5)


def test_points_have_a_mean_and_a_plane():
    wanted = spec("three-to-two", "points")
    mean, pca = orientation.simple_levels(datasets.load("points"), wanted)
    assert (mean.name, pca.name) == ("mean", "PCA of 2")
    assert 0 < pca.value < 0.02 * mean.value  # they lie near a plane


@pytest.mark.parametrize("changed", [{"noise": "gaussian"}])
def test_noise_leaves_the_mean_image_alone(digits, changed):
    assert [level.name for level in orientation.simple_levels(digits, spec(**changed))] == ["mean image"]
    assert orientation.reference(models.list_models(), spec(dataset="mnist", **changed)) is None


def test_a_code_as_large_as_the_image_has_no_pca_to_compare_with(digits):
    wanted = spec(latent_dim=2)
    maps = dataclasses.replace(wanted)

    class Model:
        code_size, loss = 100, "cross_entropy"

    object.__setattr__(maps, "model", Model())
    assert [level.name for level in orientation.simple_levels(digits, maps)] == ["mean image"]


@pytest.mark.parametrize(
    ("recipe", "dataset", "settings", "name"),
    [
        ("default", "mnist", {}, "vae-mnist-2d"),
        ("default", "mnist", {"beta": 3.0}, "vae-mnist-2d-beta4"),
        ("default", "mnist", {"latent_dim": 10}, "vae-mnist-16d"),
        ("default", "fashion_mnist", {"latent_dim": 64}, "vae-fashion-2d"),
        ("dense-mnist", "mnist", {"latent_dim": 3}, "dense-mnist-2d"),
        ("dense-mnist", "mnist", {}, "dense-mnist"),
        ("conv-mnist", "mnist", {}, "conv-mnist"),
        ("dense-mnist", "fashion_mnist", {}, None),
        ("default", "digits", {}, None),
    ],
)
def test_the_model_that_comes_nearest_is_the_reference(recipe, dataset, settings, name):
    found = orientation.reference(models.list_models(), spec(recipe, dataset, **settings))
    assert (found and found.name) == name


@pytest.mark.parametrize("kind", ["cross_entropy", "squared_error"])
def test_a_plain_model_s_level_is_the_validation_loss_that_its_training_says(images, kind):
    from aemodels.autoencoder import build

    wanted = spec(hidden="16", epochs=1, loss=kind, limit=300)
    model = build(wanted.model, seed=1)
    history = fit.train(model, images, wanted.training, seed=wanted.seed)
    level = orientation.level_of("it", model, images, wanted)
    assert level.value == pytest.approx(history.epochs[-1].val_loss, rel=1e-4)
    assert not level.total


def test_a_variational_model_s_level_is_its_total_but_for_the_luck_of_sampling(images):
    from aemodels.autoencoder import build

    wanted = spec("default", hidden="16", epochs=2, beta=2.0)
    model = build(wanted.model, seed=1)
    history = fit.train(model, images, wanted.training, seed=wanted.seed)
    level = orientation.level_of("it", model, images, wanted)
    assert level.value == pytest.approx(history.epochs[history.best_epoch - 1].val_loss, rel=0.02)
    assert level.total


def epoch(number, val_loss, beta=1.0):
    names = [field.name for field in dataclasses.fields(fit.Epoch)]
    return fit.Epoch(**{**dict.fromkeys(names, 0.0), "epoch": number, "val_loss": val_loss, "beta": beta})


def test_the_best_epoch_is_that_of_the_lowest_loss_since_beta_was_changed():
    assert orientation.best_so_far([]) is None
    assert orientation.best_so_far([epoch(1, 5.0), epoch(2, 3.0), epoch(3, 4.0)]) == 2
    assert (
        orientation.best_so_far([epoch(1, 5.0), epoch(2, 3.0), epoch(3, 9.0, 4.0), epoch(4, 9.5, 4.0)]) == 3
    )
    assert orientation.best_so_far([epoch(1, 5.0, math.nan), epoch(2, 6.0, math.nan)]) == 1
