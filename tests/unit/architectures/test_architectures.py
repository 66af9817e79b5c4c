"""The contract that every architecture keeps, plain and variational, and oracles for the variational part."""

import threading

import numpy as np
import pytest
from scipy import integrate, stats

from aemodels import architectures
from aemodels.architectures import variational
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.architectures.stack import Stack
from aemodels.autoencoder import build
from aemodels.errors import ConfigError

CONFIGS = {
    "dense": DenseConfig(latent_dim=3, hidden=(16,)),
    "dense linear": DenseConfig(latent_dim=2, hidden=(), activation="linear", loss="squared_error"),
    "dense variational": DenseConfig(latent_dim=2, hidden=(16, 8), variational=True),
    "dense with waves": DenseConfig(latent_dim=2, hidden=(16, 8), waves=1.5, variational=True),
    "strided": ConvConfig(latent_dim=4, filters=(4, 4, 8)),
    "strided with dense layers": ConvConfig(latent_dim=4, filters=(4, 4), dense=(16,)),
    "pooled maps": ConvConfig(latent_dim=None, filters=(4, 4), downsampling="pool", activation="leaky_relu"),
    "pooled variational": ConvConfig(latent_dim=2, filters=(4,), downsampling="pool", variational=True),
    "points": DenseConfig(latent_dim=2, hidden=(), point_size=3, loss="squared_error"),
}


@pytest.fixture(scope="module", params=CONFIGS, ids=lambda name: name)
def model(request):
    return build(CONFIGS[request.param], seed=3)


def _inputs(model, n):
    return np.random.default_rng(0).random((n, *model.config.input_shape), np.float32)


def test_codes_and_images_have_the_shapes_and_ranges_of_the_contract(model):
    x = _inputs(model, 5)
    z = model.encode(x)
    y = model.decode(z)
    assert z.shape == (5, model.latent_dim) == (5, model.config.code_size)
    assert z.dtype == y.dtype == np.float32
    assert y.shape == x.shape
    if not model.config.linear_output:
        assert y.min() >= 0
        assert y.max() <= 1
    np.testing.assert_allclose(model.reconstruct(x), y, atol=1e-6)


def test_encoding_is_deterministic_and_does_not_depend_on_the_batch(model):
    x = _inputs(model, 3)
    np.testing.assert_allclose(model.encode(x)[1:2], model.encode(x[1:2]), atol=1e-5)
    assert model.encode(x[:0]).shape == (0, model.latent_dim)


def test_the_seed_decides_the_weights(model):
    again, other = build(model.config, seed=3), build(model.config, seed=4)
    pairs = list(zip(model.get_weights(), again.get_weights(), other.get_weights(), strict=True))
    assert all(np.array_equal(a, b) for a, b, _ in pairs)
    assert any(not np.array_equal(a, c) for a, _, c in pairs)


def test_weights_can_be_taken_out_and_put_back(model):
    other = build(model.config, seed=9)
    other.set_weights(model.get_weights())
    x = _inputs(model, 2)
    np.testing.assert_array_equal(other.encode(x), model.encode(x))


def test_a_wrong_shape_is_refused_with_a_sentence(model):
    with pytest.raises(ConfigError, match="Expected an array of shape"):
        model.encode(np.zeros((28, 28)))
    with pytest.raises(ConfigError, match="Received: \\(1, 200\\)"):
        model.decode(np.zeros((1, 200)))


def test_the_number_of_parameters_is_that_of_a_hand_calculation():
    assert build(DenseConfig(latent_dim=2, hidden=(10,))).parameters == (
        (784 * 10 + 10) + (10 * 2 + 2) + (2 * 10 + 10) + (10 * 784 + 784)
    )


