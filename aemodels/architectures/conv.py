"""Convolutional autoencoder: strided convolutions, or convolutions with pooling, and their mirror image.

The strided form is that of recipe R4 (images padded to 32×32 inside the network and cropped again), the
pooled form that of recipe R3, whose code is the last feature maps themselves.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from aemodels.architectures.base import IMAGE_SHAPE, Initial, ModelConfig, Stack
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


def build_encoder(config: ConvConfig, outputs: int, seed: int) -> Any:
    """Keras model `(n, 28, 28, 1)` → `(n, outputs)`; outputs is the code size, twice that for a VAE."""
    import keras

    initial = Initial(seed)
    stack = Stack("encoder", config.input_shape)
    if pad := config.side - IMAGE_SHAPE[0]:
        stack.add(keras.layers.ZeroPadding2D, pad // 2)
    for filters in config.filters:
        strides = 2 if config.downsampling == "stride" else 1
        stack.add(keras.layers.Conv2D, filters, 3, strides, "same", kernel_initializer=initial())
        stack.activate(config.activation)
        if config.downsampling == "pool":
            stack.add(keras.layers.MaxPooling2D, 2)
    stack.add(keras.layers.Flatten)
    for units in config.dense:
        stack.add(keras.layers.Dense, units, kernel_initializer=initial())
        stack.activate(config.activation)
    if config.latent_dim is not None:
        stack.add(keras.layers.Dense, outputs, kernel_initializer=initial())
    return stack.model()


def build_decoder(config: ConvConfig, seed: int) -> Any:
    """Keras model `(n, code_size)` → `(n, 28, 28, 1)` logits."""
    import keras

    initial = Initial(seed + 1)
    stack = Stack("decoder", (config.code_size,))
    for units in reversed(config.dense):
        stack.add(keras.layers.Dense, units, kernel_initializer=initial())
        stack.activate(config.activation)
    if config.latent_dim is not None:
        stack.add(keras.layers.Dense, math.prod(config.map_shape), kernel_initializer=initial())
        if config.dense:
            stack.activate(config.activation)
    stack.add(keras.layers.Reshape, config.map_shape)
    if config.downsampling == "pool":
        stack.add(keras.layers.Conv2D, config.filters[-1], 3, 1, "same", kernel_initializer=initial())
        stack.activate(config.activation)
    for filters in reversed(config.filters):
        stack.add(keras.layers.Conv2DTranspose, filters, 3, 2, "same", kernel_initializer=initial())
        stack.activate(config.activation)
    stack.add(keras.layers.Conv2D, 1, 3, 1, "same", kernel_initializer=initial())
    if crop := config.side - IMAGE_SHAPE[0]:
        stack.add(keras.layers.Cropping2D, crop // 2)
    return stack.model()
