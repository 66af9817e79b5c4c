"""Layers as data: what an architecture consists of, said once, for building it and for describing it.

A layer knows the shape that it makes of a shape, its parameters, its multiply-adds for one input, its words, and
the Keras layer that it is. Shapes are without the batch axis. Nothing here needs Keras until a network is built.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from aemodels.architectures.stack import Initial, Stack

Shape = tuple[int, ...]

ACTIVATION_TITLES: Final = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "silu": "SiLU",
    "gelu": "GELU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "sin": "sine",
    "linear": "",
}
KERNEL: Final = 3  # rows and columns of every filter


@dataclasses.dataclass(frozen=True)
class Layer:
    """One layer. `title` is empty where it only changes the shape, or belongs to the layer before it."""

    title: ClassVar[str] = ""

    def shape_after(self, shape: Shape) -> Shape:
        """The shape of its output for an input of this shape."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Weights and biases, for an input of this shape."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications, each with its addition, of weights and values of one input; no biases or activations."""
        return 0

    def words(self, shape: Shape) -> str:
        """What it is, in a few words, for an input of this shape."""
        return ""

    def put_on(self, stack: Stack, initial: Initial) -> None:
        """Build it with Keras on top of `stack`; `initial` hands out initialisers of kernels."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Dense(Layer):
    """`units` weighted sums of all values."""

    units: int
    title = "Dense"

    def shape_after(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> int:
        return (shape[-1] + 1) * self.units

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape) * self.units

    def words(self, shape: Shape) -> str:
        return f"{self.units:,} unit{'s' * (self.units > 1)}"

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.Dense, self.units, kernel_initializer=initial())


@dataclasses.dataclass(frozen=True)
class Waves(Dense):
    """What a sine behind it makes waves of: weights are frequencies, N(0, deviation²) at first, biases phases.

    Random Fourier features (Rahimi and Recht, 2007; Tancik et al., 2020) that are trained with the rest
    (Sitzmann et al., 2020): of few numbers, a network so follows fine detail from its first steps on.
    """

    deviation: float = 1.0

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.Dense, self.units, **initial.waves(self.deviation))


@dataclasses.dataclass(frozen=True)
class Convolution(Layer):
    """`filters` filters of 3×3, the image padded so that only the stride makes it smaller."""

    filters: int
    stride: int = 1
    title = "Convolution"

    def shape_after(self, shape: Shape) -> Shape:
        return (*(math.ceil(side / self.stride) for side in shape[:2]), self.filters)

    def parameters(self, shape: Shape) -> int:
        return (KERNEL**2 * shape[2] + 1) * self.filters

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(self.shape_after(shape)) * KERNEL**2 * shape[2]

    def words(self, shape: Shape) -> str:
        stride = f", stride {self.stride}" if self.stride > 1 else ""
        return f"{self.filters} filter{'s' * (self.filters > 1)} {KERNEL}×{KERNEL}{stride}"

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(
            keras.layers.Conv2D, self.filters, KERNEL, self.stride, "same", kernel_initializer=initial()
        )


@dataclasses.dataclass(frozen=True)
class TransposedConvolution(Layer):
    """The mirror image of a convolution with a stride of 2: each side becomes twice as long."""

    filters: int
    title = "Transposed convolution"

    def shape_after(self, shape: Shape) -> Shape:
        return (2 * shape[0], 2 * shape[1], self.filters)

    def parameters(self, shape: Shape) -> int:
        return (KERNEL**2 * shape[2] + 1) * self.filters

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape) * KERNEL**2 * self.filters

    def words(self, shape: Shape) -> str:
        return f"{self.filters} filter{'s' * (self.filters > 1)} {KERNEL}×{KERNEL}, stride 2"

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.Conv2DTranspose, self.filters, KERNEL, 2, "same", kernel_initializer=initial())


@dataclasses.dataclass(frozen=True)
class MaxPooling(Layer):
    """The largest value of each 2×2."""

    title = "Max-pooling"

    def shape_after(self, shape: Shape) -> Shape:
        return (shape[0] // 2, shape[1] // 2, shape[2])

    def words(self, shape: Shape) -> str:
        return "the largest of each 2×2"

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.MaxPooling2D, 2)


@dataclasses.dataclass(frozen=True)
class Activation(Layer):
    """A nonlinearity of `base.ACTIVATIONS`, or the `sin` of waves, which belongs to the layer before it."""

    name: str

    def words(self, shape: Shape) -> str:
        return ACTIVATION_TITLES[self.name]

    def put_on(self, stack: Stack, initial: Initial) -> None:
        stack.activate(self.name)


@dataclasses.dataclass(frozen=True)
class Flatten(Layer):
    """All values in a row."""

    def shape_after(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.Flatten)


@dataclasses.dataclass(frozen=True)
class Reshape(Layer):
    """The same values in another shape."""

    shape: Shape

    def shape_after(self, shape: Shape) -> Shape:
        return self.shape

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.Reshape, self.shape)


@dataclasses.dataclass(frozen=True)
class Padding(Layer):
    """So many black pixels at each of the four edges."""

    pixels: int

    def shape_after(self, shape: Shape) -> Shape:
        return (shape[0] + 2 * self.pixels, shape[1] + 2 * self.pixels, shape[2])

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.ZeroPadding2D, self.pixels)


@dataclasses.dataclass(frozen=True)
class Cropping(Layer):
    """So many pixels less at each of the four edges."""

    pixels: int

    def shape_after(self, shape: Shape) -> Shape:
        return (shape[0] - 2 * self.pixels, shape[1] - 2 * self.pixels, shape[2])

    def put_on(self, stack: Stack, initial: Initial) -> None:
        import keras

        stack.add(keras.layers.Cropping2D, self.pixels)


def build(name: str, shape: Shape, layers: Sequence[Layer], initial: Initial) -> Any:
    """The Keras model `(n, *shape)` → output of the last layer."""
    stack = Stack(name, shape)
    for layer in layers:
        layer.put_on(stack, initial)
    return stack.model()
