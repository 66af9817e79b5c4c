"""What a training step consists of, each part by itself, compiled as the training compiles it.

The parts are graphs of their own, so their times do not add up to the step's: XLA fuses them there, and each has
the call and the memory of what goes in and comes out beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from aemodels.autoencoder import build
from aemodels.data.datasets import Dataset
from aemodels.training import engine, fit, loss
from aemodels.training.spec import TrainingSpec


def parts(asked: TrainingSpec, dataset: Dataset) -> Iterator[tuple[str, Callable[[], object]]]:
    """What each part is, and a call of it."""
    import tensorflow as tf

    model = build(asked.model)
    compiled = fit.worth_compiling(asked.model, fit.WORTH_COMPILING)
    made = engine.of(model, asked.training.optimizer, compiled=compiled)
    variables = model.trainable_variables
    x = tf.constant(dataset.train.x[: asked.training.batch_size])
    key, number = tf.constant([0, 0]), tf.constant(0.0)
    logits = tf.random.stateless_normal(x.shape, key)

    def forward(images: Any, seed: Any) -> Any:
        return tf.add_n(loss.terms(model, images, images, seed, training=True))

    def gradients(images: Any, seed: Any) -> Any:
        with tf.GradientTape() as tape:
            total = forward(images, seed)
        return tape.gradient(total, variables)

    def update(*found: Any) -> Any:
        made.optimizer.apply(list(found), variables)
        return tf.zeros(())

    def drawn(seed: Any) -> Any:
        return tf.random.stateless_normal((len(x), model.latent_dim), seed)

    def last(images: Any, output: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(output)
            total = tf.reduce_mean(loss.reconstruction(model, images, output))
        return tape.gradient(total, output)

    amount = f"{sum(int(np.prod(variable.shape)) for variable in variables):,}"
    found = [tf.random.stateless_normal(variable.shape, key) for variable in variables]
    for words, function, arguments in (
        ("a call that does nothing", lambda value: value + 1.0, (number,)),
        ("the way forward, with the loss", forward, (x, key)),
        ("the way forward and back: all gradients", gradients, (x, key)),
        ("the loss of the output and its gradient", last, (x, logits)),
        (f"the optimizer's update of {amount} numbers", update, tuple(found)),
        *([("ε of the batch", drawn, (key,))] if model.is_variational else []),
    ):
        traced = tf.function(function, jit_compile=compiled).get_concrete_function(*arguments)
        yield words, lambda traced=traced, arguments=arguments: _done(traced(*arguments))  # type: ignore[misc]


def _done(result: Any) -> np.ndarray:
    """Wait for it: the first of its numbers is read."""
    return np.asarray(result[0] if isinstance(result, list | tuple) else result)
