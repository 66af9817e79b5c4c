"""Inside a network: every layer's output against a forward pass by hand, and what it is called."""

import numpy as np
import pytest
from scipy import signal

from aemodels import preview
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.errors import ConfigError
from aemodels.inside import Inside

CONFIGS = {
    "dense": DenseConfig(latent_dim=3, hidden=(16, 8), code_activation="relu", activation="leaky_relu"),
    "one layer": DenseConfig(latent_dim=3, hidden=(), code_activation="tanh"),
    "variational": DenseConfig(latent_dim=2, hidden=(12,), variational=True),
    "waves": DenseConfig(latent_dim=2, hidden=(12, 9), waves=1.0, activation="relu"),
    "strided": ConvConfig(latent_dim=4, filters=(4, 6), dense=(10,), activation="relu"),
    "strided variational": ConvConfig(latent_dim=2, filters=(3, 4, 5), variational=True),
    "pooled maps": ConvConfig(latent_dim=None, filters=(4, 5), downsampling="pool", activation="leaky_relu"),
}


@pytest.fixture(scope="module", params=CONFIGS, ids=lambda name: name)
def model(request):
    return build(CONFIGS[request.param], seed=3)


@pytest.fixture(scope="module")
def inside(model):
    return Inside(model)


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).random((3, 28, 28, 1), np.float32)


def relu(values):
    return np.maximum(values, 0)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def test_the_last_layers_give_what_the_model_gives(model, inside, x):
    layers = inside.layers(x)
    encoder = [layer for layer in layers if layer.part == "encoder"]
    decoder = [layer for layer in layers if layer.part == "decoder"]
    assert [*encoder, *decoder] == list(layers)
    z = model.encode(x)
    np.testing.assert_allclose(encoder[-1].values.reshape(z.shape), z, atol=1e-5)
    assert decoder[-1].values.shape == x.shape
    np.testing.assert_allclose(decoder[-1].values, model.decode(z), atol=1e-5)


def test_the_decoder_can_start_from_any_code(model, inside, x):
    z = np.random.default_rng(1).standard_normal((3, model.latent_dim)).astype(np.float32)
    np.testing.assert_allclose(inside.layers(x, z)[-1].values, model.decode(z), atol=1e-5)


def test_dense_layers_are_the_forward_pass_by_hand(x):
    model = build(DenseConfig(latent_dim=3, hidden=(16, 8), activation="relu"), seed=5)
    values, expected = x.reshape(3, -1), []
    pairs = iter(model.get_weights())
    for place, (kernel, bias) in enumerate(zip(pairs, pairs, strict=True)):
        values = values @ kernel + bias
        values = values if place == 2 else sigmoid(values) if place == 5 else relu(values)
        expected.append(values)
    layers = Inside(model).layers(x)
    assert [layer.title for layer in layers] == [
        "Dense, 16 units, ReLU",
        "Dense, 8 units, ReLU",
        "Dense, 3 numbers",
        "Dense, 8 units, ReLU",
        "Dense, 16 units, ReLU",
        "Dense, 784 units, sigmoid → 28×28×1",
    ]
    for layer, each in zip(layers, expected, strict=True):
        np.testing.assert_allclose(layer.values.reshape(each.shape), each, atol=1e-5)


def test_a_convolution_is_that_of_scipy_filter_by_filter(x):
    model = build(ConvConfig(latent_dim=None, filters=(4, 5), downsampling="pool", activation="relu"), seed=5)
    first_kernel, first_bias, second_kernel, second_bias = model.encoder.get_weights()
    layers = Inside(model).layers(x)
    first, pooled, second = (layer.values[0] for layer in layers[:3])
    by_hand = signal.correlate2d(x[0, :, :, 0], first_kernel[:, :, 0, 2], mode="same") + first_bias[2]
    np.testing.assert_allclose(first[:, :, 2], relu(by_hand), atol=1e-5)
    np.testing.assert_allclose(pooled, first.reshape(14, 2, 14, 2, 4).max(axis=(1, 3)), atol=0)
    by_hand = sum(
        signal.correlate2d(pooled[:, :, channel], second_kernel[:, :, channel, 3], mode="same")
        for channel in range(4)
    )
    np.testing.assert_allclose(second[:, :, 3], relu(by_hand + second_bias[3]), atol=1e-5)
    assert layers[0].title == "Convolution, 4 filters 3×3, ReLU → 28×28×4"
    assert layers[1].title == "Max-pooling, the largest of each 2×2 → 14×14×4"


