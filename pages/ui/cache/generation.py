"""New images of a model, what the judge says of them, and the real images that they are like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import streamlit as st

from aemodels import held_back, use_studies
from aemodels.data.datasets import is_own, title_of
from aemodels.errors import DatasetError
from aemodels.measure import classifier, generation
from pages.ui.cache import data, store, studies

Kind = Literal["classes", "one", "prior"]

CLASSES: Final = 10
ROWS: Final = 6
SHOWN: Final = CLASSES * ROWS
COUNTED: Final = 1_000  # samples that figures are made of, of the prior and of the classes each
LIVE: Final = 10_000  # training images, at most, for the mixtures of a model that has none stored
REAL: Final = 200  # test images a class whose differences are measured there


def judge(name: str) -> classifier.Classifier:
    """Who judges images of the model `name`. Raises DatasetError for a model of anything else."""
    return classifier.load(store.card(name).dataset)


@dataclass(frozen=True, eq=False)
class ByClass:
    """Mixtures of codes by class, and how different real images of each class are (classes,)."""

    mixtures: generation.ClassMixtures
    real_spread: np.ndarray
    stored: bool


@st.cache_resource(show_spinner="Looking where the codes of each class lie", max_entries=8)
def _by_class(name: str, version: str) -> ByClass:
    if is_own(store.card(name).dataset):
        raise DatasetError(
            "New images of data of one's own have no judge here, and cannot be counted. Walk over "
            "the model's map on the "
            "page Latent space: every place is a new image. Or pick another model in the sidebar."
        )
    found = studies.stored_study(name, "generation")
    if found is not None:
        return ByClass(generation.ClassMixtures.from_arrays(found), found["real_spread"], True)
    dataset = held_back.last(data.sample_dataset(store.card(name).dataset), store.card(name))
    if dataset.class_names != store.class_names(name):
        raise DatasetError(
            f"{title_of(store.card(name).dataset)} is not on this machine, and codes by class need its "
            "labels. Pick a model of digits in the sidebar."
        )
    train, validation, test = use_studies.parts(dataset)
    train, model = train.take(slice(0, LIVE)), store.answering(name)
    mixtures = generation.fit(
        np.asarray(model.encode(train.x), np.float32),
        train.labels,
        np.asarray(model.encode(validation.x), np.float32),
        validation.labels,
        components=generation.COMPONENTS[:1],  # at once
    )
    real = test.take(slice(0, REAL * CLASSES))
    return ByClass(mixtures, generation.spread_by_class(real.x, real.labels), False)


def by_class(name: str) -> ByClass:
    """Where the codes of each class lie: from the stored study, or fitted now to the data set at hand."""
    return _by_class(name, store.version(name))


@dataclass(frozen=True, eq=False)
class Samples:
    """New images (n, 28, 28, 1), the wanted class of each (n,) or None, the judge's and its confidence (n,)."""

    images: np.ndarray
    wanted: np.ndarray | None
    judged: np.ndarray
    sure: np.ndarray


def _draw(name: str, wanted: np.ndarray | None, count: int, temperature: float, seed: int) -> Samples:
    model = store.answering(name)
    if wanted is None:
        z = generation.prior_codes(count, model.latent_dim, temperature=temperature, seed=seed)
    else:
        z = by_class(name).mixtures.sample(wanted, temperature=temperature, seed=seed)
    images = np.asarray(model.decode(z), np.float32)
    judged, sure = judge(name).judge(images)
    return Samples(images, wanted, judged, sure)


@st.cache_resource(show_spinner=False, max_entries=64)
def _samples(name: str, version: str, kind: Kind, label: int, temperature: float, seed: int) -> Samples:
    wanted = {
        "classes": np.tile(np.arange(CLASSES), ROWS),
        "one": np.full(SHOWN, label),
        "prior": None,
    }[kind]
    return _draw(name, wanted, SHOWN, temperature, seed)


def samples(name: str, kind: Kind, label: int, temperature: float, seed: int) -> Samples:
    """Sixty new images: six of each class by turns, all of the class `label`, or from the prior."""
    return _samples(name, store.version(name), kind, label if kind == "one" else 0, temperature, seed)


@dataclass(frozen=True, eq=False)
class Figures:
    """What 1,000 samples by class and 1,000 from the prior come to.

    By class, (classes,) each: `recognised`, the share of a class's samples that the judge takes for it; `sure`, its
    mean confidence; `spread`, how different they are, where real images have 1; `shares`, of the prior's samples.
    `coverage`: of classes among those; `prior_sure`: the judge's mean confidence there.
    """

    recognised: np.ndarray
    sure: np.ndarray
    spread: np.ndarray
    shares: np.ndarray
    coverage: float
    prior_sure: float


@st.cache_resource(show_spinner=False, max_entries=64)
def _figures(name: str, version: str, temperature: float) -> Figures:
    wanted = np.tile(np.arange(CLASSES), COUNTED // CLASSES)
    ours, prior = (_draw(name, which, COUNTED, temperature, 0) for which in (wanted, None))
    right = ours.judged == wanted
    spreads = generation.spread_by_class(ours.images, wanted)
    return Figures(
        recognised=np.asarray([right[wanted == label].mean() for label in range(CLASSES)]),
        sure=np.asarray([ours.sure[wanted == label].mean() for label in range(CLASSES)]),
        spread=spreads / by_class(name).real_spread,
        shares=generation.shares(prior.judged),
        coverage=generation.coverage(prior.judged),
        prior_sure=float(prior.sure.mean()),
    )


def sample_figures(name: str, temperature: float) -> Figures:
    """The figures of the model's samples at this temperature; always of the same seed."""
    return _figures(name, store.version(name), temperature)


@dataclass(frozen=True, eq=False)
class RealImage:
    """The real image that is nearest to a sample: itself, its class, which split and row, and how far away it is.

    `distance`: Euclidean, of pixels in [0, 1].
    """

    image: np.ndarray
    label: int
    split: str
    row: int
    distance: float


@st.cache_resource(show_spinner=False, max_entries=64)
def _nearest_real(
    name: str, version: str, kind: Kind, label: int, temperature: float, seed: int, index: int, dataset: str
) -> RealImage:
    image = samples(name, kind, label, temperature, seed).images[index]
    source = data.sample_dataset(dataset)
    best: RealImage | None = None
    for split, images in (("training", source.train), ("test", source.test)):
        row, distance = generation.nearest(image, images.values)
        if best is None or distance < best.distance:
            best = RealImage(images.values[row], int(images.labels[row]), split, row, distance)
    assert best is not None
    return best


def nearest_real(
    name: str, kind: Kind, label: int, temperature: float, seed: int, index: int
) -> RealImage | None:
    """The nearest training or test image to one of `samples`; None where the model's data set is not at hand."""
    dataset = store.card(name).dataset
    if data.sample_dataset(dataset).name != dataset:
        return None
    return _nearest_real(name, store.version(name), kind, label, temperature, seed, index, dataset)
