"""Who stands for a recipe in its section: a training of the visitor, or a model that comes with the program."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from aemodels import recipes, run_card
from aemodels.architectures.base import ModelConfig
from aemodels.data.datasets import DATASETS, Dataset, Split
from aemodels.errors import AemodelsError
from aemodels.published import TUTORIALS, Counterpart, Figure, is_counterpart
from aemodels.store import models
from aemodels.training.jobs import Job
from pages.ui import cache, runs, state

SHOWN: Final = 10  # images in a row


@dataclasses.dataclass(frozen=True)
class Case:
    """One of the two: `job`, or the name of a `model` of the store. `title` is what a visitor reads of it."""

    title: str
    job: Job | None = None
    model: str | None = None

    @property
    def config(self) -> ModelConfig:
        """Of its network."""
        return self.job.spec.model if self.job is not None else cache.card(str(self.model)).config

    @property
    def history(self) -> Mapping[str, Sequence[float]]:
        """Its epochs by now, column by column; empty before the first has ended."""
        if self.job is None:
            return models.history(str(self.model))
        epochs = self.job.progress.epochs
        return {
            name: [getattr(each, name) for each in epochs] for name in (vars(epochs[0]) if epochs else ())
        }

    @property
    def epochs(self) -> int:
        """How many have ended."""
        return len(self.history.get("epoch", ()))

    @property
    def epoch(self) -> int:
        """The one whose network is shown: that which stays, or the newest whose network is known."""
        if self.job is None:
            return self.epochs
        if self.job.result is not None:
            return self.job.result.history.best_epoch
        shots = self.job.progress.snapshots
        return shots[-1].epoch if shots else 0

    @property
    def seconds(self) -> float | None:
        """What its epochs took together; None where that was not kept."""
        taken = self.history.get("seconds", ())
        return float(sum(taken)) if len(taken) and all(map(math.isfinite, taken)) else None

    @property
    def dataset(self) -> Dataset | None:
        """Its data set, or the bundled digits in the place of images that are not on this machine."""
        if self.job is not None:
            return self.job.dataset
        name = cache.card(str(self.model)).dataset
        return cache.originals(str(self.model)) or cache.sample_dataset(name)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What its labels stand for."""
        if self.job is None:
            return cache.class_names(str(self.model))
        record = DATASETS.get(self.job.spec.dataset)
        return self.job.own.class_names if self.job.own is not None else record.class_names if record else ()

    def figure(self, figure: Figure) -> float | None:
        """What it is compared by, once that is known."""
        if figure.of_history:
            values = [value for value in self.history.get(figure.key, ()) if math.isfinite(value)]
            return min(values) / figure.divisor if values else None
        if self.job is None:
            value = cache.card(str(self.model)).metrics.get(figure.key)
        else:
            value = None if self.job.result is None else self.job.result.metrics.get(figure.key)
        return None if value is None or isinstance(value, str) else value / figure.divisor

    def rows(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Ten test images, one of each class, and what it makes of them: uint8 (10, 28, 28) each."""
        if self.job is not None:
            look, inputs = run_card.kept_look(self.job), self.job.progress.inputs
            drawn = None if look is None else look.reconstructions
            return None if drawn is None or inputs is None else (inputs, drawn)
        data = self.dataset
        return None if data is None else cache.reconstructed(str(self.model), data, ten(data.test))

    def codes(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Codes of two numbers of its test images, (n, 2), and their labels; None where there are none by now."""
        if self.job is None:
            stored = cache.codes(str(self.model))
            return stored.z[:2000], stored.labels[:2000]
        look, labels = run_card.kept_look(self.job), self.job.progress.labels
        return None if look is None or look.codes is None or labels is None else (look.codes, labels)


def ten(test: Split) -> np.ndarray:
    """Rows of the test split: the first image of each class."""
    return np.array(
        [int(np.flatnonzero(test.labels == label)[0]) for label in np.unique(test.labels)[:SHOWN]]
    )


def own(name: str, shown: Job | None) -> Case | None:
    """The visitor's training of recipe `name`: the one that is `shown`, else the newest one; None without one.

    What the table has as the counterpart is none, though it may be a training of the same recipe.
    """
    fitting = [job for job in _jobs(shown) if is_own(name, job)]
    return _of(shown if shown in fitting else fitting[-1] if fitting else None)


def is_own(name: str, job: Job) -> bool:
    """Whether a training is one of the recipe `name`, and not of its counterpart."""
    begun = job.begun_as
    return begun.recipe == name and not is_counterpart(name, begun, begun.dataset)


def dataset_of(name: str, own: Case | None) -> str:
    """The data set that recipe and counterpart are compared on: the visitor's, else the recipe's own."""
    return recipes.get(name).dataset if own is None or own.job is None else own.job.begun_as.dataset


def counterpart(name: str, own: Case | None, shown: Job | None) -> Case | None:
    """The visitor's training of what does better than recipe `name`, of the same data.

    Without one, the shipped model of the same code size, where that has learned from the same data.
    """
    dataset = dataset_of(name, own)
    fitting = [job for job in _jobs(shown) if is_counterpart(name, job.begun_as, dataset)]
    found = _of(shown if shown in fitting else fitting[-1] if fitting else None)
    if found is not None or dataset != recipes.get(name).dataset:
        return found
    return shipped(TUTORIALS[name].better, same_size=TUTORIALS[name].counterpart.spec().model.code_size)


def newest(own: Case | None, wanted: Counterpart) -> Case | None:
    """The visitor's newest training of the recipe and the code size of `wanted`, of the same data as `own`."""
    spec = wanted.spec(None if own is None or own.job is None else own.job.begun_as.dataset)
    same = (spec.recipe, spec.dataset, spec.model.code_size)
    fitting = [
        job
        for job in _jobs(None if own is None else own.job)
        if (job.begun_as.recipe, job.begun_as.dataset, job.begun_as.model.code_size) == same
    ]
    return _of(fitting[-1] if fitting else None)


def shipped(model: str | None, *, same_size: int | None = None) -> Case | None:
    """A model that comes with the program; None where there is none, or its code has another size."""
    if model is None:
        return None
    try:
        card = cache.card(model)
    except AemodelsError:
        return None
    if same_size is not None and card.code_size > same_size:
        return None
    return Case(f"{model}, which comes with the program", model=model)


def like(name: str, case: Case | None, **changes: object) -> tuple[str | None, dict[str, object]]:
    """Data set and settings that prepare recipe `name` as `case` was trained, but for `changes`: to compare."""
    recipe = recipes.get(name)
    job = None if case is None else case.job
    found: dict[str, object] = {}
    for config, begun in (
        (recipe.model, recipe.model if job is None else job.begun_as.model),
        (recipe.training, recipe.training if job is None else job.begun_as.training),
    ):
        for field in dataclasses.fields(config):
            value = changes.get(field.name, getattr(begun, field.name))
            if value != getattr(config, field.name):
                found[field.name] = value
    return None if job is None else job.begun_as.dataset, found


def of_visitor(shown: Job | None) -> list[Job]:
    """All trainings of this visitor, the oldest first."""
    return list(_jobs(shown))


def _jobs(shown: Job | None) -> Iterable[Job]:
    jobs = list(cache.jobs().of(state.VISITOR.get()))
    return jobs if shown is None or shown in jobs else [*jobs, shown]


def of_job(job: Job) -> Case:
    """A training, called by what of it differs from the recipe."""
    changes = runs.changed(job)
    return Case("as published" if changes == "nothing" else changes, job=job)


def _of(job: Job | None) -> Case | None:
    return None if job is None else of_job(job)
