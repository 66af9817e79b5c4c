"""Dense autoencoder: a stack of fully connected layers down to the code, and another one up again.

Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks". With no hidden
layer and a linear code it spans the same space as PCA (Baldi and Hornik, 1989).
"""

from __future__ import annotations

import dataclasses
import math

from aemodels.architectures.base import ACTIVATIONS, IMAGE_SHAPE, ModelConfig
from aemodels.architectures.layers import Activation, Dense, Flatten, Layer, Reshape
from aemodels.config import setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class DenseConfig(ModelConfig):
    """Settings of a dense autoencoder of images, or of points when `point_size` is given."""

    hidden: tuple[int, ...] = setting(
        (512, 256, 128),
        label="Hidden layers",
        help="Units of the encoder's layers.",
        low=1,
        high=2048,
        most=8,
    )
    decoder_hidden: tuple[int, ...] | None = setting(
        None,
        label="Decoder's hidden layers",
        help="Units of the decoder's layers; none mirrors the encoder.",
        low=1,
        high=2048,
        most=8,
    )
    code_activation: str = setting(
        "linear", label="Code activation", help="Nonlinearity of the code itself.", options=ACTIVATIONS
    )
    initializer: str = setting(
        "glorot_uniform",
        label="Initial weights",
        help="Glorot's uniform, or a standard normal as in recipe R2 (slow to learn from).",
        options=("glorot_uniform", "standard_normal"),
    )
    point_size: int | None = setting(
        None, label="Point size", help="Dimensions of a point; none means 28×28 images.", low=1, high=64
    )

    @property
    def input_shape(self) -> tuple[int, ...]:
        return IMAGE_SHAPE if self.point_size is None else (self.point_size,)

    @property
    def linear_output(self) -> bool:
        return self.point_size is not None

    @property
    def initial_weights(self) -> str:
        return self.initializer

    @property
    def decoder_units(self) -> tuple[int, ...]:
        """Units of the decoder's hidden layers, from the code outwards."""
        return tuple(reversed(self.hidden)) if self.decoder_hidden is None else self.decoder_hidden


def encoder(config: DenseConfig, outputs: int) -> list[Layer]:
    """`(*input_shape)` → `(outputs,)`; outputs is the code size, twice that for a VAE."""
    found: list[Layer] = [Flatten()] if config.point_size is None else []
    for units in config.hidden:
        found += [Dense(units), Activation(config.activation)]
    found.append(Dense(outputs))
    if config.code_activation != "linear" and not config.variational:
        found.append(Activation(config.code_activation))
    return found


def decoder(config: DenseConfig) -> list[Layer]:
    """`(latent_dim,)` → `(*input_shape)`: logits for images, values for points."""
    found: list[Layer] = []
    for units in config.decoder_units:
        found += [Dense(units), Activation(config.activation)]
    found.append(Dense(math.prod(config.input_shape)))
    if config.point_size is None:
        found.append(Reshape(config.input_shape))
    return found
