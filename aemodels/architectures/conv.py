"""Convolutional autoencoder: strided convolutions, or convolutions with pooling, and their mirror image.

The strided form is that of recipe R4 (images padded to 32×32 inside the network and cropped again), the
pooled form that of recipe R3, whose code is the last feature maps themselves.
"""

from __future__ import annotations

import dataclasses
import math

from aemodels.architectures.base import IMAGE_SHAPE, ModelConfig
from aemodels.architectures.layers import (
    Activation,
    Convolution,
    Cropping,
    Dense,
    Flatten,
    Layer,
    MaxPooling,
    Padding,
    Reshape,
    TransposedConvolution,
)
from aemodels.config import setting
from aemodels.errors import ConfigError


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConvConfig(ModelConfig):
    """Settings of a convolutional autoencoder. `latent_dim=None` makes the last feature maps the code."""

    filters: tuple[int, ...] = setting(
        (32, 64),
        label="Filters",
        help="Filters of each level; each level halves the side.",
        low=1,
        high=256,
        most=4,
    )
    downsampling: str = setting(
        "stride",
        label="Downsampling",
        help="A stride of 2 in the convolution, or 2×2 max-pooling behind it.",
        options=("stride", "pool"),
    )
    dense: tuple[int, ...] = setting(
        (),
        label="Dense layers",
        help="Fully connected layers between the maps and the code.",
        low=1,
        high=2048,
        most=3,
    )

    def check(self) -> None:
        if not self.filters:
            raise ConfigError(
                "Invalid value received for `filters`. Expected 1 to 4 numbers. Received: none."
            )
        if self.latent_dim is None and self.dense:
            raise ConfigError(
                "Dense layers need a code size: set `latent_dim` from 1 to 128, or `dense` to none."
            )
        super().check()

    @property
    def side(self) -> int:
        """Side of the padded image: the smallest multiple of 2^levels that holds 28 pixels."""
        multiple = 2 ** len(self.filters)
        return math.ceil(IMAGE_SHAPE[0] / multiple) * multiple

    @property
    def map_shape(self) -> tuple[int, int, int]:
        """Shape of the last feature maps: rows, columns, filters."""
        side = self.side // 2 ** len(self.filters)
        return (side, side, self.filters[-1])

    @property
    def code_size(self) -> int:
        return math.prod(self.map_shape) if self.latent_dim is None else self.latent_dim


def encoder(config: ConvConfig, outputs: int) -> list[Layer]:
    """`(28, 28, 1)` → `(outputs,)`; outputs is the code size, twice that for a VAE."""
    found: list[Layer] = []
    if pad := config.side - IMAGE_SHAPE[0]:
        found.append(Padding(pad // 2))
    for filters in config.filters:
        stride = 2 if config.downsampling == "stride" else 1
        found += [Convolution(filters, stride), Activation(config.activation)]
        if config.downsampling == "pool":
            found.append(MaxPooling())
    found.append(Flatten())
    for units in config.dense:
        found += [Dense(units), Activation(config.activation)]
    if config.latent_dim is not None:
        found.append(Dense(outputs))
    return found


def decoder(config: ConvConfig) -> list[Layer]:
    """`(code_size,)` → `(28, 28, 1)` logits."""
    found: list[Layer] = []
    for units in reversed(config.dense):
        found += [Dense(units), Activation(config.activation)]
    if config.latent_dim is not None:
        found.append(Dense(math.prod(config.map_shape)))
        if config.dense:
            found.append(Activation(config.activation))
    found.append(Reshape(config.map_shape))
    if config.downsampling == "pool":
        found += [Convolution(config.filters[-1]), Activation(config.activation)]
    for filters in reversed(config.filters):
        found += [TransposedConvolution(filters), Activation(config.activation)]
    found.append(Convolution(1))
    if crop := config.side - IMAGE_SHAPE[0]:
        found.append(Cropping(crop // 2))
    return found
