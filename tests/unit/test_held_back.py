"""The images that a training validated on are found again by the card alone."""

import dataclasses

import numpy as np
import pytest

from aemodels import held_back
from aemodels.data.datasets import Split
from aemodels.store.card import Card
from aemodels.training import fit
from aemodels.training.config import TrainingConfig


def card_of(digits, config, seed):
    return Card(
        name="any",
        recipe="default",
        dataset=digits.name,
        fingerprint=digits.fingerprint,
        model={},
        training=config.to_json(),
        seed=seed,
        created="2025-01-01T00:00:00+00:00",
        parameters=1,
        epochs=1,
    )


@pytest.mark.parametrize(
    ("validation_images", "limit", "seed"), [(100, None, 0), (5000, None, 3), (30, 200, 1), (5000, 200, 2)]
)
def test_they_are_the_ones_that_fitting_holds_back(digits, validation_images, limit, seed):
    config = TrainingConfig(validation_images=validation_images, limit=limit)
    numbers = np.arange(len(digits.train))[:, None].astype(np.float32)
    _, expected = fit.split(numbers, config, seed)
    card = card_of(digits, config, seed)
    np.testing.assert_array_equal(held_back.rows(len(numbers), card), expected[:, 0])

    marked = dataclasses.replace(digits, train=Split(numbers, digits.train.labels.copy()))
    train = held_back.last(marked, card).train
    np.testing.assert_array_equal(train.values[-len(expected) :], expected)
    assert sorted(train.values[:, 0]) == sorted(numbers[:, 0])
    np.testing.assert_array_equal(train.labels, digits.train.labels[train.values[:, 0].astype(int)])


def test_another_data_set_stays_as_it_is(digits):
    card = dataclasses.replace(card_of(digits, TrainingConfig(), 0), fingerprint="another")
    assert held_back.last(digits, card) is digits


def test_a_card_that_says_nothing_of_its_training_moves_nothing(digits):
    card = dataclasses.replace(card_of(digits, TrainingConfig(), 0), training={})
    np.testing.assert_array_equal(held_back.last(digits, card).train.labels, digits.train.labels)
