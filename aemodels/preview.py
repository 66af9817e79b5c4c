"""Dense models in plain NumPy: they answer at once, before TensorFlow has been imported.

Importing TensorFlow takes seconds. A dense network is a few matrix products, so the first page need not wait:
`load` reads the same card and weights and computes the same function (tests compare the two to 1e-5).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence

import numpy as np

from aemodels.architectures.base import ModelConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.architectures.variational import LOG_VAR_BOUNDS
from aemodels.errors import StoreError
from aemodels.exposition import INFERENCES
from aemodels.store import folders, models, weights


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(0.5 * x))  # the same function, without an overflow in exp


_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.1 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "silu": lambda x: x * _sigmoid(x),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "linear": lambda x: x,
}
FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {**_ACTIVATIONS, "sin": np.sin}
"""Those that may be set, and that of waves."""


@dataclasses.dataclass(frozen=True, eq=False)
class Preview:
    """A dense autoencoder of images with `encode`, `decode` and `reconstruct`, as `Autoencoder` has them."""

    config: DenseConfig
    encoder: tuple[tuple[np.ndarray, np.ndarray], ...]  # (kernel, bias) of each layer
    decoder: tuple[tuple[np.ndarray, np.ndarray], ...]

    @property
    def latent_dim(self) -> int:
        return self.config.code_size

    @property
    def is_variational(self) -> bool:
        return self.config.variational

    def encode(self, x: np.ndarray) -> np.ndarray:
        """`(n, 28, 28, 1)` in [0, 1] → `(n, latent_dim)`; z_mean for a VAE."""
        z = self._encoded(x)[:, : self.latent_dim]
        return z if self.is_variational else _ACTIVATIONS[self.config.code_activation](z)

    def encode_distribution(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`(n, 28, 28, 1)` → z_mean and z_log_var, each `(n, latent_dim)`. For a VAE only."""
        z_mean, z_log_var = np.split(self._encoded(x), 2, axis=-1)
        return z_mean, np.clip(z_log_var, *LOG_VAR_BOUNDS)

    def decode(self, z: np.ndarray) -> np.ndarray:
        """`(n, latent_dim)` → `(n, 28, 28, 1)` in [0, 1]."""
        logits = self._run(self.decoder, np.asarray(z, np.float32), self.config.decoder_activations)
        return _sigmoid(logits).reshape(-1, *self.config.input_shape)

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """`decode(encode(x))`."""
        return self.decode(self.encode(x))

    def _encoded(self, x: np.ndarray) -> np.ndarray:
        values = np.asarray(x, np.float32).reshape(len(x), -1)
        return self._run(self.encoder, values, self.config.encoder_activations)

    def _run(
        self,
        layers: tuple[tuple[np.ndarray, np.ndarray], ...],
        values: np.ndarray,
        activations: Sequence[str],
    ) -> np.ndarray:
        INFERENCES.add(len(values))
        for (kernel, bias), activation in zip(layers[:-1], activations, strict=True):
            values = FUNCTIONS[activation](_product(values, kernel) + bias)
        kernel, bias = layers[-1]
        return _product(values, kernel) + bias


ONE_THREAD = 460_000
"""Weights of a product of one row that OpenBLAS still does on one thread.

Beyond, it wakes the others, which on a busy machine takes ten times as long as the product itself."""


def _product(values: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """`values @ kernel`; for a single row in blocks of columns, so that it needs no other thread."""
    width = max(ONE_THREAD // kernel.shape[0], 1)
    if len(values) != 1 or kernel.shape[1] <= width:
        return values @ kernel
    blocks = [values @ kernel[:, at : at + width] for at in range(0, kernel.shape[1], width)]
    return np.concatenate(blocks, axis=1)


def load(name: str) -> Preview:
    """The dense model `name`. Raises `StoreError` for any other architecture."""
    folder = folders.find(name)
    config = _checked(models.read_card(name).config)
    values = weights.read(folder / "weights.npz", shapes(config))
    return Preview(config, _layers(values, "encoder"), _layers(values, "decoder"))


def from_weights(config: ModelConfig, values: Sequence[np.ndarray]) -> Preview:
    """The same of weights as `Autoencoder.get_weights` gives them. Raises `StoreError` as `load` does."""
    dense = _checked(config)
    named = dict(zip(shapes(dense), values, strict=True))
    return Preview(dense, _layers(named, "encoder"), _layers(named, "decoder"))


def _checked(config: ModelConfig) -> DenseConfig:
    if not isinstance(config, DenseConfig) or config.linear_output or config.activation not in _ACTIVATIONS:
        raise StoreError("Only dense models of images answer without TensorFlow; this is none.")
    return config


def shapes(config: DenseConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of a dense network, as `store.weights.names` gives them."""
    pixels = int(np.prod(config.input_shape))
    outputs = config.code_size * (2 if config.variational else 1)
    result: dict[str, tuple[int, ...]] = {}
    for part, sizes in (
        ("encoder", (pixels, *config.hidden, outputs)),
        ("decoder", (config.code_size, *config.decoder_units, pixels)),
    ):
        for layer, (inputs, units) in enumerate(itertools.pairwise(sizes)):
            result[f"{part}.{2 * layer:02d}.kernel"] = (inputs, units)
            result[f"{part}.{2 * layer + 1:02d}.bias"] = (units,)
    return result


def _layers(values: dict[str, np.ndarray], part: str) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    ordered = [values[name] for name in sorted(values) if name.startswith(part)]
    return tuple(zip(ordered[::2], ordered[1::2], strict=True))
