"""Settings of a training, apart from those of the network."""

from __future__ import annotations

import dataclasses

from aemodels.config import Config, setting
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.errors import ConfigError

OPTIMIZERS = ("adam", "rmsprop", "sgd")
SCHEDULES = ("warmup_cosine", "constant")


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainingConfig(Config):
    """How a network is trained. The defaults are those that the recipe `default` was tuned with."""

    epochs: int = setting(8, label="Epochs", help="How often every image is seen.", low=1, high=1000)
    steps_per_epoch: int | None = setting(
        None,
        label="Steps an epoch",
        help="Batches in what counts as an epoch; none means all images once.",
        low=1,
        high=100_000,
    )
    batch_size: int = setting(256, label="Batch", help="Images in one step.", low=1, high=4096)
    optimizer: str = setting("adam", label="Optimizer", help="How steps are taken.", options=OPTIMIZERS)
    learning_rate: float = setting(
        4e-3, label="Learning rate", help="The largest one of the schedule.", low=1e-7, high=1.0
    )
    schedule: str = setting(
        "warmup_cosine",
        label="Schedule",
        help="A short linear warm-up and a cosine down to zero (Loshchilov and Hutter, 2017), or constant.",
        options=SCHEDULES,
    )
    warmup: float = setting(
        0.05, label="Warm-up", help="Part of all steps during which the rate rises.", low=0.0, high=0.5
    )
    beta_warmup: float = setting(
        0.0, label="β warm-up", help="Part of all steps during which β rises from 0.", low=0.0, high=1.0
    )
    validation_images: int = setting(
        5000,
        label="Validation images",
        help="Held back from the training set; at most a fifth of it is used.",
        low=1,
        high=20_000,
    )
    patience: int | None = setting(
        None,
        label="Patience",
        help="Stop after so many epochs without a better validation loss.",
        low=1,
        high=1000,
    )
    keep_best: bool = setting(
        True, label="Keep the best", help="End with the weights of the lowest validation loss."
    )
    noise: tuple[str, ...] = setting(
        (),
        label="Noise",
        help="Kinds of damage that the network learns to undo; none trains on clean images.",
        options=tuple(CORRUPTIONS),
        most=12,
    )
    noise_level: float | None = setting(
        None,
        label="Noise level",
        help="One level for all; none draws one for each batch from the kind's range, most often its default.",
        low=0.0,
        high=10.0,
    )
    augment: float = setting(
        0.0,
        label="Augmentation",
        help="How strongly training images are turned, slanted, scaled and shifted at random, from 0 to 1.",
        low=0.0,
        high=1.0,
    )
    augment_until: float = setting(
        1.0,
        label="Augmentation until",
        help="Part of all steps after which images are left as they are, for a last look at real ones.",
        low=0.0,
        high=1.0,
    )
    limit: int | None = setting(
        None, label="Images", help="Train on the first so many only; none means all.", low=10, high=1_000_000
    )

    def held_back(self, examples: int) -> int:
        """How many of so many examples are for validation; `limit` leaves others out altogether."""
        return min(self.validation_images, self._used(examples) // 5)

    def fitted(self, examples: int) -> int:
        """How many of so many examples the network is fitted to."""
        return self._used(examples) - self.held_back(examples)

    def steps(self, examples: int) -> int:
        """Steps in what counts as an epoch, for so many examples."""
        return self.steps_per_epoch or max(1, self.fitted(examples) // self.batch_size)

    def augmented_steps(self, fitted: int) -> int:
        """In how many steps, the first ones, images are augmented, where so many are fitted to."""
        each = self.steps_per_epoch or max(1, fitted // self.batch_size)
        return round(self.augment_until * self.epochs * each) if self.augment else 0

    def _used(self, examples: int) -> int:
        return examples if self.limit is None else min(self.limit, examples)

    def check(self) -> None:
        if self.noise_level is not None:
            for kind in self.noise:
                corruption = CORRUPTIONS[kind]
                if not corruption.low <= self.noise_level <= corruption.high:
                    raise ConfigError(
                        f"Invalid value received for `noise_level`. Expected {corruption.low:g} to "
                        f"{corruption.high:g} for {kind}. Received: {self.noise_level!r}."
                    )
