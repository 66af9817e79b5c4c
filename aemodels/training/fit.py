"""Fitting: one training step written once, and the loop around it that knows nothing of pages or files.

The loop is ours rather than Keras's `fit` because a visitor stops within a batch, watches the terms of the loss
apart, and shares the machine with others: the global random state is never touched.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from aemodels.autoencoder import Autoencoder
from aemodels.data.datasets import Dataset, Split
from aemodels.errors import ConfigError
from aemodels.training import loss, pipeline
from aemodels.training.config import TrainingConfig
from aemodels.training.steering import Steering


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
    beta: float = math.nan  # NaN in histories that were written before it was recorded


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
    steering: Steering | None = None,
    seed: int = 0,
    again: int = 0,
) -> History:
    """Fit `model` in place to the training split of `data`; the test split is never looked at.

    Callbacks run in the calling thread, between steps. `steering` is looked at before every batch. When it was
    stopped, the model keeps the weights of its best epoch, or its present ones if no epoch ended; the best one is
    that of the lowest validation loss since β was changed last. `again`: how often this model was trained on these
    data before; the batches are others then, and the validation images the same. The same seed and versions on the
    same machine give the same weights. Raises `ConfigError` for data that do not fit the network.
    """
    split = data.train if isinstance(data, Dataset) else data
    run = _Run(model, split.values, config, steering or Steering(), seed, again, on_batch)
    epochs: list[Epoch] = []
    best: tuple[float, int, list[np.ndarray]] | None = None
    for number in range(1, config.epochs + 1):
        epoch = run.epoch(number)
        if epoch is None:
            break
        if epochs and epoch.beta != epochs[-1].beta:
            best = None  # losses with another β cannot be compared
        epochs.append(epoch)
        if best is None or epoch.val_loss < best[0] or not config.keep_best:
            best = (epoch.val_loss, number, model.get_weights())
        if on_epoch is not None:
            on_epoch(epoch)
        if not np.isfinite(epoch.loss):
            break
        if config.patience is not None and number - best[1] >= config.patience:
            break
        run.steering.epoch_ended()
    if best is not None:
        model.set_weights(best[2])
    return History(tuple(epochs), best[1] if best else 0, stopped=run.steering.stopped)


class _Run:
    """One training under way: its step, its batches, and where it stands."""

    def __init__(
        self,
        model: Autoencoder,
        values: np.ndarray,
        config: TrainingConfig,
        steering: Steering,
        seed: int,
        again: int,
        on_batch: Callable[[Batch], None] | None,
    ) -> None:
        import tensorflow as tf

        fitted, held_back = _split(values, config, seed)
        _check_shape(model, fitted)
        self.steering = steering
        self._model, self._config, self._on_batch = model, config, on_batch
        self._per_epoch = config.steps_per_epoch or max(1, len(fitted) // config.batch_size)
        self._steps = self._per_epoch * config.epochs
        self._key = seed if not again else int(np.random.default_rng([seed, 3, again]).integers(2**31))
        self._stream = pipeline.batches(fitted, config, self._key)
        self._factor = tf.Variable(1.0, trainable=False)
        self._optimizer = _optimizer(config, self._steps, self._factor)
        self._optimizer.build(model.trainable_variables)
        self._step = make_step(model, self._optimizer, compiled=_worth_compiling(self._steps))
        self._validate = _validation(model, held_back, config, seed)
        self._started = time.monotonic()

    def epoch(self, number: int) -> Epoch | None:
        """Train for one epoch; None when it was stopped within."""
        started = self._seconds()
        totals = self._fit(number)
        if totals is None:
            return None
        reconstruction, kl = self._validate()
        beta = self._beta()
        return Epoch(
            epoch=number,
            loss=float(totals[0] + beta * totals[1]),
            reconstruction=float(totals[0]),
            kl=float(totals[1]),
            val_loss=reconstruction + beta * kl,
            val_reconstruction=reconstruction,
            val_kl=kl,
            learning_rate=float(np.asarray(self._optimizer.learning_rate)),
            seconds=self._seconds() - started,
            beta=beta,
        )

    def _fit(self, number: int) -> np.ndarray | None:
        """Means of [reconstruction, KL] over one epoch, or None when it was stopped within."""
        import tensorflow as tf

        totals: Any = tf.zeros((2,))
        for index in range(self._per_epoch):
            if not self.steering.wait():
                return None
            self._obey_rate()
            step = (number - 1) * self._per_epoch + index
            beta = self._beta() * min(1.0, (step + 1) / max(1.0, self._config.beta_warmup * self._steps))
            x, target = next(self._stream)
            # Summed as tensors: reading a number out of TensorFlow at every step would wait for that step.
            key = tf.constant([self._key, step])
            totals = totals + self._step(x, target, tf.constant(beta, tf.float32), key)
            if self._on_batch is not None:
                self._on_batch(Batch(step + 1, self._steps, number, self._config.epochs, self._seconds()))
        return np.asarray(totals) / self._per_epoch

    def _beta(self) -> float:
        return self._model.config.beta if self.steering.beta is None else self.steering.beta

    def _obey_rate(self) -> None:
        if self.steering.rate != self._rate:
            self._rate = self.steering.rate
            self._factor.assign(self._rate)

    _rate = 1.0  # what the factor holds: asking TensorFlow before every step would cost more

    def _seconds(self) -> float:
        return time.monotonic() - self._started - self.steering.idle


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


def _optimizer(config: TrainingConfig, steps: int, factor: Any) -> Any:
    """The optimizer with its schedule, multiplied by the variable `factor`."""
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
    return kinds[config.optimizer](learning_rate=_steered_schedule()(rate, factor))


@functools.cache
def _steered_schedule() -> Any:
    """The class of a schedule that is another one times a variable; Keras is imported late, and once."""
    import keras

    class Steered(keras.optimizers.schedules.LearningRateSchedule):
        def __init__(self, base: Any, factor: Any) -> None:
            super().__init__()
            self._base, self._factor = base, factor

        def __call__(self, step: Any) -> Any:
            return (self._base(step) if callable(self._base) else self._base) * self._factor

        def get_config(self) -> dict[str, Any]:
            raise NotImplementedError("It belongs to one training and is never stored.")

    return Steered


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
