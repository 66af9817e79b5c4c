"""The part of a script that builds encoder and decoder, a layer a line; nothing is built to write it.

What is written here is what `architectures` builds: a test holds the weights of the two to each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from aemodels.architectures.base import IMAGE_SHAPE, ModelConfig
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.errors import ConfigError

_KERNELS = {
    "glorot_uniform": (
        "keras.initializers.GlorotUniform(seed=seed)",
        "Glorot and Bengio (2010): as much variance goes out of a layer as comes in.",
    ),
    "standard_normal": (
        "keras.initializers.RandomNormal(stddev=1.0, seed=seed)",
        "A standard normal distribution: far too large, and slow to learn from.",
    ),
}

_WAVES = '''

def waves(units, deviation, seed):
    """Sines of a code at random frequencies and phases, which are learned like all weights.

    Tancik et al. (2020) and Sitzmann et al. (2020): of few numbers, a network so learns fine detail much sooner.
    """
    return layers.Dense(
        units,
        activation=keras.ops.sin,
        kernel_initializer=keras.initializers.RandomNormal(stddev=deviation, seed=seed),
        bias_initializer=keras.initializers.RandomUniform(-np.pi, np.pi, seed=seed),
    )
'''


def network(config: ModelConfig, seed: int) -> str:
    """The two networks as `autoencoder.build` makes them. Raises ConfigError for an unknown architecture."""
    if type(config) not in _PARTS:
        raise ConfigError("Networks of this architecture cannot be written as a script yet.")
    encoder, decoder = _PARTS[type(config)](config, seed)
    call, words = _KERNELS[getattr(config, "initializer", "glorot_uniform")]
    code = "z_mean and z_log_var side by side" if config.variational else "the code"
    output = "the output" if config.linear_output else "logits: their sigmoid is the image"
    numbers = f"{config.code_size:,} number{'s' * (config.code_size > 1)}"
    return f'''\
# --- Network ------------------------------------------------------------------------------------


def kernel(seed):
    """{words}"""
    return {call}
{_WAVES if getattr(config, "waves", 0) else ""}

# From an input to {code}: {numbers}{" each" * config.variational}.
{encoder.text("encoder", config.input_shape)}

# From a code to {output}.
{decoder.text("decoder", (config.code_size,))}
variables = encoder.trainable_variables + decoder.trainable_variables'''


class _Layers:
    """Lines of one network; each kernel gets the next seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed * 1000
        self._lines: list[tuple[str, str]] = []  # a call, and the shape behind it in words

    def add(self, call: str, *shape: int) -> None:
        """A layer that has no kernel."""
        self._lines.append((f"layers.{call}", " × ".join(map(str, shape))))

    def with_kernel(self, call: str, *shape: int) -> None:
        """`call` without its closing bracket, which comes behind the kernel's initialiser."""
        self._seed += 1
        self.add(f"{call}, kernel_initializer=kernel({self._seed}))", *shape)

    def dense(self, units: int) -> None:
        self.with_kernel(f"Dense({units}", units)

    def waves(self, units: int, deviation: float) -> None:
        """Sines of the values before them."""
        self._seed += 1
        self._lines.append((f"waves({units}, {deviation!r}, seed={self._seed})", f"{units}"))

    def activate(self, name: str) -> None:
        """An activation; the shape stays."""
        call = "LeakyReLU(negative_slope=0.1)" if name == "leaky_relu" else f'Activation("{name}")'
        self._lines.append((f"layers.{call}", ""))

    def text(self, name: str, shape: tuple[int, ...]) -> str:
        """The source of the network."""
        lines = [f"{name} = keras.Sequential(", "    [", f"        keras.Input({shape}),"]
        for call, words in self._lines:
            line = f"        {call},"
            lines.append(f"{line:<86}  # {words}" if words else line)
        return "\n".join([*lines, "    ],", f'    name="{name}",', ")"])


def _dense(config: DenseConfig, seed: int) -> tuple[_Layers, _Layers]:
    encoder, decoder = _Layers(seed), _Layers(seed + 1)
    values = math.prod(config.input_shape)
    if not config.linear_output:
        encoder.add("Flatten()", values)
    for units in config.hidden:
        encoder.dense(units)
        encoder.activate(config.activation)
    encoder.dense(_outputs(config))
    if config.code_activation != "linear" and not config.variational:
        encoder.activate(config.code_activation)
    for place, units in enumerate(config.decoder_units):
        if config.waves and not place:
            decoder.waves(units, config.waves)
        else:
            decoder.dense(units)
            decoder.activate(config.activation)
    decoder.dense(values)
    if not config.linear_output:
        decoder.add(f"Reshape({config.input_shape})", *config.input_shape)
    return encoder, decoder


def _conv(config: ConvConfig, seed: int) -> tuple[_Layers, _Layers]:
    encoder, decoder = _Layers(seed), _Layers(seed + 1)
    side, edge, last = config.side, (config.side - IMAGE_SHAPE[0]) // 2, config.filters[-1]
    pooled = config.downsampling == "pool"
    if edge:
        encoder.add(f"ZeroPadding2D({edge})", side, side, 1)
    for filters in config.filters:
        stride, behind = ("", side) if pooled else ("strides=2, ", side // 2)
        encoder.with_kernel(f'Conv2D({filters}, 3, {stride}padding="same"', behind, behind, filters)
        encoder.activate(config.activation)
        side //= 2
        if pooled:
            encoder.add("MaxPooling2D(2)", side, side, filters)
    encoder.add("Flatten()", math.prod(config.map_shape))
    for units in config.dense:
        encoder.dense(units)
        encoder.activate(config.activation)
    if config.latent_dim is not None:
        encoder.dense(_outputs(config))
    for units in reversed(config.dense):
        decoder.dense(units)
        decoder.activate(config.activation)
    if config.latent_dim is not None:
        decoder.dense(math.prod(config.map_shape))
        if config.dense:
            decoder.activate(config.activation)
    decoder.add(f"Reshape({config.map_shape})", *config.map_shape)
    if pooled:
        decoder.with_kernel(f'Conv2D({last}, 3, padding="same"', side, side, last)
        decoder.activate(config.activation)
    for filters in reversed(config.filters):
        side *= 2
        decoder.with_kernel(f'Conv2DTranspose({filters}, 3, strides=2, padding="same"', side, side, filters)
        decoder.activate(config.activation)
    decoder.with_kernel('Conv2D(1, 3, padding="same"', side, side, 1)
    if edge:
        decoder.add(f"Cropping2D({edge})", *IMAGE_SHAPE)
    return encoder, decoder


def _outputs(config: ModelConfig) -> int:
    return config.code_size * (2 if config.variational else 1)


_PARTS: dict[type[ModelConfig], Callable[[Any, int], tuple[_Layers, _Layers]]] = {
    DenseConfig: _dense,
    ConvConfig: _conv,
}
