"""A training that is cut off after an epoch goes on from its checkpoint as if nothing had happened."""

import dataclasses

import numpy as np
import pytest

from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import ConfigError, StoreError
from aemodels.store import files
from aemodels.training import fit
from aemodels.training.checkpoint import Checkpoint
from aemodels.training.config import TrainingConfig
from aemodels.training.steering import Steering

CONFIG = TrainingConfig(epochs=4, batch_size=16, learning_rate=5e-3, validation_images=20)
NETWORKS = {
    "dense": DenseConfig(latent_dim=4, hidden=(16,)),
    "variational": DenseConfig(latent_dim=2, hidden=(16,), variational=True),
    "conv": ConvConfig(latent_dim=4, filters=(4,), dense=()),
}


@pytest.fixture(scope="module")
def images():
    values = np.random.default_rng(0).integers(0, 256, (120, 28, 28), np.uint8)
    return Split(values, np.zeros(120, np.uint8))


def checkpoints_of(network, images, config=CONFIG, **options):
    """What a whole training left, its history, and a checkpoint after each of its epochs."""
    model, kept = build(network, seed=1), []
    history = fit.train(
        model, images, config, seed=1, on_checkpoint=lambda copy: kept.append(copy()), **options
    )
    return model.get_weights(), history, kept


CONFIGS = {
    "plain": CONFIG,
    "batches across two passes": CONFIG.replace(steps_per_epoch=9),
    "augmented": CONFIG.replace(augment=0.3, optimizer="rmsprop"),
    "noisy": CONFIG.replace(noise=("gaussian", "missing_pixels", "speckle")),
    "all of it": CONFIG.replace(noise=("gaussian", "speckle"), noise_level=0.4, augment=0.3, beta_warmup=0.7),
}


def _pairs():
    """Every network with every setting; the dense one with each, and each network with all of it, are not long."""
    for network in NETWORKS:
        for config in CONFIGS:
            short = network == "dense" or config == "all of it"
            yield pytest.param(network, config, marks=() if short else pytest.mark.long)


@pytest.mark.parametrize(("network", "config"), list(_pairs()))
def test_it_ends_with_the_very_weights_of_one_that_was_never_cut_off(network, config, images, tmp_path):
    compare_with_one_never_cut_off(NETWORKS[network], CONFIGS[config], images, tmp_path)


def test_so_it_does_where_the_step_is_compiled(images, tmp_path, monkeypatch):
    monkeypatch.setattr(fit, "WORTH_COMPILING", 1)
    compare_with_one_never_cut_off(NETWORKS["variational"], CONFIGS["all of it"], images, tmp_path)


def compare_with_one_never_cut_off(network, config, images, tmp_path):
    weights, history, kept = checkpoints_of(network, images, config)
    assert [len(checkpoint.epochs) for checkpoint in kept] == [1, 2, 3, 4]
    kept[1].write(tmp_path / "checkpoint.npz")
    resumed = build(network, seed=9)
    again = fit.train(resumed, images, config, seed=1, start=Checkpoint.read(tmp_path / "checkpoint.npz"))
    for one, other in zip(weights, resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.best_epoch == history.best_epoch
    clock = {"seconds": 0.0}
    assert [dataclasses.replace(epoch, **clock) for epoch in again.epochs] == [
        dataclasses.replace(epoch, **clock) for epoch in history.epochs
    ]


def test_the_best_epoch_may_be_one_before_the_checkpoint(images):
    _, _, kept = checkpoints_of(NETWORKS["dense"], images, CONFIG.replace(learning_rate=1e-7))
    worse = CONFIG.replace(learning_rate=1.0, schedule="constant")
    resumed = build(NETWORKS["dense"])
    again = fit.train(resumed, images, worse, seed=1, start=kept[1])
    assert again.best_epoch == kept[1].best_epoch
    for one, other in zip(kept[1].best, resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_remembers_what_was_steered(images, tmp_path):
    steering = Steering()
    steering.set_rate(0.3)
    steering.set_beta(2)
    _, _, kept = checkpoints_of(NETWORKS["variational"], images, steering=steering)
    kept[0].write(tmp_path / "checkpoint.npz")
    read = Checkpoint.read(tmp_path / "checkpoint.npz")
    assert (read.rate, read.beta) == (0.3, 2.0)
    assert read.epochs[0].beta == 2


def test_a_checkpoint_of_another_network_is_refused(images):
    _, _, kept = checkpoints_of(NETWORKS["dense"], images)
    with pytest.raises(ConfigError, match="another network"):
        fit.train(build(NETWORKS["variational"]), images, CONFIG, seed=1, start=kept[0])


def test_a_damaged_or_missing_checkpoint_is_said_to_be_none(images, tmp_path):
    path = tmp_path / "checkpoint.npz"
    with pytest.raises(StoreError, match="no whole checkpoint"):
        Checkpoint.read(path)
    _, _, kept = checkpoints_of(NETWORKS["dense"], images)
    kept[0].write(path)
    whole = path.read_bytes()
    for share in range(10):
        path.write_bytes(whole[: len(whole) * share // 10])
        with pytest.raises(StoreError, match="no whole checkpoint"):
            Checkpoint.read(path)


def test_a_crash_while_writing_leaves_the_checkpoint_before_it(images, tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.npz"
    _, _, kept = checkpoints_of(NETWORKS["dense"], images)
    kept[0].write(path)

    class Killed(BaseException):
        pass

    def dying(*_):
        raise Killed

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(files.os, name, dying)
            with pytest.raises(Killed):
                kept[1].write(path)
        assert len(Checkpoint.read(path).epochs) == 1
        assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint.npz"]
