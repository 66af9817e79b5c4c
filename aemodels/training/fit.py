"""Fitting: one training step written once, and the loop around it that knows nothing of pages or files.

The loop is ours rather than Keras's `fit` because a visitor stops within a batch, watches the terms of the loss
apart, and shares the machine with others: the global random state is never touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from aemodels import architectures
from aemodels.architectures.base import ModelConfig
from aemodels.architectures.layers import Convolution, TransposedConvolution
from aemodels.autoencoder import Autoencoder
from aemodels.data.datasets import Dataset, Split
from aemodels.errors import ConfigError
from aemodels.training import engine as engines
from aemodels.training import optimizers, pipeline, precision, replicas
from aemodels.training.checkpoint import Checkpoint
from aemodels.training.config import TrainingConfig
from aemodels.training.history import Batch, Epoch, History
from aemodels.training.steering import Steering


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
    start: Checkpoint | None = None,
    on_checkpoint: Callable[[Callable[[], Checkpoint]], None] | None = None,
    mixed: bool = False,
    on_losses: Callable[[int, np.ndarray], None] | None = None,
) -> History:
    """Fit `model` in place to the training split of `data`; the test split is never looked at.

    Callbacks run in the calling thread, between steps. `steering` is looked at before every batch. When it was
    stopped, the model keeps the weights of its best epoch, or its present ones if no epoch ended; the best one is
    that of the lowest validation loss since β was changed last. `again`: how often this model was trained on these
    data before; the batches are others then, and the validation images the same. The same seed and versions on the
    same machine give the same weights. Raises `ConfigError` for data that do not fit the network.

    After an epoch `on_checkpoint` is given a function that copies all that it takes to go on from there. With
    `start`, such a copy, the training goes on as if nothing had happened; what was steered by then is the caller's
    to set again. `mixed`: calculate the steps with 16 bits (`training.precision`).

    `on_losses(first, terms)` is told after an epoch what each of its steps found: `terms` `(steps, 2)` float32 are
    [reconstruction, KL] of the step's batch, before its weights were changed; `first` counts steps from 0.

    Under a strategy of several devices (`training.strategies`), with a model that was built there, every machine
    calls this alike; the batch is that of all devices together. Stopping and steering are for one machine alone.
    """
    split = data.train if isinstance(data, Dataset) else data
    run = _Run(
        model,
        split.values,
        config,
        steering or Steering(),
        seed,
        again,
        on_batch,
        start,
        mixed,
        on_losses is not None,
    )
    epochs = [] if start is None else list(start.epochs)
    best = (
        None if start is None else (epochs[start.best_epoch - 1].val_loss, start.best_epoch, list(start.best))
    )

    def checkpoint() -> Checkpoint:
        assert best is not None  # there is one after every epoch
        return run.checkpoint(tuple(epochs), best[1], best[2])

    for number in range(len(epochs) + 1, config.epochs + 1):
        epoch = run.epoch(number)
        if epoch is None:
            break
        if epochs and epoch.beta != epochs[-1].beta:
            best = None  # losses with another β cannot be compared
        epochs.append(epoch)
        if on_losses is not None:
            on_losses(*run.losses(number))
        if best is None or epoch.val_loss < best[0] or not config.keep_best:
            best = (epoch.val_loss, number, model.get_weights())
        if on_epoch is not None:
            on_epoch(epoch)
        if not np.isfinite(epoch.loss):
            break
        if config.patience is not None and _epochs_since_best(epochs) >= config.patience:
            break
        if on_checkpoint is not None:
            on_checkpoint(checkpoint)
        run.steering.epoch_ended()
    if best is not None:
        model.set_weights(best[2])
    return History(tuple(epochs), best[1] if best else 0, stopped=run.steering.stopped)


def _epochs_since_best(epochs: list[Epoch]) -> int:
    """How many epochs have not had a lower validation loss; those of another β than the last one do not count."""
    losses = [epoch.val_loss for epoch in epochs if epoch.beta == epochs[-1].beta]
    return len(losses) - 1 - int(np.argmin(np.nan_to_num(losses, nan=np.inf)))


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
        start: Checkpoint | None,
        mixed: bool,
        tells: bool,
    ) -> None:
        fitted, held_back = split(values, config, seed)
        _check_shape(model, fitted)
        self.steering = steering
        self._model, self._config, self._on_batch, self._again = model, config, on_batch, again
        self._per_epoch = config.steps(len(values))
        self._steps = self._per_epoch * config.epochs
        self._key = seed if not again else int(np.random.default_rng([seed, 3, again]).integers(2**31))
        self._first = (
            0 if start is None else len(start.epochs) * self._per_epoch
        )  # the step that it begins with
        self._zeros = replicas.zeros(2)
        self._stream = pipeline.batches(fitted, config, self._key, first=self._first)
        self._rates = optimizers.rates(config, self._steps)
        policy = precision.policy_here() if mixed else None
        compiled = worth_compiling(model.config, self._steps) and precision.is_compiled_well(policy)
        engine = engines.of(model, config.optimizer, compiled=compiled, policy=policy)
        self._optimizer, self._step = engine.optimizer, engine.step
        if start is not None:
            self._take_up(start)
        self._validate = _validation(engine.evaluate, held_back, config, seed)
        self._tells, self._losses = (
            tells,
            np.zeros((0, 2), np.float32),
        )  # what each step of the last epoch found
        self._started = time.monotonic()

    def losses(self, number: int) -> tuple[int, np.ndarray]:
        """The first step of the epoch that has just ended, and the terms of each of its steps, (steps, 2)."""
        return (number - 1) * self._per_epoch, self._losses

    def checkpoint(self, epochs: tuple[Epoch, ...], best_epoch: int, best: list[np.ndarray]) -> Checkpoint:
        """Copies of all that it takes to go on from here."""
        weights = tuple(self._model.get_weights())
        optimizer = tuple(np.array(variable.numpy()) for variable in self._optimizer.variables)
        rate, beta = self.steering.rate, self.steering.beta
        return Checkpoint(epochs, weights, optimizer, best_epoch, tuple(best), rate, beta)

    def _take_up(self, start: Checkpoint) -> None:
        pairs = list(zip(self._optimizer.variables, start.optimizer, strict=False))
        weights = [tuple(weight.shape) for weight in self._model.get_weights()]
        if (
            len(pairs) != len(self._optimizer.variables)
            or any(tuple(variable.shape) != value.shape for variable, value in pairs)
            or any([tuple(w.shape) for w in kept] != weights for kept in (start.weights, start.best))
        ):
            raise ConfigError("This checkpoint belongs to another network. Start the training anew.")
        self._model.set_weights(list(start.weights))
        for variable, value in pairs:
            variable.assign(value)

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
            learning_rate=self._rate(number * self._per_epoch),
            seconds=self._seconds() - started,
            beta=beta,
        )

    def _fit(self, number: int) -> np.ndarray | None:
        """Means of [reconstruction, KL] over one epoch, or None when it was stopped within."""
        import tensorflow as tf

        totals = self._zeros
        found = []
        for index in range(self._per_epoch):
            if not self.steering.wait():
                return None
            step = (number - 1) * self._per_epoch + index
            beta = self._beta() * self._warmed_up(step)
            x, target = next(self._stream)
            # Summed as tensors: reading a number out of TensorFlow at every step would wait for that step.
            key = tf.constant([self._key, step])
            numbers = tf.constant(beta, tf.float32), tf.constant(self._rate(step), tf.float32)
            totals = self._step(self._zeros if self._tells else totals, x, target, *numbers, key)
            if self._tells:
                found.append(totals)
            if self._on_batch is not None:
                self._on_batch(Batch(step + 1, self._steps, number, self._config.epochs, self._seconds()))
        if not self._tells:
            return replicas.total(totals) / self._per_epoch
        self._losses = np.stack([replicas.total(terms) for terms in found])
        return np.asarray(np.add.accumulate(self._losses)[-1] / self._per_epoch)  # in the same order as else

    def _warmed_up(self, step: int) -> float:
        """The part of β at this step: it rises from 0 at first (Bowman et al., 2016), unless somebody has set it or
        the network was trained with it before. Validation is always with all of β, so that epochs compare."""
        if self.steering.beta is not None or self._again:
            return 1.0
        return min(1.0, (step + 1) / max(1.0, self._config.beta_warmup * self._steps))

    def _beta(self) -> float:
        return self._model.config.beta if self.steering.beta is None else self.steering.beta

    def _rate(self, step: int) -> float:
        return float(self._rates[step]) * self.steering.rate

    def _seconds(self) -> float:
        return time.monotonic() - self._started - self.steering.idle


WORTH_COMPILING = 600
"""Steps from which on XLA pays for a dense network: it takes half the time of the smallest ones and a tenth less
processor time of the larger ones, but it needs seconds to compile."""


def worth_compiling(network: ModelConfig, steps: int) -> bool:
    """Whether so many steps of this network are better compiled by XLA.

    Convolutions are not: it takes 1.4 to 1.7 times the processor time for them.
    """
    layers = (*architectures.encoder_layers(network), *architectures.decoder_layers(network))
    convolves = any(isinstance(layer, Convolution | TransposedConvolution) for layer in layers)
    return steps >= WORTH_COMPILING and not convolves


def split(values: np.ndarray, config: TrainingConfig, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values for fitting and for validation: disjoint, drawn by the seed."""
    if config.limit is not None:
        values = values[: config.limit]
    if len(values) < 10:
        raise ConfigError(f"A training needs at least 10 examples. Received: {len(values)}.")
    held_back = config.held_back(len(values))
    order = np.random.default_rng([seed, 0]).permutation(len(values))
    return values[order[held_back:]], values[order[:held_back]]


