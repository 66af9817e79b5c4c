"""Models, loaded once for all visitors: cards, networks, codes, histories.

A name is that of a model in the store, or that of an epoch of a training (`pages.ui.cache.trainings`).
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from aemodels.data import datasets
from aemodels.errors import AemodelsError, StoreError
from aemodels.store import models
from pages.ui.cache import trainings
from pages.ui.tensorflow import WarmUp, keep_kernels

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.preview import Preview
    from aemodels.store.card import Card

DEFAULT_MODEL: Final = "vae-mnist-2d"

_reading = threading.Lock()


@st.cache_resource(show_spinner=False, ttl=2.0)  # a model saved by the command line appears soon, too
def _stamp() -> str:
    return repr(models.stamp())  # one text: Streamlit takes a millisecond to make a key of nested tuples


# Reading all cards takes 15 times as long as their stamp. A page asks a hundred times: Streamlit's own caches take
# a quarter of a millisecond to answer.
@functools.lru_cache(maxsize=4)
def _cards(stamp: str) -> tuple[Card, ...]:
    return tuple(models.list_models())


def cards() -> tuple[Card, ...]:
    """The cards of all models of the store, shipped ones first."""
    stamp = _stamp()
    with _reading:  # of fifty that come at once, one reads
        return _cards(stamp)


@functools.lru_cache(maxsize=4)
def _damaged(stamp: str) -> dict[str, str]:
    return models.damaged_models()


def damaged() -> dict[str, str]:
    """Folders of the store that are no usable models, with the reason as a sentence. Not to be written into."""
    stamp = _stamp()
    with _reading:
        return _damaged(stamp)


def forget_cards() -> None:
    """Look at the store again: call it after a model was saved or deleted."""
    _stamp.clear()


def card(name: str) -> Card:
    """The card of `name`. Raises StoreError if there is no such model."""
    if trainings.is_one(name):
        return trainings.card(name)
    for entry in cards():
        if entry.name == name:
            return entry
    return models.read_card(name)


def version(name: str) -> str:
    """Changes when a model is saved again under its name: part of the key of all that is made of it."""
    return str(card(name).created)


# As many as `contest.MOST_MODELS` loads beforehand, about 13 MB each. A spinner needs a page; the warm-up has none.
@st.cache_resource(show_spinner=False, max_entries=16)
def _model(name: str, version: str) -> Autoencoder:
    import aemodels

    keep_kernels()
    return trainings.load(name) if trainings.is_one(name) else aemodels.load(name)


def model(name: str) -> Autoencoder:
    """The model itself, on TensorFlow: the first call of a process waits for that import."""
    return _model(name, version(name))


# Those of the store that are compared, and epochs of trainings; 4 to 12 MB each.
@st.cache_resource(show_spinner=False, max_entries=24)
def _quick_model(name: str, version: str) -> Preview:
    from aemodels import preview

    return trainings.preview(name) if trainings.is_one(name) else preview.load(name)


def quick_model(name: str) -> Preview | None:
    """The same dense model as a NumPy forward pass; None where the model is not dense."""
    try:
        return _quick_model(name, version(name))
    except AemodelsError:
        return None


def answering(name: str) -> Autoencoder | Preview:
    """Whatever can encode, decode and reconstruct for `name` right now without waiting for TensorFlow.

    Dense models answer by NumPy until TensorFlow is there; all others wait for it. An epoch of a training does so
    always: building a Keras model for each epoch that somebody looks at would cost memory for ever.
    """
    if trainings.is_one(name) or not warm_up_state().done.is_set():
        quick = quick_model(name)
        if quick is not None:
            return quick
    return model(name)


@st.cache_resource(show_spinner=False, max_entries=16)
def _codes(name: str, version: str) -> models.Codes:
    if not trainings.is_one(name):
        return models.codes(name)
    test = trainings.dataset(name).test
    if card(name).code_size > models.MOST_STORED:
        raise StoreError("This training's code is feature maps, thousands of numbers, which make no map.")
    return models.Codes(answering(name).encode(test.x), test.labels)


def title(name: str) -> str:
    """What a visitor reads: the name itself, or which epoch of their training this is."""
    return f"your training, epoch {trainings.epoch_of(name)}" if trainings.is_one(name) else name


def family(name: str) -> str:
    """Whom what a visitor has kept belongs to: the model; of a training all its epochs, so that nothing is lost."""
    return trainings.run_of(name) if trainings.is_one(name) else name


def file_stem(name: str) -> str:
    """The same as the beginning of a file's name."""
    return f"my-training-epoch-{trainings.epoch_of(name)}" if trainings.is_one(name) else name


def codes(name: str) -> models.Codes:
    """The codes of the model's test split: `z` (n, d) float32 and `labels` (n,) uint8.

    Those of a model in the store are stored; those of an epoch of a training are made at the first call.
    """
    return _codes(name, version(name))


def class_names(name: str) -> tuple[str, ...]:
    """What the labels of the model's data set stand for; none for a data set that says nothing of them."""
    entry = card(name)
    record = datasets.DATASETS.get(entry.dataset)
    return entry.class_names if record is None else record.class_names


def draws_images(name: str) -> bool:
    """Whether the model's answers are images; those of recipe `three-to-two` are points."""
    return not card(name).config.linear_output


def class_name(name: str, label: int) -> str:
    """A label in words, as the model's data set has them."""
    names = class_names(name)
    return names[label] if label < len(names) else str(label)


def has_codes(name: str) -> bool:
    """Whether the model's codes make a map: those of feature maps, thousands of numbers each, do not."""
    if trainings.is_one(name):
        return card(name).code_size <= models.MOST_STORED
    try:
        return len(codes(name).z) > 0
    except AemodelsError:
        return False


@st.cache_resource(show_spinner=False, max_entries=16)
def _history(name: str, version: str) -> dict[str, list[float]]:
    return trainings.history(name) if trainings.is_one(name) else models.history(name)


def history(name: str) -> dict[str, list[float]]:
    """The epochs of the model's training, column by column. Raises StoreError if they were not kept."""
    return _history(name, version(name))


def map_shape(name: str) -> tuple[int, int, int] | None:
    """Rows, columns and filters of a code that is feature maps; None for a code that is a plain vector."""
    config = card(name).config
    return config.map_shape if config.latent_dim is None else None  # type: ignore[attr-defined]


@st.cache_resource(show_spinner=False)
def warm_up_state() -> WarmUp:
    """The process's one WarmUp."""
    blank = np.zeros((1, 28, 28, 1), np.float32)
    return WarmUp(lambda: model(DEFAULT_MODEL).reconstruct(blank))


def warm_up() -> None:
    """Begin to import TensorFlow in the background: at the end of a run, so that its page is out already."""
    warm_up_state().start()
