"""Mixed precision: nearly the same losses, with weights, validation and neighbours that know nothing of it."""

import keras
import numpy as np
import pytest

from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.training import engine, fit, loss, precision
from aemodels.training.config import TrainingConfig

CONFIG = TrainingConfig(epochs=3, batch_size=64, validation_images=100)
NETWORKS = {
    "variational": DenseConfig(latent_dim=2, hidden=(32,), variational=True),
    "conv": ConvConfig(latent_dim=4, filters=(4, 4), loss="squared_error"),
}
POLICIES = ("mixed_bfloat16", "mixed_float16")  # of a processor, and of a graphics card


def trained(network, digits, monkeypatch, policy, config=CONFIG):
    model = build(network, seed=1)
    monkeypatch.setattr(precision, "policy_here", lambda: policy)
    return model, fit.train(model, digits, config, seed=1, mixed=policy is not None)


@pytest.mark.parametrize(
    ("policy", "network"),
    [
        ("mixed_float16", "variational"),
        ("mixed_bfloat16", "variational"),
        pytest.param("mixed_float16", "conv", marks=pytest.mark.long),
        pytest.param("mixed_bfloat16", "conv", marks=pytest.mark.long),
    ],
)
def test_the_loss_is_close_to_that_of_32_bits_and_the_weights_are_of_32(network, policy, digits, monkeypatch):
    _, whole = trained(NETWORKS[network], digits, monkeypatch, None)
    model, half = trained(NETWORKS[network], digits, monkeypatch, policy)
    assert half.epochs[-1].val_loss == pytest.approx(whole.epochs[-1].val_loss, rel=0.05)
    assert half.epochs[-1].val_loss < 0.75 * half.epochs[0].loss
    assert half.epochs[0].loss != whole.epochs[0].loss  # it did calculate with less
    assert {weight.dtype for weight in model.get_weights()} == {np.dtype(np.float32)}
    assert model.reconstruct(digits.test.x[:3]).dtype == np.float32


@pytest.mark.parametrize("policy", POLICIES)
def test_the_layers_calculate_with_16_bits_and_the_loss_with_32(policy, digits):
    import tensorflow as tf

    model = build(NETWORKS["variational"], seed=1)

    @tf.function
    def terms(x):
        with precision.calculating(model, policy):
            return loss.terms(model, x, x, tf.constant([1, 1]), training=True)

    graph = terms.get_concrete_function(tf.constant(digits.train.x[:8])).graph
    products = [node for node in graph.get_operations() if node.type == "MatMul"]
    assert {node.outputs[0].dtype.name for node in products} == {policy.removeprefix("mixed_")}
    assert {tensor.dtype for tensor in graph.outputs} == {tf.float32}


def test_nobody_else_is_touched(digits, monkeypatch):
    model, _ = trained(NETWORKS["variational"], digits, monkeypatch, "mixed_bfloat16")
    assert keras.config.dtype_policy().name == "float32"
    assert {layer.dtype_policy.name for layer in (*model.encoder.layers, *model.decoder.layers)} == {
        "float32"
    }


def test_the_layers_are_told_otherwise_also_when_tracing_fails():
    model = build(NETWORKS["variational"])
    seen = []

    def failing():
        with precision.calculating(model, "mixed_bfloat16"):
            seen.append(model.encoder.layers[-1].compute_dtype)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert seen == ["bfloat16"]
    assert model.encoder.layers[-1].compute_dtype == "float32"


def test_a_step_that_overflows_is_left_out_and_the_factor_falls(digits):
    import tensorflow as tf

    model = build(NETWORKS["variational"], seed=1)
    made = engine.Engine(model, "adam", policy="mixed_float16")
    factor = made.optimizer.dynamic_scale
    first, before = float(factor.numpy()), model.get_weights()
    x = tf.constant(digits.train.x[:8])
    numbers = tf.constant(1e30), tf.constant(1e-3), tf.constant([1, 1])
    made.step(tf.zeros(2), x, x, *numbers)
    assert float(factor.numpy()) == first / 2
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    made.reset()
    assert float(factor.numpy()) == first


def test_the_same_seed_gives_the_same_weights(digits, monkeypatch):
    config = CONFIG.replace(epochs=1)
    one, _ = trained(NETWORKS["variational"], digits, monkeypatch, "mixed_bfloat16", config)
    other, _ = trained(NETWORKS["variational"], digits, monkeypatch, "mixed_bfloat16", config)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
