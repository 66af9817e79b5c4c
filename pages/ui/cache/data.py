"""Data sets that are at hand, what is fitted to them, and a good image of them to begin with."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from aemodels.data import datasets
from aemodels.errors import AemodelsError
from aemodels.measure import fitted_pca, metrics
from aemodels.measure.baselines import Pca
from pages.ui.cache import store, trainings

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset

_log = logging.getLogger(__name__)


@st.cache_resource(show_spinner=False, max_entries=4)
def _dataset(name: str) -> Dataset:
    return datasets.load(name, download=False)


def dataset(name: str) -> Dataset:
    """A data set that needs no download. Raises DatasetError where it does."""
    return trainings.own_dataset(name) or _dataset(name)


def local_dataset(name: str) -> Dataset | None:
    """The data set if it is on this machine already; None otherwise. Never downloads.

    Of data of somebody's own there is only what the visitor's training was given: what a saved model was trained
    on is kept nowhere.
    """
    if name not in datasets.DATASETS:
        return trainings.own_dataset(name)
    if not datasets.find_local(name):
        return None
    try:
        return _dataset(name)
    except AemodelsError:
        _log.warning("The data set %s is on this machine, but cannot be read.", name, exc_info=True)
        return None


def originals(name: str) -> Dataset | None:
    """The data set whose test images the stored codes of `name` belong to, if it is at hand and the same."""
    entry = store.card(name)
    data = local_dataset(entry.dataset)
    if data is None or data.fingerprint != entry.fingerprint or data.test.values.ndim != 3:
        return None
    return data


def sample_dataset(name: str = "mnist") -> Dataset:
    """`name` if it is at hand without a download, otherwise the bundled digits."""
    return local_dataset(name) or _dataset("digits")


@st.cache_resource(show_spinner=False, max_entries=4)
def _shipped_pca(dataset: str) -> Pca | None:
    return fitted_pca.read(dataset)


@st.cache_resource(show_spinner="Fitting a PCA to compare with", max_entries=4)
def _pca(name: str) -> Pca:
    images = dataset(name).train.values[..., None]
    return Pca.fit(images, images[0].size)  # all components: a smaller PCA is the beginning of a larger one


def pca_dataset(name: str) -> str:
    """The data set whose PCA a model of the data set `name` is compared with: its own, if that can be had."""
    return name if name in fitted_pca.names() else sample_dataset(name).name


def pca(dataset: str, code_size: int) -> Pca:
    """The linear comparison: a PCA of `code_size` numbers, fitted on a data set's training images.

    It comes with the program, or is fitted where it does not. A code larger than the image is compared with the
    largest PCA there is, which loses nothing.
    """
    shipped = _shipped_pca(dataset)
    if shipped is not None and code_size <= shipped.latent_dim:
        return shipped.truncate(code_size)
    whole = _pca(sample_dataset(dataset).name)
    return whole.truncate(min(code_size, whole.latent_dim))


TYPICAL_OF: Final = 50  # test images among which the typical one is looked for


@st.cache_resource(show_spinner=False, max_entries=32)
def _typical_digit(name: str, version: str, data_name: str) -> int:
    x = dataset(data_name).test.take(slice(TYPICAL_OF)).x
    errors = metrics.mse(x, store.answering(name).reconstruct(x))
    return int(np.flatnonzero(errors <= np.median(errors))[0])


def typical_digit(name: str, dataset: str) -> int:
    """The first test image that the model reconstructs as well as most: no page begins with a rare failure."""
    return _typical_digit(name, store.version(name), dataset)


HARD_OF: Final = 2_000  # test images among which the hardest are looked for
HARDEST: Final = 50


@st.cache_resource(show_spinner="Looking for digits that the model finds hard", max_entries=32)
def _hard_samples(name: str, version: str, data_name: str) -> np.ndarray:
    x = dataset(data_name).test.take(slice(HARD_OF)).x
    errors = metrics.mse(x, store.answering(name).reconstruct(x))
    return np.argsort(-errors, kind="stable")[:HARDEST]


def hard_samples(name: str, dataset: str) -> np.ndarray:
    """Rows of the test images that the model reconstructs worst, the worst first."""
    return _hard_samples(name, store.version(name), dataset)


@st.cache_resource(show_spinner=False)
def ready_for_pictures() -> None:
    """Import what preparing a picture needs, in the background, once: the first stroke shall not wait for it."""
    from aemodels.data import images

    strokes = np.zeros((56, 56), np.uint8)
    strokes[8:48, 24:32] = 255
    threading.Thread(target=images.prepare_array, args=(strokes,), name="pictures", daemon=True).start()
