"""Names and shapes of the weights that a configuration leads to, by arithmetic, before any network is built.

A stranger's card may describe a network of gigabytes; what it needs is known, and compared, before it is made.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

from aemodels.architectures.base import ModelConfig
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.errors import StoreError

Shape = tuple[int, ...]


def shapes(config: ModelConfig) -> dict[str, Shape]:
    """As `weights.names` calls them, in their order. Raises `StoreError` for an unknown architecture."""
    if type(config) not in _KERNELS:
        raise StoreError("Models of this architecture cannot be brought along yet.")
    found: dict[str, Shape] = {}
    for part, kernels in zip(("encoder", "decoder"), _KERNELS[type(config)](config), strict=True):
        for layer, (shape, units) in enumerate(kernels):
            found[f"{part}.{2 * layer:02d}.kernel"] = shape
            found[f"{part}.{2 * layer + 1:02d}.bias"] = (units,)
    return found


Kernels = list[tuple[Shape, int]]  # the shape of a kernel, and how many biases belong to it


def _dense(config: DenseConfig) -> tuple[Kernels, Kernels]:
    values = math.prod(config.input_shape)
    return (
        _layers(values, *config.hidden, _outputs(config)),
        _layers(config.code_size, *config.decoder_units, values),
    )


def _conv(config: ConvConfig) -> tuple[Kernels, Kernels]:
    flat, last = math.prod(config.map_shape), config.filters[-1]
    encoder: Kernels = []
    decoder: Kernels = []
    encoder += [((3, 3, before, after), after) for before, after in itertools.pairwise((1, *config.filters))]
    if config.latent_dim is not None:
        encoder += _layers(flat, *config.dense, _outputs(config))
        decoder += _layers(config.code_size, *reversed(config.dense), flat)
    if config.downsampling == "pool":
        decoder.append(((3, 3, last, last), last))
    filters = (last, *reversed(config.filters))
    # A transposed convolution's kernel has what comes out before what goes in.
    decoder += [((3, 3, after, before), after) for before, after in itertools.pairwise(filters)]
    decoder.append(((3, 3, config.filters[0], 1), 1))
    return encoder, decoder


def _layers(*sizes: int) -> Kernels:
    return [((before, after), after) for before, after in itertools.pairwise(sizes)]


def _outputs(config: ModelConfig) -> int:
    return config.code_size * (2 if config.variational else 1)


_KERNELS: dict[type[ModelConfig], Callable[[Any], tuple[Kernels, Kernels]]] = {
    DenseConfig: _dense,
    ConvConfig: _conv,
}
