"""Dense autoencoder: a stack of fully connected layers down to the code, and another one up again.

Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks". With no hidden
layer and a linear code it spans the same space as PCA (Baldi and Hornik, 1989). A decoder may begin with waves of
the code (Tancik et al., 2020, "Fourier features let networks learn high frequency functions in low dimensional
domains").
"""

from __future__ import annotations

import dataclasses
import math

from aemodels.architectures.base import ACTIVATIONS, IMAGE_SHAPE, ModelConfig
from aemodels.architectures.layers import Activation, Dense, Flatten, Layer, Reshape, Waves
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
    waves: float = setting(
        0.0,
        label="Waves of the code",
        help="Above 0 the decoder's first hidden layer gives sines of the code; this is the spread of their first "
        "frequencies. A map of two numbers becomes fine much sooner. 0: a layer like the others.",
        low=0.0,
        high=10.0,
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

    @property
    def encoder_activations(self) -> tuple[str, ...]:
        """Nonlinearities of the encoder's hidden layers."""
        return (self.activation,) * len(self.hidden)

    @property
    def decoder_activations(self) -> tuple[str, ...]:
        """Nonlinearities of the decoder's hidden layers, from the code outwards."""
        first = "sin" if self.waves else self.activation
        return (first, *[self.activation] * len(self.decoder_units))[: len(self.decoder_units)]


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
    for units, activation in zip(config.decoder_units, config.decoder_activations, strict=True):
        layer = Waves(units, config.waves) if config.waves and not found else Dense(units)
        found += [layer, Activation(activation)]
    found.append(Dense(math.prod(config.input_shape)))
    if config.point_size is None:
        found.append(Reshape(config.input_shape))
    return found
