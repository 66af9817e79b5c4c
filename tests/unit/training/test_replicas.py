"""One batch on two devices: the losses and the weights of one device, whatever is drawn by lot."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.training import fit, loss, replicas
from aemodels.training.config import TrainingConfig

ROOT = Path(__file__).parents[3]
NETWORK = DenseConfig(latent_dim=2, hidden=(32,), variational=True)
CONFIG = TrainingConfig(
    epochs=2, batch_size=64, validation_images=100, noise=("gaussian",), augment=0.3, keep_best=False
)
ON_TWO_DEVICES = """
import json, sys
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, 2 * [tf.config.LogicalDeviceConfiguration()])

import aemodels.__main__ as command_line
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.training import fit, replicas, strategies
from aemodels.training.config import TrainingConfig

told, histories, kept = [], [], []
devices = strategies.STRATEGIES["mirrored"](told.append)
network, config = (kind.from_json(json.loads(text)) for kind, text in
                   zip((DenseConfig, TrainingConfig), sys.argv[2:], strict=True))
digits = datasets.load("digits")
with devices.scope():
    model = build(network, seed=1)
    history = fit.train(model, digits, config, seed=1, on_checkpoint=lambda copy: kept.append(copy()))
    histories.append([epoch.val_loss for epoch in history.epochs])
    weights = model.get_weights()
    resumed = build(network, seed=2)
    fit.train(resumed, digits, config, seed=1, start=kept[0])
    again = resumed.get_weights()
    half = build(network, seed=1)
    history = fit.train(half, digits, config, seed=1, mixed=True)
    histories.append([epoch.val_loss for epoch in history.epochs])
    sent = replicas.from_chief(b"some bytes").decode()
figures = {"histories": histories, "sent": sent, "told": told, "devices": devices.count}
command = ["train", "default", "--dataset", "digits", "--distribute", "mirrored", "--set", "batch_size=63"]
figures["status"] = command_line.main([*command, "--json"])
np.savez(sys.argv[1], *weights, **{f"again_{i}": w for i, w in enumerate(again)})
print(json.dumps(figures))
"""


@pytest.fixture(scope="module")
def two_devices(tmp_path_factory):
    """What the script prints, its stderr, its weights, and those of its resumed run."""
    path = tmp_path_factory.mktemp("mirrored") / "weights.npz"
    settings = [json.dumps(config.to_json()) for config in (NETWORK, CONFIG)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", ON_TWO_DEVICES, str(path), *settings],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert run.returncode == 0, run.stderr
    with np.load(path) as file:
        kept = dict(file)
    count = len(kept) // 2
    weights = [kept[f"arr_{index}"] for index in range(count)]
    return json.loads(run.stdout), run.stderr, weights, [kept[f"again_{index}"] for index in range(count)]


@pytest.fixture(scope="module")
def one_device(digits):
    model = build(NETWORK, seed=1)
    history = fit.train(model, digits, CONFIG, seed=1)
    return model.get_weights(), [epoch.val_loss for epoch in history.epochs]


def test_two_devices_end_with_the_weights_of_one(two_devices, one_device):
    figures, _, weights, _ = two_devices
    assert figures["devices"] == 2
    assert figures["told"] == ["Training on 2 devices of this machine."]
    np.testing.assert_allclose(figures["histories"][0], one_device[1], rtol=1e-5)
    for one, two in zip(one_device[0], weights, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-4)


def test_they_go_on_from_a_checkpoint_as_if_they_had_not_stopped(two_devices):
    _, _, weights, again = two_devices
    for one, other in zip(weights, again, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_they_calculate_with_16_bits_where_they_are_asked_to(two_devices):
    whole, half = two_devices[0]["histories"]
    assert half != whole
    np.testing.assert_allclose(half, whole, rtol=0.02)


def test_a_batch_that_cannot_be_divided_is_one_line_and_status_2(two_devices):
    figures, stderr, _, _ = two_devices
    assert figures["status"] == 2
    lines = [line for line in stderr.splitlines() if line.startswith("aemodels: ")]
    assert lines == [
        "aemodels: A batch of 63 cannot be divided equally among 2 devices. Set `batch_size` to 62 or 64."
    ]


def test_what_is_sent_arrives(two_devices):
    assert two_devices[0]["sent"] == "some bytes"
    assert replicas.from_chief(b"alone") == b"alone"


def test_an_example_has_its_own_epsilon_however_the_batch_is_cut(digits):
    import tensorflow as tf

    model = build(NETWORK, seed=1)
    x = tf.constant(digits.train.x[:12])
    whole = loss.terms(model, x, x, tf.constant([3, 5]), training=False)
    parts = [
        loss.terms(
            model, x[at : at + 4], x[at : at + 4], tf.constant([3, 5]), training=False, part=(at // 4, 3)
        )
        for at in (0, 4, 8)
    ]
    np.testing.assert_allclose(np.mean(parts, axis=0), np.asarray(whole), rtol=1e-5)
    alone = loss.terms(model, x[4:8], x[4:8], tf.constant([3, 5]), training=False)
    assert abs(float(alone[0]) - float(parts[1][0])) > 1e-3


def test_gradients_of_which_one_is_no_number_are_none_for_anybody_only_among_several():
    import tensorflow as tf

    gradients = [tf.constant([1.0, float("inf")]), tf.constant(2.0)]
    assert replicas.finite_together(gradients) is gradients
