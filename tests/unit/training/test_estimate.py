"""What a training will cost: counted where that can be, corrected by trainings that have run, and limited."""

import dataclasses

import numpy as np
import pytest

from aemodels import recipes
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.data.datasets import DATASETS, Dataset, Split
from aemodels.errors import ConfigError
from aemodels.training import estimate as estimates
from aemodels.training import fit, limits
from aemodels.training import spec as specs
from aemodels.training.config import OPTIMIZERS, TrainingConfig
from aemodels.training.estimate import Measured, estimate
from aemodels.training.jobs import Job
from aemodels.training.queue import JobQueue
from aemodels.training.speed import machine_speed


def spec(recipe="default", **settings):
    return specs.from_recipe(recipe, dataset="digits", settings={"epochs": 8, **settings})


@pytest.mark.parametrize("name", ["digits", "factors", "points"])
def test_the_table_says_how_many_examples_of_what_shape_there_are(name):
    values = datasets.load(name).train.values
    assert (DATASETS[name].examples, *DATASETS[name].shape) == values.shape


def test_so_does_it_of_mnist(mnist):
    assert (DATASETS["mnist"].examples, *DATASETS["mnist"].shape) == mnist.train.values.shape


@pytest.mark.parametrize(
    "settings", [{}, {"limit": 50}, {"validation_images": 3}, {"batch_size": 4000}, {"steps_per_epoch": 7}]
)
def test_a_training_has_as_many_steps_and_images_as_were_told(digits, settings):
    config = TrainingConfig(epochs=1, **settings)
    told = estimate(spec(**config.to_json()))
    fitted, held_back = fit.split(digits.train.values, config, seed=0)
    assert (told.fitted, told.held_back) == (len(fitted), len(held_back))
    steps = []
    model = build(recipes.get("default").model.replace(hidden=(4,)))
    fit.train(model, digits, config, on_batch=lambda batch: steps.append(batch.steps))
    assert len(steps) == steps[0] == config.steps(DATASETS["digits"].examples)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_keeps_as_many_numbers_as_keras_lets_it(optimizer):
    from aemodels.training import optimizers

    model = build(recipes.get("subclassed-dense").model)
    made = optimizers.make(optimizer)
    made.build(model.trainable_variables)
    kept = sum(np.prod(variable.shape) for variable in made.variables if len(variable.shape))
    assert kept == estimates.SLOTS[optimizer] * model.parameters


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"epochs": 80}, "seconds"),
        ({"hidden": "2048"}, "seconds"),
        ({"hidden": "2048"}, "memory"),
        ({"noise": "gaussian"}, "seconds"),
        ({"batch_size": 1000}, "step_flops"),
        ({"optimizer": "sgd"}, "-memory"),
        ({"limit": 100}, "-seconds"),
    ],
)
def test_what_asks_for_more_is_told_to_cost_more(more, what):
    plain, other = estimate(spec()), estimate(spec(**more))
    smaller, larger = (other, plain) if what.startswith("-") else (plain, other)
    assert getattr(smaller, what.lstrip("-")) < getattr(larger, what.lstrip("-"))


def test_a_machine_twice_as_fast_needs_half_the_time():
    assert estimate(spec(), speed=2.0).seconds == pytest.approx(estimate(spec()).seconds / 2)
    assert 0.01 < machine_speed() < 100


def test_trainings_of_the_same_architecture_correct_the_time():
    dense, conv = spec("dense-mnist"), spec("conv-mnist")
    expected = estimates.epoch_seconds(dense, 1438)
    runs = [Measured(dense, 1438, factor * expected) for factor in (3.0, 2.0, 4.0)]
    assert estimate(dense, measured=runs).seconds == pytest.approx(3 * estimate(dense).seconds)
    assert estimate(dense, measured=runs).measured
    assert estimate(conv, measured=runs) == estimate(conv)
    wild = [Measured(dense, 1438, 1e6)]
    assert estimate(dense, measured=wild).seconds == pytest.approx(5 * estimate(dense).seconds)


