"""Steering: a training waits, goes on, ends, and takes another learning rate or β from the next batch on."""

import threading

import numpy as np
import pytest

from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import ConfigError
from aemodels.training import fit
from aemodels.training.config import TrainingConfig
from aemodels.training.steering import Steering

WAIT = 120  # seconds: a bound for a hanging test, not something that is measured
CONFIG = TrainingConfig(
    epochs=3, batch_size=16, learning_rate=5e-3, validation_images=20, schedule="constant"
)
VAE = DenseConfig(latent_dim=2, hidden=(16,), variational=True)


@pytest.fixture(scope="module")
def images():
    values = np.random.default_rng(0).integers(0, 256, (120, 28, 28), np.uint8)
    return Split(values, np.zeros(120, np.uint8))


class Background:
    """A training in a thread of its own, and the moments at which it waits."""

    def __init__(self, images, config=CONFIG):
        self.waits = threading.Semaphore(0)
        self.steering = Steering(on_pause=self.waits.release)
        self.steps, self.epochs = [], []
        self.model = build(VAE, seed=1)
        self._thread = threading.Thread(target=self._run, args=(images, config))

    def _run(self, images, config):
        self.history = fit.train(
            self.model,
            images,
            config,
            on_batch=lambda batch: self.steps.append(batch.step),
            on_epoch=self.epochs.append,
            steering=self.steering,
            seed=1,
        )

    def start(self):
        self._thread.start()
        return self

    def until_it_waits(self):
        assert self.waits.acquire(timeout=WAIT)

    def until_it_ends(self):
        self._thread.join(WAIT)
        assert not self._thread.is_alive()
        return self.history


def test_a_paused_training_waits_and_ends_with_the_same_weights_as_without(images):
    training = Background(images)
    training.steering.pause()
    training.start().until_it_waits()
    assert training.steps == []
    training.steering.resume()
    history = training.until_it_ends()
    assert not history.stopped
    plain = build(VAE, seed=1)
    fit.train(plain, images, CONFIG, seed=1)
    for one, other in zip(training.model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_time_of_a_pause_is_not_counted(images):
    training = Background(images)
    training.steering.pause()
    training.start().until_it_waits()
    assert not threading.Event().wait(0.3)  # it is the pause itself that takes time here
    training.steering.resume()
    history = training.until_it_ends()
    assert training.steering.idle > 0.25
    assert all(epoch.seconds >= 0 for epoch in history.epochs)


def test_epoch_by_epoch(images):
    training = Background(images)
    training.steering.resume(epochs=1)
    training.start().until_it_waits()
    assert [epoch.epoch for epoch in training.epochs] == [1]
    training.steering.resume(epochs=1)
    training.until_it_waits()
    assert [epoch.epoch for epoch in training.epochs] == [1, 2]
    training.steering.resume()
    assert len(training.until_it_ends().epochs) == 3


def test_a_stop_ends_a_pause_and_keeps_the_best_epoch(images):
    training = Background(images)
    training.steering.resume(epochs=1)
    training.start().until_it_waits()
    training.steering.stop()
    history = training.until_it_ends()
    assert history.stopped
    assert history.best_epoch == 1


def test_the_learning_rate_is_multiplied_from_the_next_batch_on(images):
    training = Background(images)
    training.steering.resume(epochs=1)
    training.start().until_it_waits()
    before = training.model.get_weights()
    training.steering.set_rate(0.001)
    training.steering.resume(epochs=1)
    training.until_it_waits()
    moved = max(float(abs(a - b).max()) for a, b in zip(before, training.model.get_weights(), strict=True))
    assert (
        0 < moved < 1e-4
    )  # Adam moves no weight by more than its rate in a step: 5e-6 here, 6 steps an epoch
    training.steering.resume()
    rates = [epoch.learning_rate for epoch in training.until_it_ends().epochs]
    np.testing.assert_allclose(rates, [5e-3, 5e-6, 5e-6], rtol=1e-5)


def test_another_beta_is_that_of_the_loss_and_the_best_epoch_is_one_of_it(images):
    training = Background(images)
    training.steering.resume(epochs=1)
    training.start().until_it_waits()
    training.steering.set_beta(50.0)
    training.steering.resume()
    history = training.until_it_ends()
    assert [epoch.beta for epoch in history.epochs] == [1.0, 50.0, 50.0]
    for epoch in history.epochs:
        assert epoch.loss == pytest.approx(epoch.reconstruction + epoch.beta * epoch.kl, rel=1e-5)
        assert epoch.val_loss == pytest.approx(epoch.val_reconstruction + epoch.beta * epoch.val_kl, rel=1e-5)
    assert history.best_epoch > 1  # the first one's loss is far lower, and another quantity


@pytest.mark.parametrize("factor", [0, -1, 1e-4, 1e4, float("nan"), float("inf"), 10**400, "1", None, True])
def test_a_factor_that_cannot_be_is_a_sentence(factor):
    with pytest.raises(ConfigError, match=r"0\.001 to 1000"):
        Steering().set_rate(factor)


@pytest.mark.parametrize("beta", [-1, 101, float("nan"), "1", None])
def test_a_beta_that_cannot_be_is_a_sentence(beta):
    with pytest.raises(ConfigError, match="0 to 100"):
        Steering().set_beta(beta)


def test_trained_again_the_batches_are_others_and_the_validation_images_the_same(images):
    first, again, once_more = (
        fit.train(build(VAE, seed=1), images, CONFIG.replace(epochs=1), seed=1, again=again).epochs[0]
        for again in (0, 1, 1)
    )
    assert first.loss != again.loss
    assert again.loss == once_more.loss
    validations = [
        fit.train(
            build(VAE, seed=1), images, CONFIG.replace(epochs=1, learning_rate=1e-7), seed=1, again=again
        )
        for again in (0, 1)
    ]
    assert validations[0].epochs[0].val_loss == pytest.approx(validations[1].epochs[0].val_loss, rel=1e-4)
