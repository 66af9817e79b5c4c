"""The part of a script that builds encoder and decoder: the layers of a built network, one a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aemodels.autoencoder import Autoencoder
from aemodels.errors import ConfigError

_CALLS: dict[str, Callable[[Any], str]] = {
    "Activation": lambda layer: f'"{layer.activation.__name__}"',
    "Conv2D": lambda layer: f"{_filters(layer)}, {_kernel(layer)}",
    "Conv2DTranspose": lambda layer: f"{_filters(layer)}, {_kernel(layer)}",
    "Cropping2D": lambda layer: str(layer.cropping[0][0]),
    "Dense": lambda layer: f"{layer.units}, {_kernel(layer)}",
    "Flatten": lambda layer: "",
    "LeakyReLU": lambda layer: f"negative_slope={layer.negative_slope:g}",
    "MaxPooling2D": lambda layer: str(layer.pool_size[0]),
    "Reshape": lambda layer: str(tuple(layer.target_shape)),
    "ZeroPadding2D": lambda layer: str(layer.padding[0][0]),
}
"""What stands between the brackets of a layer's constructor."""

_KERNELS = {
    "GlorotUniform": (
        "keras.initializers.GlorotUniform(seed=seed)",
        "Glorot and Bengio (2010): as much variance goes out of a layer as comes in.",
    ),
    "RandomNormal": (
        "keras.initializers.RandomNormal(stddev=1.0, seed=seed)",
        "A standard normal distribution: far too large, and slow to learn from.",
    ),
}


def network(model: Autoencoder) -> str:
    """The two networks. Raises ConfigError for a layer that is not in the table."""
    kernels = {
        type(layer.kernel_initializer).__name__ for layer in _layers(model) if hasattr(layer, "kernel")
    }
    if len(kernels) != 1 or not kernels <= set(_KERNELS):
        raise ConfigError("This network's initial weights cannot be written as a script.")
    call, words = _KERNELS[kernels.pop()]
    code = "z_mean and z_log_var side by side" if model.is_variational else "the code"
    output = "the output" if model.config.linear_output else "logits: their sigmoid is the image"
    return f'''\
# --- Network: {model.parameters:,} weights, {model.latent_dim} numbers in the code -------------------------------


def kernel(seed):
    """{words}"""
    return {call}


# From an input to {code}.
{_sequential("encoder", model.encoder)}

# From a code to {output}.
{_sequential("decoder", model.decoder)}
variables = encoder.trainable_variables + decoder.trainable_variables'''


def _layers(model: Autoencoder) -> list[Any]:
    return [*model.encoder.layers[1:], *model.decoder.layers[1:]]


def _sequential(name: str, network: Any) -> str:
    lines = [f"{name} = keras.Sequential(", "    [", f"        keras.Input({network.input_shape[1:]}),"]
    for layer in network.layers[1:]:
        kind = type(layer).__name__
        if kind not in _CALLS:
            raise ConfigError(f"A layer of the kind {kind} cannot be written as a script.")
        call = f"        layers.{kind}({_CALLS[kind](layer)}),"
        lines.append(f"{call:<76}  # {' × '.join(str(side) for side in layer.output.shape[1:])}")
    return "\n".join([*lines, "    ],", f'    name="{name}",', ")"])


def _filters(layer: Any) -> str:
    strides = f", strides={layer.strides[0]}" if layer.strides[0] != 1 else ""
    return f'{layer.filters}, {layer.kernel_size[0]}{strides}, padding="{layer.padding}"'


def _kernel(layer: Any) -> str:
    return f"kernel_initializer=kernel({layer.kernel_initializer.seed})"
