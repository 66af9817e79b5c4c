"""Keras layers with names of their own, and initialisers with seeds of their own: what networks are built with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


class Stack:
    """Keras layers one upon the other, each with a name of its own.

    Without names, Keras counts the layers of a thread, and `keras.backend.clear_session`, which may be called by
    any other thread at any moment, starts the counting anew: a network built just then has two layers of one name
    and is refused.
    """

    def __init__(self, name: str, shape: tuple[int, ...]) -> None:
        import keras

        self._name = name
        self._inputs = self._output = keras.Input(shape, name=f"{name}_input")
        self._count = 0

    def add(self, layer: Callable[..., Any], *arguments: Any, **settings: Any) -> None:
        """Put a new layer of this class on top: `stack.add(keras.layers.Dense, 10)`."""
        self._count += 1
        name = f"{self._name}_{self._count:02d}_{layer.__name__.lower()}"
        self._output = layer(*arguments, name=name, **settings)(self._output)

    def activate(self, name: str) -> None:
        """Put an activation of `ACTIVATIONS` on top, or, once in a network, `sin`."""
        import keras

        if name == "leaky_relu":
            self.add(keras.layers.LeakyReLU, negative_slope=0.1)
        elif name == "sin":
            # An operation of Keras's own, and no layer around a function: that could not be read from a file again.
            self._output = keras.ops.sin(self._output)
        else:
            self.add(keras.layers.Activation, name)

    def model(self) -> Any:
        """The network from the input to the layer on top."""
        import keras

        return keras.Model(self._inputs, self._output, name=self._name)


class Initial:
    """Hands out initialisers, each with a seed of its own derived from one seed.

    Keras's global seed is never touched: sessions that train at the same time must not disturb each other.
    """

    def __init__(self, seed: int, name: str = "glorot_uniform") -> None:
        self._seed = seed * 1000
        self._name = name

    def __call__(self) -> Any:
        """That of a kernel."""
        import keras

        self._seed += 1
        if self._name == "standard_normal":
            return keras.initializers.RandomNormal(stddev=1.0, seed=self._seed)
        return keras.initializers.GlorotUniform(seed=self._seed)

    def waves(self, deviation: float) -> dict[str, Any]:
        """Those of frequencies, N(0, deviation²), and of phases, uniform in ±π, as settings of a dense layer."""
        import keras

        self._seed += 1
        return {
            "kernel_initializer": keras.initializers.RandomNormal(stddev=deviation, seed=self._seed),
            "bias_initializer": keras.initializers.RandomUniform(-math.pi, math.pi, seed=self._seed),
        }
