"""What was brought → a data set of the image contract, with a training and a test split."""

from __future__ import annotations

import enum
from typing import Final

import numpy as np

from aemodels.data import datasets
from aemodels.data.datasets import Dataset
from aemodels.data.images import SIDE
from aemodels.data.own import contract
from aemodels.data.own.record import Brought

TEST_SHARE: Final = 1 / 6
_PART: Final = 5_000
SOURCE: Final = "your own, which nobody else sees"


class Way(enum.StrEnum):
    """How images come to 28×28."""

    CONTRACT = "centred"
    PLAIN = "resized"


def prepared(brought: Brought, rows: np.ndarray, way: Way, *, inverted: bool) -> np.ndarray:
    """These rows brought to the image contract, uint8 (n, 28, 28).

    `inverted`: the ink is dark on a light ground. Large pictures find that out one by one where they are centred.
    """
    bring = contract.plain if way is Way.PLAIN else contract.as_mnist
    result = np.empty((len(rows), SIDE, SIDE), np.uint8)
    for start in range(0, len(rows), _PART):  # no second copy of all that was brought
        part = rows[start : start + _PART]
        result[start : start + _PART] = bring(brought.images[part], inverted=inverted)
    if way is Way.CONTRACT and brought.careful:
        for place, row in enumerate(rows.tolist()):
            if row in brought.careful:
                result[place] = brought.careful[row]
    return result


def make(brought: Brought, way: Way, *, inverted: bool | None = None, seed: int = 0) -> Dataset:
    """The data set `datasets.OWN` of all that was brought.

    Args:
        inverted: whether light and dark are turned round; None where the images themselves shall say.
        seed: decides the split where the files name none, and the order of the training images.
    """
    if inverted is None:
        inverted = not contract.light_on_dark(brought.images)
    values = prepared(brought, np.arange(len(brought)), way, inverted=inverted)
    train, test = rows_of_splits(brought, seed)
    return datasets.of_arrays(
        datasets.OWN,
        brought.title,
        (values[train], brought.labels[train], values[test], brought.labels[test]),
        brought.class_names,
        SOURCE,
    )


def rows_of_splits(brought: Brought, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows for training and for testing, each in an order drawn by the seed.

    Where the files name the test images, those; else a sixth of each class that has two images or more.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(brought))
    if brought.test_from is not None:
        return order[order < brought.test_from], order[order >= brought.test_from]
    chosen = np.zeros(len(brought), bool)
    for label in range(len(brought.class_names)):
        rows = order[brought.labels[order] == label]
        if len(rows) > 1:
            chosen[rows[: max(1, round(TEST_SHARE * len(rows)))]] = True
    if not chosen.any():  # every class has one image
        chosen[order[: max(1, round(TEST_SHARE * len(order)))]] = True
    return order[~chosen[order]], order[chosen[order]]
