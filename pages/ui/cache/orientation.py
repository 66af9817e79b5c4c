"""Constants to compare a training's loss with, made in the background: a page shows those that are known by now."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from aemodels.data import datasets
from aemodels.errors import AemodelsError
from aemodels.training import orientation
from aemodels.training.config import TrainingConfig
from aemodels.training.spec import TrainingSpec
from pages.ui.cache import data, store
from pages.ui.cache.background import Background

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset
    from aemodels.training.jobs import Job
    from aemodels.training.orientation import Level

TOTAL: Final = " total"  # what the name of a level ends with that has a KL in it


@st.cache_resource(show_spinner=False)
def _making() -> Background:
    return Background()


@dataclass(frozen=True)
class Levels:
    """Levels by name, in nats per image, that are known by now, and whether more will come."""

    values: dict[str, float]
    complete: bool


NONE: Final = Levels({}, complete=True)


def levels_of_job(job: Job) -> Levels:
    """The levels of a training, with the β that it has now."""
    spec = job.spec
    if job.progress.epochs and not math.isnan(beta := job.progress.epochs[-1].beta):
        spec = dataclasses.replace(spec, model=spec.model.replace(beta=beta))
    return _levels(spec, job.own or job.dataset, compared=True)


def levels_of_model(name: str) -> Levels:
    """The same for the training that a model of the store comes from; none where its data are not at hand.

    A model that comes with the program is not compared with its like.
    """
    card = store.card(name)
    try:
        training = TrainingConfig.from_json(card.training)
        spec = TrainingSpec(
            recipe=card.recipe, dataset=card.dataset, model=card.config, training=training, seed=card.seed
        )
    except AemodelsError:  # of a version that knew other settings
        return NONE
    return _levels(spec, None, compared=not card.shipped)


def _levels(spec: TrainingSpec, given: Dataset | None, *, compared: bool) -> Levels:
    if given is None and (spec.dataset == datasets.OWN or not datasets.find_local(spec.dataset)):
        return NONE
    which = spec.dataset if given is None or spec.dataset != datasets.OWN else given.fingerprint
    training = spec.training
    images = (which, spec.seed, training.limit, training.validation_images, spec.model.loss)

    def at_hand() -> Dataset:
        return given or data.dataset(spec.dataset)

    wanted: dict[Hashable, Callable[[], tuple[Level, ...]]] = {
        ("simple", *images, spec.model.code_size, bool(training.noise)): lambda: orientation.simple_levels(
            at_hand(), spec
        )
    }
    card = orientation.reference(store.cards(), spec) if compared else None
    if card is not None:
        wanted["model", *images, card.name, str(card.created), spec.model.beta] = lambda: (
            orientation.level_of(card.name, store.answering(card.name), at_hand(), spec),
        )
    made = {key: _making().ask(key, make) for key, make in wanted.items()}
    values = {
        level.name + TOTAL * level.total: level.value for levels in made.values() for level in levels or ()
    }
    complete = all(levels is not None or _making().failed(key) for key, levels in made.items())
    return Levels(values, complete)
