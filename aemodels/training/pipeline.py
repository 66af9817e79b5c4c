"""From images in memory to batches: shuffled anew, and augmented or damaged anew in every epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.training import augmentation
from aemodels.training.config import TrainingConfig


def damage(x: np.ndarray, config: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    """One batch `(n, 28, 28, 1)` with one of the configured kinds of noise, kind and level drawn from `rng`."""
    corruption = CORRUPTIONS[config.noise[int(rng.integers(len(config.noise)))]]
    level = config.noise_level
    if level is None:
        level = float(rng.triangular(corruption.low, corruption.default, corruption.high))
    return corruption.apply(x, level, rng)


def batches(
    values: np.ndarray, config: TrainingConfig, seed: int, *, first: int = 0
) -> Iterator[tuple[Any, Any]]:
    """An endless stream of (input, target) tensors, each `(batch, …)` float32; images come as uint8.

    It begins with the batch after the `first` ones, which are the same whether they are left out or not.

    Only indices are shuffled; images are gathered a batch at a time and become float32 there, which keeps a
    data set in memory at a byte a pixel. Preparation runs beside the training step (prefetch). Batches are
    full except where the data set is smaller than one.
    """
    import tensorflow as tf

    count = len(values)
    batch = min(config.batch_size, count)
    rng = np.random.default_rng([seed, 1, first] if first else [seed, 1])
    source = tf.constant(values)
    scale = 255.0 if values.dtype == np.uint8 else 1.0

    def gather(indices: Any) -> Any:
        x = tf.cast(tf.gather(source, indices), tf.float32) / scale
        return x[..., None] if values.ndim == 3 else x

    stream = tf.data.Dataset.range(count).shuffle(count, seed=seed, reshuffle_each_iteration=True)
    stream = stream.repeat().batch(batch, drop_remainder=True).skip(first).map(gather, num_parallel_calls=1)
    if config.augment and values.ndim == 3:
        stream = stream.enumerate(first).map(
            lambda number, x: augmentation.augment(
                x, config.augment, tf.stack([tf.cast(seed, tf.int64), number])
            )
        )
    if config.noise:

        def damaged(x: Any) -> Any:
            noisy = tf.numpy_function(lambda clean: damage(clean, config, rng), [x], tf.float32)
            noisy.set_shape(x.shape)
            return noisy, x

        stream = stream.map(damaged)
    else:
        stream = stream.map(lambda x: (x, x))
    return iter(stream.prefetch(4))
