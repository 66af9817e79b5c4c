"""What a training tells of itself: a record a batch, one an epoch, and all epochs together."""

from __future__ import annotations

import dataclasses
import math


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
    """Where a training stands after one step: `step` of `steps` over all epochs, `seconds` after it began."""

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
