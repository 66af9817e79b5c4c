"""The model: an encoder, a decoder, and what one does with them.

`Autoencoder` wraps two Keras models. Images come in and go out as NumPy arrays; logits stay inside. Every call
runs through a traced function with a fixed signature, so that one image costs about two milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from aemodels import architectures, runtime
from aemodels.architectures import variational
from aemodels.architectures.base import ModelConfig
from aemodels.errors import ConfigError
from aemodels.exposition import INFERENCES

CHUNK = 1024
"""Inputs per call of a traced function: bounds the memory of activations, whatever the caller sends."""


class Autoencoder:
    """A plain autoencoder.

    Attributes: `config`, `encoder` and `decoder` (Keras models; the decoder gives logits for images).
    """

    is_variational = False

    def __init__(self, config: ModelConfig, *, seed: int = 0) -> None:
        runtime.prepare()
        import tensorflow as tf

        self.config = config
        self.engines: dict[Any, Any] = {}  # what a training has compiled for it (`training.engine`)
        self.encoder = architectures.build_encoder(config, seed)
        self.decoder = architectures.build_decoder(config, seed)
        x_spec = tf.TensorSpec((None, *config.input_shape), tf.float32)
        z_spec = tf.TensorSpec((None, config.code_size), tf.float32)
        # Closures over the two Keras models only: a traced method would tie `self` into a reference cycle.
        encoder, decoder, linear = self.encoder, self.decoder, config.linear_output
        self._encoder_output = _Traced(lambda x: encoder(x, training=False), x_spec)
        self._decoder_output = _Traced(
            lambda z: decoder(z, training=False) if linear else tf.sigmoid(decoder(z, training=False)), z_spec
        )

    @property
    def latent_dim(self) -> int:
        """How many numbers the code has."""
        return self.config.code_size

    @property
    def parameters(self) -> int:
        """How many weights encoder and decoder have together."""
        return int(self.encoder.count_params() + self.decoder.count_params())

    def encode(self, x: np.ndarray) -> np.ndarray:
        """`(n, 28, 28, 1)` in [0, 1] → the deterministic code `z` `(n, latent_dim)`; a VAE's is z_mean."""
        return self._chunked(self._encoder_output, x, self.config.input_shape, "x")

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Codes `(n, latent_dim)` → images `(n, 28, 28, 1)` in [0, 1]."""
        return self._chunked(self._decoder_output, z, (self.latent_dim,), "z")

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """`decode(encode(x))`, same shape as `x`."""
        return self.decode(self.encode(x))

    def get_weights(self) -> list[np.ndarray]:
        """Copies of all weights, encoder first."""
        return [np.array(weight) for weight in self.encoder.get_weights() + self.decoder.get_weights()]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """The inverse of `get_weights`."""
        count = len(self.encoder.weights)
        self.encoder.set_weights(weights[:count])
        self.decoder.set_weights(weights[count:])

    @property
    def trainable_variables(self) -> list[Any]:
        return list(self.encoder.trainable_variables + self.decoder.trainable_variables)

    def _chunked(
        self, function: Callable[[Any], Any], values: np.ndarray, shape: tuple[int, ...], name: str
    ) -> np.ndarray:
        values = np.asarray(values, np.float32)
        if values.ndim != len(shape) + 1 or values.shape[1:] != shape:
            raise ConfigError(
                f"Invalid value received for argument `{name}`. Expected an array of shape "
                f"(n, {', '.join(map(str, shape))}). Received: {values.shape}."
            )
        if not len(values):  # on some processors TensorFlow's convolutions refuse an empty batch
            return self._chunked(function, np.zeros((1, *shape)), shape, name)[:0]
        INFERENCES.add(len(values))
        starts = range(0, len(values), CHUNK)
        return np.concatenate([function(values[start : start + CHUNK]).numpy() for start in starts])


class _Traced:
    """A function of one tensor that TensorFlow traces at its first call, for one signature, and never again.

    The concrete function is called, not the `tf.function` around it: that one counts how often functions of one
    name are traced, and warns on the server's log after five models that each were traced once, as they must.
    """

    def __init__(self, function: Callable[[Any], Any], spec: Any) -> None:
        self._function = function
        self._spec = spec
        self._concrete: Callable[[Any], Any] | None = None

    def __call__(self, values: np.ndarray) -> Any:
        import tensorflow as tf

        if self._concrete is None:
            self._concrete = tf.function(self._function, input_signature=[self._spec]).get_concrete_function()
        return self._concrete(tf.convert_to_tensor(values))


class VariationalAutoencoder(Autoencoder):
    """A variational autoencoder: the encoder gives a Gaussian for each image (Kingma and Welling, 2014)."""

    is_variational = True

    def encode(self, x: np.ndarray) -> np.ndarray:
        """z_mean, `(n, latent_dim)`: the deterministic code."""
        return self.encode_distribution(x)[0]

    def encode_distribution(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """z_mean and z_log_var, each `(n, latent_dim)`."""
        both = self._chunked(self._encoder_output, x, self.config.input_shape, "x")
        z_mean, z_log_var = np.split(both, 2, axis=-1)
        return z_mean, np.clip(z_log_var, *variational.LOG_VAR_BOUNDS)

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """`n` new images `(n, 28, 28, 1)`: codes drawn from the prior N(0, I), decoded."""
        z = np.random.default_rng(seed).standard_normal((n, self.latent_dim), np.float32)
        return self.decode(z)


def build(config: ModelConfig, *, seed: int = 0) -> Autoencoder:
    """A new model with initial weights that depend on the seed alone."""
    return (VariationalAutoencoder if config.variational else Autoencoder)(config, seed=seed)
