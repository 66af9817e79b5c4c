"""What the sections of the recipes show of networks: computed once, slow things in the background, old ones
dropped."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import Dataset
from aemodels.errors import AemodelsError
from aemodels.published import log
from pages.ui.cache import data, store
from pages.ui.cache.background import Background

if TYPE_CHECKING:
    from aemodels.training.jobs import Job
    from aemodels.training.tensorboard_server import TensorboardServer

MOST_KEPT: Final = 64
RARELY: Final = 20.0
"""While a network learns, something slow of it is made anew when so many times as long has passed as it took."""


class Latest:
    """Things that are made of the newest epoch of a training; until they are there, those of an epoch before."""

    def __init__(self) -> None:
        self._background = Background()
        self._lock = threading.Lock()
        self._last: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._free: dict[Hashable, float] = {}  # from when on it may be made again

    def ask(
        self, what: Hashable, epoch: Hashable, make: Callable[[], Any], *, learning: bool
    ) -> tuple[Any, bool]:
        """What was made last (None at first), and whether that is all that will come."""
        with self._lock:
            known, last = self._last.get(what, (None, None))
            free = self._free.get(what, 0.0)
        if known == epoch:
            return last, True
        if learning and last is not None and time.monotonic() < free:
            return last, False

        def timed() -> Any:
            begun = time.monotonic()
            made = make()
            ended = time.monotonic()
            with self._lock:
                self._free[what] = ended + RARELY * (ended - begun)
            return made

        made = self._background.ask((what, epoch), timed)
        if made is None:
            return last, self._background.failed((what, epoch))
        with self._lock:
            self._last[what] = (epoch, made)
            self._last.move_to_end(what)
            while len(self._last) > MOST_KEPT:
                self._free.pop(self._last.popitem(last=False)[0], None)
        return made, True


@st.cache_resource(show_spinner=False)
def latest() -> Latest:
    """The process's one."""
    return Latest()


@contextlib.contextmanager
def network_of(job: Job) -> Iterator[Any]:
    """The network of a training as `Case.epoch` has it, with encode and decode; a dense one answers by NumPy.

    Others borrow one that TensorFlow has traced already, where there is one of the kind.
    """
    from aemodels import preview
    from aemodels.training.networks import NETWORKS

    weights = job.result.weights if job.result is not None else job.progress.snapshots[-1].weights
    try:
        quick = preview.from_weights(job.spec.model, weights)
    except AemodelsError:
        model = NETWORKS.take(job.spec.model)
        try:
            model.set_weights([np.array(weight) for weight in weights])
            yield model
        finally:
            NETWORKS.give_back(model)
    else:
        yield quick


def is_quick(job: Job) -> bool:
    """Whether `network_of` answers by NumPy, at once."""
    from aemodels.architectures.dense import DenseConfig

    return isinstance(job.spec.model, DenseConfig) and not job.spec.model.linear_output


@st.cache_resource(show_spinner=False, max_entries=32)
def _reconstructed(
    name: str, version: str, fingerprint: str, rows: tuple[int, ...], _data: Dataset
) -> tuple[np.ndarray, np.ndarray]:
    part = _data.test.take(np.array(rows))
    drawn = store.answering(name).reconstruct(part.x)
    return part.values, np.rint(255 * np.clip(drawn[..., 0], 0, 1)).astype(np.uint8)


def reconstructed(name: str, data: Dataset, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Test images of `data` at these rows and what the model `name` makes of them, uint8 (n, 28, 28) each."""
    return _reconstructed(name, store.version(name), data.fingerprint, tuple(map(int, rows)), data)


@st.cache_resource(show_spinner=False, max_entries=16)
def _made_of_model(name: str, version: str, what: str, _make: Callable[[Any], Any]) -> Any:
    return _make(store.answering(name))


def made_of_model(name: str, what: str, make: Callable[[Any], Any]) -> Any:
    """What `make` gives of the network of the store's model `name`, once for each `what`."""
    return _made_of_model(name, store.version(name), what, make)


@st.cache_resource(show_spinner=False)
def r2_log() -> log.Kept:
    """Trainings of recipe R2, as `python -m aemodels.published` has kept them."""
    return log.read()


@st.cache_resource(show_spinner=False, max_entries=4)
def mean_image_mse(dataset: str) -> float | None:
    """The mean squared error over the pixels of the training set's mean image on the test images, where at
    hand."""
    images = data.local_dataset(dataset)
    if images is None:
        return None
    mean = images.train.values.mean(axis=0, dtype=np.float64) / 255
    return float(np.mean([np.square(image / 255 - mean).mean() for image in images.test.values]))


@st.cache_resource(show_spinner=False, on_release=lambda server: server.close())
def tensorboard() -> TensorboardServer:
    """The process's one TensorBoard, which runs once somebody has opened it."""
    from aemodels.training.tensorboard_server import TensorboardServer

    return TensorboardServer()
