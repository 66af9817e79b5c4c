"""Fitting: one training step written once, and the loop around it that knows nothing of pages or files.

The loop is ours rather than Keras's `fit` because a visitor stops within a batch, watches the terms of the loss
apart, and shares the machine with others: the global random state is never touched.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from aemodels.autoencoder import Autoencoder
from aemodels.data.datasets import Dataset, Split
from aemodels.errors import ConfigError
from aemodels.training import loss, pipeline
from aemodels.training.config import TrainingConfig


@dataclasses.dataclass(frozen=True)
class Epoch:
    """What one epoch brought. Losses in nats per image; validation with one fixed ε and one fixed noise."""

    epoch: int
    loss: float
    reconstruction: float
    kl: float
    val_loss: float
    val_reconstruction: float
    val_kl: float
    learning_rate: float
    seconds: float


@dataclasses.dataclass(frozen=True)
class Batch:
    """Where a training stands after one step: `step` of `steps` over all epochs."""

    step: int
    steps: int
    epoch: int
    epochs: int
    seconds: float


@dataclasses.dataclass(frozen=True)
class History:
    """All epochs of a training, which of them the weights come from, and whether it was stopped early."""

    epochs: tuple[Epoch, ...]
    best_epoch: int
    stopped: bool

    def after(self, before: tuple[Epoch, ...]) -> History:
        """This training as the continuation of an earlier one, its epochs counted on."""
        done = len(before)
        counted = tuple(dataclasses.replace(epoch, epoch=epoch.epoch + done) for epoch in self.epochs)
        return dataclasses.replace(self, epochs=before + counted, best_epoch=self.best_epoch + done)


def train(
    model: Autoencoder,
    data: Dataset | Split,
    config: TrainingConfig,
    *,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_batch: Callable[[Batch], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    seed: int = 0,
) -> History:
    """Fit `model` in place to the training split of `data`; the test split is never looked at.

    Callbacks run in the calling thread, between steps. When `should_stop` answers true, the training ends at
    the next batch and the model keeps the weights of its best epoch, or its present ones if no epoch ended.
    The same seed and versions on the same machine give the same weights. Raises `ConfigError` for data that
    do not fit the network.
    """
    split = data.train if isinstance(data, Dataset) else data
    fitted, held_back = _split(split.values, config, seed)
    _check_shape(model, fitted)
    per_epoch = config.steps_per_epoch or max(1, len(fitted) // config.batch_size)
    steps = per_epoch * config.epochs
    stream = pipeline.batches(fitted, config, seed)
    optimizer = _optimizer(config, steps)
    optimizer.build(model.trainable_variables)
    step_function = make_step(model, optimizer, compiled=_worth_compiling(steps))
    validate = _validation(model, held_back, config, seed)

    epochs: list[Epoch] = []
    best: tuple[float, int, list[np.ndarray]] | None = None
    stop = should_stop or (lambda: False)
    started = time.monotonic()
    for epoch in range(1, config.epochs + 1):
        epoch_started = time.monotonic()
        totals = _run_epoch(
            step_function, stream, model, config, epoch, per_epoch, steps, seed, on_batch, stop, started
        )
        if totals is None:
            break
        val_reconstruction, val_kl = validate()
        beta = model.config.beta
        record = Epoch(
            epoch=epoch,
            loss=float(totals[0] + beta * totals[1]),
            reconstruction=float(totals[0]),
            kl=float(totals[1]),
            val_loss=val_reconstruction + beta * val_kl,
            val_reconstruction=val_reconstruction,
            val_kl=val_kl,
            learning_rate=float(np.asarray(optimizer.learning_rate)),
            seconds=time.monotonic() - epoch_started,
        )
        epochs.append(record)
        if best is None or record.val_loss < best[0] or not config.keep_best:
            best = (record.val_loss, epoch, model.get_weights())
        if on_epoch is not None:
            on_epoch(record)
        if not np.isfinite(record.loss):
            break
        if config.patience is not None and epoch - best[1] >= config.patience:
            break
    if best is not None:
        model.set_weights(best[2])
    return History(tuple(epochs), best[1] if best else 0, stopped=stop())


def make_step(model: Autoencoder, optimizer: Any, *, compiled: bool = False) -> Callable[..., Any]:
    """One training step as a traced function: (x, target, β, seed) → tensor [reconstruction, KL]."""
    import tensorflow as tf

    variables = model.trainable_variables
    shape = (None, *model.config.input_shape)

    @tf.function(
        input_signature=[
            tf.TensorSpec(shape, tf.float32),
            tf.TensorSpec(shape, tf.float32),
            tf.TensorSpec((), tf.float32),
            tf.TensorSpec((2,), tf.int32),
        ],
        jit_compile=compiled,
    )
    def step(x: Any, target: Any, beta: Any, seed: Any) -> Any:
        with tf.GradientTape() as tape:
            reconstruction, divergence = loss.terms(model, x, target, seed, training=True)
            total = reconstruction + beta * divergence
        optimizer.apply(tape.gradient(total, variables), variables)
        return tf.stack([reconstruction, divergence])

    return step


def _worth_compiling(steps: int) -> bool:
    """Whether XLA pays: it makes a dense step up to twice as fast and takes one core for a convolution where
    plain TensorFlow takes two for the same time, but it needs seconds to compile."""
    return steps >= 300


def _run_epoch(
    step_function: Callable[..., Any],
    stream: Iterator[tuple[Any, Any]],
    model: Autoencoder,
    config: TrainingConfig,
    epoch: int,
    per_epoch: int,
    steps: int,
    seed: int,
    on_batch: Callable[[Batch], None] | None,
    stop: Callable[[], bool],
    started: float,
) -> np.ndarray | None:
    """Means of [reconstruction, KL] over one epoch, or None when it was stopped within."""
    import tensorflow as tf

    totals: Any = tf.zeros((2,))
    for index in range(per_epoch):
        if stop():
            return None
        step = (epoch - 1) * per_epoch + index
        beta = model.config.beta * min(1.0, (step + 1) / max(1.0, config.beta_warmup * steps))
        x, target = next(stream)
        # Summed as tensors: reading a number out of TensorFlow at every step would wait for that step.
        totals = totals + step_function(x, target, tf.constant(beta, tf.float32), tf.constant([seed, step]))
        if on_batch is not None:
            on_batch(Batch(step + 1, steps, epoch, config.epochs, time.monotonic() - started))
    return np.asarray(totals) / per_epoch


def _split(values: np.ndarray, config: TrainingConfig, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values for fitting and for validation: disjoint, drawn by the seed."""
    if config.limit is not None:
        values = values[: config.limit]
    if len(values) < 10:
        raise ConfigError(f"A training needs at least 10 examples. Received: {len(values)}.")
    held_back = min(config.validation_images, len(values) // 5)
    order = np.random.default_rng([seed, 0]).permutation(len(values))
    return values[order[held_back:]], values[order[:held_back]]


def _check_shape(model: Autoencoder, values: np.ndarray) -> None:
    shape = (*values.shape[1:], 1) if values.ndim == 3 else values.shape[1:]
    if shape != model.config.input_shape:
        raise ConfigError(
            f"The network takes inputs of shape {model.config.input_shape}, but the data set has {shape}. "
            "Choose a data set of the same kind as the recipe's."
        )


def _optimizer(config: TrainingConfig, steps: int) -> Any:
    import keras

    rate: Any = config.learning_rate
    if config.schedule == "warmup_cosine":
        warmup = max(1, round(config.warmup * steps))
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps - warmup), warmup_target=config.learning_rate, warmup_steps=warmup
        )
    kinds = {
        "adam": keras.optimizers.Adam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return kinds[config.optimizer](learning_rate=rate)


def _validation(
    model: Autoencoder, values: np.ndarray, config: TrainingConfig, seed: int
) -> Callable[[], tuple[float, float]]:
    """A function that gives the validation's mean reconstruction and KL, the same ε and noise every time."""
    import tensorflow as tf

    target = Split(values, np.zeros(len(values), np.uint8)).x
    x = target
    if config.noise:
        rng = np.random.default_rng([seed, 2])
        parts = range(0, len(target), 100)
        x = np.concatenate([pipeline.damage(target[part : part + 100], config, rng) for part in parts])
    shape = (None, *model.config.input_shape)
    evaluate = tf.function(
        lambda x, target, key: loss.terms(model, x, target, key, training=False),
        input_signature=[
            tf.TensorSpec(shape, tf.float32),
            tf.TensorSpec(shape, tf.float32),
            tf.TensorSpec((2,), tf.int32),
        ],
    )

    def validate() -> tuple[float, float]:
        sums = np.zeros(2)
        for start in range(0, len(x), 1000):
            part = slice(start, start + 1000)
            result = evaluate(x[part], target[part], tf.constant([seed, -1 - start]))
            sums += np.asarray([float(value) for value in result]) * len(x[part])
        return float(sums[0] / len(x)), float(sums[1] / len(x))

    return validate