def test_waves_are_sines_of_the_code_at_random_frequencies_and_phases():
    model = build(DenseConfig(latent_dim=2, hidden=(7, 2000), waves=1.5, activation="tanh"), seed=6)
    frequencies, phases, *others = model.decoder.get_weights()
    assert (frequencies.shape, phases.shape) == ((2, 2000), (2000,))
    assert stats.kstest(frequencies.ravel(), stats.norm(scale=1.5).cdf).pvalue > 0.01
    assert stats.kstest(phases, stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 0.01
    z = np.random.default_rng(2).standard_normal((4, 2)).astype(np.float32)
    hidden = np.tanh(np.sin(z @ frequencies + phases) @ others[0] + others[1])
    expected = 1 / (1 + np.exp(-(hidden @ others[2] + others[3])))
    np.testing.assert_allclose(model.decode(z).reshape(4, -1), expected, atol=1e-5)


def test_a_decoder_without_hidden_layers_has_no_waves():
    without = DenseConfig(latent_dim=2, hidden=())
    pairs = zip(
        build(without, seed=1).get_weights(),
        build(without.replace(waves=2.0), seed=1).get_weights(),
        strict=True,
    )
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_recipe_r3_has_the_published_shapes():
    config = ConvConfig(latent_dim=None, filters=(32, 32), downsampling="pool", activation="leaky_relu")
    assert config.map_shape == (7, 7, 32)
    assert config.code_size == 1568
    assert ConvConfig(latent_dim=2, filters=(32, 64, 128)).side == 32


def test_a_network_with_linear_layers_cannot_beat_pca_and_comes_from_the_table():
    assert architectures.architecture_of(CONFIGS["dense linear"]) == "dense"
    assert set(architectures.ARCHITECTURES) == {"dense", "conv"}


def test_the_kl_term_equals_the_integral_of_its_definition():
    z_mean, z_log_var = np.array([[0.7, -1.2]], np.float32), np.array([[0.4, -1.0]], np.float32)
    expected = 0.0
    for mean, log_var in zip(z_mean[0], z_log_var[0], strict=True):
        p, q = stats.norm(mean, np.exp(log_var / 2)), stats.norm()
        expected += integrate.quad(lambda t, p=p, q=q: p.pdf(t) * (p.logpdf(t) - q.logpdf(t)), -12, 12)[0]
    assert float(variational.kl_divergence(z_mean, z_log_var)[0]) == pytest.approx(expected, rel=1e-5)


def test_a_sample_has_the_mean_and_the_deviation_of_its_gaussian():
    epsilon = np.random.default_rng(0).standard_normal((20_000, 1), np.float32)
    z = np.asarray(variational.sample(np.float32(2.0), np.float32(np.log(0.25)), epsilon))
    assert z.mean() == pytest.approx(2.0, abs=0.02)
    assert z.std() == pytest.approx(0.5, abs=0.02)


def test_new_images_come_from_the_prior_and_the_seed():
    model = build(CONFIGS["dense variational"], seed=1)
    images = model.sample(4, seed=5)
    assert images.shape == (4, 28, 28, 1)
    np.testing.assert_array_equal(images, model.sample(4, seed=5))
    expected = model.decode(np.random.default_rng(5).standard_normal((4, 2), np.float32))
    np.testing.assert_array_equal(images, expected)


def test_an_unusual_image_cannot_make_the_variance_explode():
    model = build(CONFIGS["dense variational"], seed=1)
    for variable in model.encoder.weights:
        variable.assign(variable * 100.0)
    _, z_log_var = model.encode_distribution(_inputs(model, 20))
    low, high = variational.LOG_VAR_BOUNDS
    assert z_log_var.max() == high
    assert z_log_var.min() >= low


@pytest.mark.parametrize("name", ["dense", "strided with dense layers", "pooled maps"])
def test_a_network_can_be_built_while_another_thread_resets_keras(name, monkeypatch):
    """Streamlit does so after every run of a script; Keras then counts the names of layers anew."""
    from keras.src.backend.common import global_state

    plain = Stack.add

    def add(stack, layer, *arguments, **settings):
        # What `keras.backend.clear_session` does to the names, between any two layers.
        monkeypatch.setattr(global_state, "GLOBAL_STATE_TRACKER", threading.local())
        plain(stack, layer, *arguments, **settings)

    monkeypatch.setattr(Stack, "add", add)
    model = build(CONFIGS[name])
    names = [layer.name for network in (model.encoder, model.decoder) for layer in network.layers]
    assert len(names) == len(set(names))
