"""The optimizer of a training with its schedule, which somebody may steer while it runs."""

from __future__ import annotations

import functools
from typing import Any

from aemodels.training.config import TrainingConfig


def optimizer(config: TrainingConfig, steps: int, factor: Any) -> Any:
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
