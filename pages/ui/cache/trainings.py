"""Epochs of trainings as models: what a visitor's network was after an epoch, while it still trains and afterwards.

Such a model has a name like any other, `training/TOKEN/EPOCH`, which no model of the store can have. The token is
the secret of the session that started the training (`pages.ui.own_training`): the name never leaves the server.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from aemodels import architectures
from aemodels.data.datasets import OWN
from aemodels.errors import StoreError
from aemodels.store.card import Card
from aemodels.training.jobs import Job

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Dataset
    from aemodels.preview import Preview
    from aemodels.training.progress import Snapshot
    from aemodels.training.queue import JobQueue

PREFIX: Final = "training/"
OWN_PREFIX: Final = f"{OWN}/"
"""Of the name that a data set of somebody's own has while a training of it is known: what follows is the token."""


@st.cache_resource(show_spinner=False)
def jobs() -> JobQueue:
    """The process's one queue of trainings, with those that earlier processes left."""
    from aemodels.training import child
    from aemodels.training.queue import JobQueue

    work = child.train_in_child if child.asked_for() else None
    queue = JobQueue(run=lambda job: job.run(work), keep=True)
    queue.recover()
    return queue


def script(job: Job) -> str:
    """The Keras script of a training that has ended."""
    return _script(job.token, len(job.progress.epochs), job.state.value, job)


@st.cache_resource(show_spinner=False, max_entries=32)
def _script(token: str, epochs: int, state: str, _job: Job) -> str:
    from aemodels import run_card

    return run_card.script_of(_job)


def is_one(name: str) -> bool:
    """Whether `name` means an epoch of a training, and not a model of the store."""
    return name.startswith(PREFIX)


def name_of(job: Job, epoch: int) -> str:
    """The name of the network that `job` had after `epoch`."""
    return f"{PREFIX}{job.token}/{epoch}"


def run_of(name: str) -> str:
    """The name without the epoch."""
    return name.rpartition("/")[0]


def epoch_of(name: str) -> int:
    """The epoch that a name means."""
    return int(name.rpartition("/")[2])


def card(name: str) -> Card:
    """The card that the model would have if it were saved. Raises StoreError for a training that is gone."""
    job, snapshot = _find(name)
    return Card(
        name=name,
        recipe=job.spec.recipe,
        dataset=job.spec.dataset if job.own is None else OWN_PREFIX + job.token,
        fingerprint=dataset(name).fingerprint,
        model=architectures.to_json(job.spec.model),
        training=job.spec.training.to_json(),
        seed=job.spec.seed,
        created=name,
        parameters=int(sum(weight.size for weight in snapshot.weights)),
        epochs=snapshot.epoch,
        class_names=() if job.own is None else job.own.class_names,
        metrics=job.result.metrics if job.result is not None and snapshot.final else {},
    )


def dataset(name: str) -> Dataset:
    """The data set that is trained on."""
    job, _ = _find(name)
    if job.dataset is None:
        raise _gone()
    return job.dataset


def own_dataset(name: str) -> Dataset | None:
    """The data set that a visitor brought to a training, by the name in the card of its epochs; None for any other.

    It is as private as the training: nobody else knows the token.
    """
    job = jobs().get(name.removeprefix(OWN_PREFIX)) if name.startswith(OWN_PREFIX) else None
    return None if job is None or job.own is None else dataclasses.replace(job.own, name=name)


def history(name: str) -> dict[str, list[float]]:
    """The epochs until this one, column by column."""
    job, snapshot = _find(name)
    epochs = [epoch for epoch in job.progress.epochs if epoch.epoch <= snapshot.epoch]
    if not epochs:
        raise _gone()
    return {key: [float(getattr(epoch, key)) for epoch in epochs] for key in vars(epochs[0])}


def preview(name: str) -> Preview:
    """The network by NumPy. Raises StoreError for any but a dense one of images."""
    from aemodels import preview

    job, snapshot = _find(name)
    return preview.from_weights(job.spec.model, snapshot.weights)


def load(name: str) -> Autoencoder:
    """The network on TensorFlow, a copy of its own."""
    from aemodels.autoencoder import build

    job, snapshot = _find(name)
    model = build(job.spec.model)
    model.set_weights([np.array(weight) for weight in snapshot.weights])
    return model


def _find(name: str) -> tuple[Job, Snapshot]:
    token, _, epoch = name.removeprefix(PREFIX).rpartition("/")
    job = jobs().get(token)
    for snapshot in job.progress.snapshots if job is not None else ():
        if job is not None and str(snapshot.epoch) == epoch:
            return job, snapshot
    raise _gone()


def _gone() -> StoreError:
    return StoreError("This epoch of the training is no longer kept. Pick a model in the sidebar.")
