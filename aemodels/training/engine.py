"""What TensorFlow traces and compiles to train a network: kept with the network, so that it is done once.

TensorFlow never lets go of a graph: each training that traces its own leaves 10 to 25 MB in the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from aemodels.training import loss, optimizers, precision, replicas

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder


class Engine:
    """A network's training step with its optimizer, and its evaluation. `reset` before each training."""

    def __init__(
        self, model: Autoencoder, optimizer: str, *, compiled: bool = False, policy: str | None = None
    ) -> None:
        self.optimizer = optimizers.make(optimizer, scaled=precision.needs_scaling(policy))
        self.optimizer.build(model.trainable_variables)
        self._first = {
            index: np.array(variable.numpy())
            for index, variable in enumerate(self.optimizer.variables)
            if not len(variable.shape)  # its counters, and its factor on the loss; moments begin at 0
        }
        self.step = _step(model, self.optimizer, compiled=compiled, policy=policy)
        """(totals, x, target, β, learning rate, seed) → totals with the batch's means of [reconstruction, KL]."""
        self.evaluate = _evaluation(model)
        """(x, target, seed) → tensor [reconstruction, KL], without a step."""

    def reset(self) -> None:
        """Forget the moments and the count of steps of the training before."""
        for index, variable in enumerate(self.optimizer.variables):
            variable.assign(self._first.get(index, np.zeros(variable.shape, variable.dtype)))


def of(model: Autoencoder, optimizer: str, *, compiled: bool, policy: str | None = None) -> Engine:
    """The engine of a model, made the first time, as new. `policy`: see `precision`."""
    key = (optimizer, compiled, policy)
    if key not in model.engines:
        model.engines[key] = Engine(model, optimizer, compiled=compiled, policy=policy)
    engine: Engine = model.engines[key]
    engine.reset()
    return engine


def _step(
    model: Autoencoder, optimizer: Any, *, compiled: bool, policy: str | None = None
) -> Callable[..., Any]:
    import tensorflow as tf

    variables = model.trainable_variables
    x_spec = tf.TensorSpec((None, *model.config.input_shape), tf.float32)
    number, key = tf.TensorSpec((), tf.float32), tf.TensorSpec((2,), tf.int32)

    def step(totals: Any, x: Any, target: Any, beta: Any, rate: Any, seed: Any) -> Any:
        part = replicas.part()
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape, precision.calculating(model, policy):
            reconstruction, divergence = loss.terms(model, x, target, seed, training=True, part=part)
            total = (reconstruction + beta * divergence) / part[1]  # gradients are summed over the parts
            scaled = optimizer.scale_loss(total)
        gradients = tape.gradient(scaled, variables)
        if precision.needs_scaling(policy):
            gradients = replicas.finite_together(gradients)
        optimizer.apply(gradients, variables)
        return totals + tf.stack([reconstruction, divergence]) / part[1]

    signature = [tf.TensorSpec((2,), tf.float32), x_spec, x_spec, number, number, key]
    return replicas.traced(step, signature, compiled=compiled)


def _evaluation(model: Autoencoder) -> Callable[..., Any]:
    import tensorflow as tf

    x_spec = tf.TensorSpec((None, *model.config.input_shape), tf.float32)

    def evaluate(x: Any, target: Any, seed: Any) -> Any:
        return tf.stack(loss.terms(model, x, target, seed, training=False))

    return replicas.concrete(
        tf.function(evaluate, input_signature=[x_spec, x_spec, tf.TensorSpec((2,), tf.int32)])
    )
