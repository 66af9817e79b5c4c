"""What TensorFlow traces and compiles to train a network: kept with the network, so that it is done once.

TensorFlow never lets go of a graph: each training that traces its own leaves 10 to 25 MB in the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from aemodels.training import loss, optimizers

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder


class Engine:
    """A network's training step with its optimizer, and its evaluation. `reset` before each training."""

    def __init__(self, model: Autoencoder, optimizer: str, *, compiled: bool = False) -> None:
        self.optimizer = optimizers.make(optimizer)
        self.optimizer.build(model.trainable_variables)
        self.step = _step(model, self.optimizer, compiled=compiled)
        """(x, target, β, learning rate, seed) → tensor [reconstruction, KL], the means of the batch."""
        self.evaluate = _evaluation(model)
        """(x, target, seed) → tensor [reconstruction, KL], without a step."""

    def reset(self) -> None:
        """Forget the moments and the count of steps of the training before."""
        for variable in self.optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))


def of(model: Autoencoder, optimizer: str, *, compiled: bool) -> Engine:
    """The engine of a model, made the first time, as new."""
    key = (optimizer, compiled)
    if key not in model.engines:
        model.engines[key] = Engine(model, optimizer, compiled=compiled)
    engine: Engine = model.engines[key]
    engine.reset()
    return engine


def _step(model: Autoencoder, optimizer: Any, *, compiled: bool) -> Callable[..., Any]:
    import tensorflow as tf

    variables = model.trainable_variables
    x_spec = tf.TensorSpec((None, *model.config.input_shape), tf.float32)
    number, key = tf.TensorSpec((), tf.float32), tf.TensorSpec((2,), tf.int32)

    def step(x: Any, target: Any, beta: Any, rate: Any, seed: Any) -> Any:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            reconstruction, divergence = loss.terms(model, x, target, seed, training=True)
            total = reconstruction + beta * divergence
        optimizer.apply(tape.gradient(total, variables), variables)
        return tf.stack([reconstruction, divergence])

    traced = tf.function(step, input_signature=[x_spec, x_spec, number, number, key], jit_compile=compiled)
    return _concrete(traced)


def _evaluation(model: Autoencoder) -> Callable[..., Any]:
    import tensorflow as tf

    x_spec = tf.TensorSpec((None, *model.config.input_shape), tf.float32)

    def evaluate(x: Any, target: Any, seed: Any) -> Any:
        return tf.stack(loss.terms(model, x, target, seed, training=False))

    return _concrete(tf.function(evaluate, input_signature=[x_spec, x_spec, tf.TensorSpec((2,), tf.int32)]))


def _concrete(traced: Any) -> Callable[..., Any]:
    """Traced at the first call; the concrete function, which TensorFlow does not count as one of many traces."""
    found: list[Callable[..., Any]] = []

    def call(*tensors: Any) -> Any:
        if not found:
            found.append(traced.get_concrete_function())
        return found[0](*tensors)

    return call