def _check_shape(model: Autoencoder, values: np.ndarray) -> None:
    shape = (*values.shape[1:], 1) if values.ndim == 3 else values.shape[1:]
    if shape != model.config.input_shape:
        raise ConfigError(
            f"The network takes inputs of shape {model.config.input_shape}, but the data set has {shape}. "
            "Choose a data set of the same kind as the recipe's."
        )


def _validation(
    evaluate: Callable[..., Any], values: np.ndarray, config: TrainingConfig, seed: int
) -> Callable[[], tuple[float, float]]:
    """A function that gives the validation's mean reconstruction and KL, the same ε and noise every time."""
    import tensorflow as tf

    target = Split(values, np.zeros(len(values), np.uint8)).x
    x = target
    if config.noise:
        rng = np.random.default_rng([seed, 2])
        parts = range(0, len(target), 100)
        x = np.concatenate([pipeline.damage(target[part : part + 100], config, rng) for part in parts])

    agreed = replicas.agreement(2)

    def validate() -> tuple[float, float]:
        sums = np.zeros(2)
        for start in range(0, len(x), 1000):
            part = slice(start, start + 1000)
            images = tf.constant(x[part]), tf.constant(target[part])
            sums += np.asarray(evaluate(*images, tf.constant([seed, -1 - start])), np.float64) * len(x[part])
        means = agreed(sums / len(x))
        return float(means[0]), float(means[1])

    return validate