def test_the_queue_learns_from_the_epochs_of_its_jobs(digits):
    queue = JobQueue(speed=lambda: 1.0)
    asked = spec(hidden="8", epochs=3)
    before = queue.estimate(asked)
    job = queue.submit(asked, "a")
    assert job.finished.wait(120)
    seconds = np.median([epoch.seconds for epoch in job.progress.epochs[1:]])
    ratio = np.clip(seconds / estimates.epoch_seconds(asked, 1438), estimates.LEAST, estimates.MOST)
    after = queue.estimate(asked)
    assert (before.measured, after.measured) == (False, True)
    assert after.seconds == pytest.approx(ratio * before.seconds)
    assert job.progress.memory > 50e6  # TensorFlow alone is more


# --- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_recipe_is_within_the_limits_even_on_a_slow_machine(name):
    assert limits.too_large(estimate(specs.from_recipe(name), speed=0.25)) == []


TOO_LARGE = {
    "parameters": ("default", {"hidden": "2048, 2048, 2048, 2048, 2048, 2048"}, "parameters, and 20 million"),
    "step": ("default", {"hidden": "2048, 2048, 1024", "batch_size": 4096}, "GFLOP, and 200 GFLOP"),
    "memory": ("conv-vae-2d", {"batch_size": 2000}, "GB of memory, and 2.5 GB"),
    "seconds": ("default", {"epochs": 1000, "steps_per_epoch": 10_000}, r"h, and 2\.0 h"),
}


@pytest.mark.parametrize("which", limits.LIMITS)
def test_what_is_too_large_is_a_sentence_and_the_queue_refuses_it(which):
    recipe, settings, words = TOO_LARGE[which]
    asked = specs.from_recipe(recipe, settings=settings)
    found = limits.too_large(estimate(asked))
    assert len(found) == 1
    queue = JobQueue(run=lambda job: None, speed=lambda: 1.0)
    with pytest.raises(ConfigError, match=words) as caught:
        queue.submit(asked, "a")
    assert str(caught.value) == found[0]
    assert "Choose" in found[0]
    assert queue.of("a") == ()


def test_epochs_that_would_take_too_long_are_refused_of_an_ended_training_too(monkeypatch):
    queue = JobQueue(run=lambda job: None, speed=lambda: 1.0)
    job = Job(spec(), "a")
    monkeypatch.setenv(limits.VARIABLE, "seconds=0.5")
    with pytest.raises(ConfigError, match="would take about"):
        queue.extend(job, 100)


def test_data_of_one_s_own_count_as_many_as_they_are():
    values = Split(np.zeros((300_000, 28, 28), np.uint8), np.zeros(300_000, np.uint8))
    own = Dataset("own", "own", values, values, ("a",), "somebody", "0" * 16)
    asked = dataclasses.replace(spec(), dataset=datasets.OWN)
    assert estimate(asked, examples=len(own.train)).fitted == 295_000
    with pytest.raises(ConfigError, match="of memory"):
        JobQueue(run=lambda job: None, speed=lambda: 1.0).submit(asked, "a", own)


def test_the_environment_moves_a_limit(monkeypatch):
    asked = estimate(specs.from_recipe("default"))
    monkeypatch.setenv(limits.VARIABLE, "parameters=1e5, seconds=1")
    assert len(limits.too_large(asked)) == 2
    monkeypatch.setenv(limits.VARIABLE, "parameters=1e9")
    assert limits.too_large(asked) == []


@pytest.mark.parametrize("text", ["memory", "memory=much", "memory=-1", "memory=nan", "people=3"])
def test_an_environment_that_says_no_limit_is_a_sentence(monkeypatch, text):
    monkeypatch.setenv(limits.VARIABLE, text)
    with pytest.raises(ConfigError, match="is written as"):
        limits.allowed()
