"""The images that a training held back for its validation: put last, so that a study finds them there.

A threshold or a step width is chosen on images that the model was not fitted to, and the test set chooses nothing.
Which images of the training set those are, the seed in the model's card says (`training.fit` draws them by it).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset
    from aemodels.store.card import Card

LIKE_FIT = 0  # the second number of the seed with which `training.fit` draws them


def rows(count: int, card: Card) -> np.ndarray:
    """The rows of a training set of `count` that the model's training validated on, int64; none if not known."""
    wanted, limit = card.training.get("validation_images"), card.training.get("limit")
    if not isinstance(wanted, int):
        return np.zeros(0, np.int64)
    used = count if limit is None else min(int(limit), count)
    order = np.random.default_rng([card.seed, LIKE_FIT]).permutation(used)
    return order[: min(wanted, used // 5)]


def last(dataset: Dataset, card: Card) -> Dataset:
    """The data set with those images at the end of its training split; as it is where it is not the model's own."""
    if dataset.fingerprint != card.fingerprint:
        return dataset
    count = len(dataset.train)
    held = rows(count, card)
    fitted = np.setdiff1d(np.arange(count), held)
    return dataclasses.replace(dataset, train=dataset.train.take(np.concatenate([fitted, held])))
