"""The optimizers, and the learning rate of every step.

The rate is a number that each step is given, and no part of the network's graph: so that one graph serves every
schedule, and somebody may steer it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from aemodels.training.config import TrainingConfig

FIRST_SCALE = 2.0**10
"""Keras begins with 2¹⁵, which is for means over pixels; with our sums the first steps would be left out."""


def make(name: str, *, scaled: bool = False) -> Any:
    """A Keras optimizer, `adam`, `rmsprop` or `sgd`, with a learning rate of 0 until one is assigned.

    `scaled`: for float16, with a factor on the loss that adapts itself; a step of gradients too large is left out.
    """
    import keras

    kinds = {
        "adam": keras.optimizers.Adam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    optimizer = kinds[name](learning_rate=0.0)
    return keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=FIRST_SCALE) if scaled else optimizer


def rates(config: TrainingConfig, steps: int) -> np.ndarray:
    """The learning rate of each of `steps` steps and of the one after the last, float32 `(steps + 1,)`.

    A linear warm-up from 0 and a cosine down to 0, without restarts (Loshchilov and Hutter, 2017), or constant.
    """
    if config.schedule == "constant":
        return np.full(steps + 1, config.learning_rate, np.float32)
    warmup = max(1, round(config.warmup * steps))
    step = np.arange(steps + 1, dtype=np.float64)
    share = np.clip((step - warmup) / max(1, steps - warmup), 0.0, 1.0)
    factor = np.where(step < warmup, step / warmup, (1 + np.cos(np.pi * share)) / 2)
    return (config.learning_rate * factor).astype(np.float32)
