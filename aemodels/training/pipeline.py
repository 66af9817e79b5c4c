"""From images in memory to batches: shuffled anew, and augmented or damaged anew in every epoch.

What is in a batch, and what happens to it, depends on the seed and on the number of the step alone. So a training
goes on after a stop as if there had been none, at once and with the very noise, and several machines make the same
batches without a word between them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.training import augmentation, replicas
from aemodels.training.config import TrainingConfig


def damage(x: np.ndarray, config: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    """One batch `(n, 28, 28, 1)` with one of the configured kinds of noise, kind and level drawn from `rng`."""
    corruption = CORRUPTIONS[config.noise[int(rng.integers(len(config.noise)))]]
    level = config.noise_level
    if level is None:
        level = float(rng.triangular(corruption.low, corruption.default, corruption.high))
    return corruption.apply(x, level, rng)


def rows(count: int, batch: int, seed: int) -> Callable[[int], np.ndarray]:
    """A function of the step: which of `count` examples are in its batch, int64 `(batch,)`; `batch` ≤ `count`.

    The examples come in an order drawn anew for each pass; a batch may end one pass and begin the next.
    """

    @functools.lru_cache(maxsize=2)
    def order(number: int) -> np.ndarray:
        return np.random.default_rng([seed, 4, number]).permutation(count)

    def of_step(step: int) -> np.ndarray:
        number, start = divmod(int(step) * batch, count)
        ending = order(number)[start : start + batch]
        return np.concatenate([ending, order(number + 1)[: batch - len(ending)]])

    return of_step


def batches(
    values: np.ndarray, config: TrainingConfig, seed: int, *, first: int = 0
) -> Iterator[tuple[Any, Any]]:
    """An endless stream of (input, target) tensors, each `(batch, …)` float32; images come as uint8.

    Under a strategy of several devices each of them gets its part of the batch; ConfigError if there is none.
    It begins with the batch of the step `first`.

    Only row numbers are shuffled; images are gathered a batch at a time and become float32 there, which keeps a
    data set in memory at a byte a pixel. Preparation runs beside the training step (prefetch). Batches are
    full except where the data set is smaller than one.
    """
    import tensorflow as tf

    batch = min(config.batch_size, len(values))
    replicas.check_batch(batch)
    rows_of = rows(len(values), batch, seed)
    with tf.device("CPU"):  # batches are made there also where a graphics card takes the steps
        source = tf.constant(values)
    scale = 255.0 if values.dtype == np.uint8 else 1.0
    ends = config.augmented_steps(len(values))

    def gathered(step: Any) -> tuple[Any, Any]:
        chosen = tf.ensure_shape(tf.numpy_function(rows_of, [step], tf.int64), (batch,))
        x = tf.cast(tf.gather(source, chosen), tf.float32) / scale
        return step, x[..., None] if values.ndim == 3 else x

    def augmented(step: Any, x: Any) -> tuple[Any, Any]:
        key = tf.stack([tf.cast(seed, tf.int64), step])
        return step, tf.cond(step < ends, lambda: augmentation.augment(x, config.augment, key), lambda: x)

    def noisy(step: int, clean: np.ndarray) -> np.ndarray:
        return damage(clean, config, np.random.default_rng([seed, 1, int(step)]))

    def damaged(step: Any, x: Any) -> tuple[Any, Any]:
        return tf.ensure_shape(tf.numpy_function(noisy, [step, x], tf.float32), x.shape), x

    stream = tf.data.Dataset.counter(first).map(gathered)
    if ends and values.ndim == 3:
        stream = stream.map(augmented)
    stream = stream.map(damaged if config.noise else lambda _, x: (x, x))
    # There is nothing to tune here, and at its end a tuner now and then keeps whoever stopped waiting for seconds.
    options = tf.data.Options()
    options.autotune.enabled = False
    return replicas.stream(stream.prefetch(4).with_options(options))
