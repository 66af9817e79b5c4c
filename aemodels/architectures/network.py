"""A network described without being built: its steps with shapes, parameters and multiply-adds.

It is made of the same layers that Keras builds the network from, in well under a millisecond, so that a form can
describe what it says at every keystroke, before TensorFlow is there.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Literal

from aemodels import architectures
from aemodels.architectures.base import ModelConfig
from aemodels.architectures.layers import Activation, Cropping, Layer, Reshape, Shape

Part = Literal["input", "encoder", "code", "decoder", "output"]


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of the pipeline. An activation and a change of shape belong to the step before them.

    `shape` is that of what it gives for one input, of a variational code that of z_mean. `multiply_adds` are those
    of weights and values for one input.
    """

    part: Part
    kind: str
    detail: str
    shape: Shape
    parameters: int = 0
    multiply_adds: int = 0

    @property
    def values(self) -> int:
        """How many numbers it gives."""
        return math.prod(self.shape)


@dataclasses.dataclass(frozen=True)
class Network:
    """A whole autoencoder. The first step is the input, the last one the output, and one of them the code."""

    steps: tuple[Step, ...]
    activations: int
    """Numbers that all layers together give for one input, activations counted as layers of their own."""

    @property
    def parameters(self) -> int:
        """Weights and biases of all of it."""
        return sum(step.parameters for step in self.steps)

    @property
    def flops(self) -> int:
        """Floating-point operations for one input, forward: two for each multiply-add; biases and activations,
        which are few beside them, are left out."""
        return 2 * sum(step.multiply_adds for step in self.steps)

    @property
    def input(self) -> Step:
        return self.steps[0]

    @property
    def code(self) -> Step:
        return next(step for step in self.steps if step.part == "code")


def describe(config: ModelConfig) -> Network:
    """The network that `autoencoder.build` makes of this configuration."""
    encoder, inside = _steps("encoder", config.input_shape, architectures.encoder_layers(config))
    decoder, outside = _steps("decoder", (config.code_size,), architectures.decoder_layers(config))
    code = dataclasses.replace(encoder[-1], part="code")
    if config.latent_dim is not None:
        code = dataclasses.replace(code, shape=(config.latent_dim,))
    if config.variational:
        code = dataclasses.replace(code, detail="z_mean and z_log_var, and a sample of that Gaussian")
    first = Step("input", "Input", "", config.input_shape)
    last = dataclasses.replace(decoder[-1], part="output")
    return Network((first, *encoder[:-1], code, *decoder[:-1], last), inside + outside)


def _steps(part: Part, shape: Shape, layers: Sequence[Layer]) -> tuple[list[Step], int]:
    """The steps of one half, and how many numbers its layers give."""
    found: list[Step] = []
    numbers = 0
    for layer in layers:
        before, shape = shape, layer.shape_after(shape)
        numbers += math.prod(shape)
        if layer.title:
            counts = layer.parameters(before), layer.multiply_adds(before)
            found.append(Step(part, layer.title, layer.words(before), shape, *counts))
        elif found and isinstance(layer, Activation) and layer.words(before):
            found[-1] = dataclasses.replace(found[-1], detail=f"{found[-1].detail}, {layer.words(before)}")
        elif found and isinstance(layer, Reshape | Cropping):
            found[-1] = dataclasses.replace(found[-1], shape=shape)
    return found, numbers