def test_a_strided_and_a_transposed_convolution_are_those_of_scipy(x):
    model = build(ConvConfig(latent_dim=4, filters=(3, 4), activation="relu"), seed=5)
    layers = Inside(model).layers(x)
    assert [layer.title for layer in layers] == [
        "Convolution, 3 filters 3×3, stride 2, ReLU → 14×14×3",
        "Convolution, 4 filters 3×3, stride 2, ReLU → 7×7×4",
        "Dense, 4 numbers",
        "Dense, 196 units → 7×7×4",
        "Transposed convolution, 4 filters 3×3, stride 2, ReLU → 14×14×4",
        "Transposed convolution, 3 filters 3×3, stride 2, ReLU → 28×28×3",
        "Convolution, 1 filter 3×3, sigmoid → 28×28×1",
    ]
    kernel, bias = model.encoder.get_weights()[:2]
    every = signal.correlate2d(x[0, :, :, 0], kernel[:, :, 0, 1], mode="same") + bias[1]
    np.testing.assert_allclose(layers[0].values[0, :, :, 1], relu(every[1::2, 1::2]), atol=1e-5)
    kernel, bias = model.decoder.get_weights()[2:4]  # of a transposed convolution: (3, 3, to, from)
    spread = np.zeros((14, 14, 4), np.float32)
    spread[::2, ::2] = layers[3].values[0]
    full = sum(signal.convolve2d(spread[:, :, channel], kernel[:, :, 2, channel]) for channel in range(4))
    np.testing.assert_allclose(layers[4].values[0, :, :, 2], relu(full[:14, :14] + bias[2]), atol=1e-5)


@pytest.mark.parametrize("name", ["dense", "one layer", "variational", "waves"])
def test_numpy_and_keras_see_the_same_inside_and_call_it_the_same(name, x):
    model = build(CONFIGS[name], seed=7)
    quick = Inside(preview.from_weights(model.config, model.get_weights()))
    slow = Inside(model)
    np.testing.assert_array_equal(quick.filters, slow.filters)
    for left, right in zip(quick.layers(x), slow.layers(x), strict=True):
        assert (left.part, left.title) == (right.part, right.title)
        np.testing.assert_allclose(left.values, right.values, atol=1e-5)


def test_filters_are_what_the_first_layer_multiplies_the_image_with(model, inside, x):
    first = inside.layers(x)[0].values
    assert len(inside.filters) == first.shape[-1]
    units, rows, columns = inside.filters.shape
    kernel = model.encoder.get_weights()[0]
    if rows == 3:
        np.testing.assert_array_equal(inside.filters[1], kernel[:, :, 0, 1])
    else:
        assert (rows, columns) == (28, 28)
        by_hand = x.reshape(3, -1) @ kernel
        np.testing.assert_allclose(
            np.einsum("nrcx,urc->nu", x, inside.filters), by_hand[:, :units], rtol=1e-4, atol=1e-4
        )


def test_a_code_of_two_gaussians_is_shown_by_its_means(x):
    layers = Inside(build(CONFIGS["variational"], seed=1)).layers(x)
    assert layers[1].title == "Dense, 2 numbers z_mean (and as many of z_log_var)"
    assert layers[1].values.shape == (3, 2)


def test_inputs_of_another_shape_and_models_of_points_are_refused(x):
    inside = Inside(build(CONFIGS["dense"], seed=1))
    with pytest.raises(ConfigError, match="argument `x`"):
        inside.layers(x[0])
    with pytest.raises(ConfigError, match="argument `z`"):
        inside.layers(x, np.zeros((3, 4), np.float32))
    with pytest.raises(ConfigError, match="points"):
        Inside(build(DenseConfig(latent_dim=2, hidden=(), point_size=3, loss="squared_error")))
