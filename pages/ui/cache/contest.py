"""Every model of images at once: loaded beforehand in the background, and asked for one image each.

A dense model answers by NumPy, which needs no TensorFlow and less memory; the others are on TensorFlow. Nobody
waits for a model that is still being loaded: it is named as one that will be there soon.
"""

from __future__ import annotations

import functools
import gc
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from aemodels.data import datasets
from aemodels.measure import contest as contests
from aemodels.measure.baselines import Pca
from aemodels.measure.contest import Entrant, Result
from pages.ui.cache import data, store, trainings
from pages.ui.cache.background import Background

if TYPE_CHECKING:
    from aemodels.data.datasets import Split
    from aemodels.store.card import Card

PIXELS: Final = 28 * 28
MOST_MODELS: Final = 16  # of the store that take part; as many networks as the caches hold
CURVE: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # numbers of the PCAs that the line is drawn through

Curve = tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class Contest:
    """What there is to compare: results, names of models that are still being loaded, and of those that cannot be.

    `curve`: (numbers, PSNR in dB) of PCAs of many sizes, empty while there is none.
    """

    results: tuple[Result, ...]
    waiting: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    curve: Curve = ()


@dataclass(frozen=True)
class About:
    """What is said of a model that takes part: its card would build its configuration anew for each of these."""

    name: str
    version: str
    kind: str  # in the field's words
    code_size: int
    dataset: str
    of_images: bool
    dense: bool


@functools.lru_cache(maxsize=64)
def _about(name: str, version: str) -> About:
    card = store.card(name)
    config = card.config
    record = datasets.DATASETS.get(card.dataset)
    of_images = not config.linear_output and (record is None or record.kind == "images")
    dense = card.architecture == "dense"
    return About(name, version, card.kind, config.code_size, card.dataset, of_images, dense)


def about(name: str) -> About:
    """What is said of the model. Raises StoreError if there is no such model."""
    return _about(name, store.version(name))


@st.cache_resource(show_spinner=False)
def _loading() -> Background:
    return Background(after=store.warm_up_state().done)


@st.cache_resource(show_spinner=False)
def _figures() -> Background:
    return Background()


def models_of_images() -> tuple[str, ...]:
    """Names of the models of the store that work on images, shipped ones first: the first sixteen."""
    return tuple(card.name for card in store.cards() if about(card.name).of_images)[:MOST_MODELS]


def warm_up() -> None:
    """Import TensorFlow in the background, then load all models of images: at the end of a run of a page."""
    store.warm_up()
    for name in models_of_images():
        _loading().ask((name, about(name).version), lambda name=name: _load(name))


def contest_on_image(names: Sequence[str], x: np.ndarray, dataset: str) -> Contest:
    """What these models, PCAs of their code sizes and the mean image make of the image x (1, 28, 28, 1).

    `dataset` is the one that the PCAs are fitted on (`data.pca_dataset`). A model that is not loaded yet is waited
    for by asking again. A visitor's own training never is: it came from this process's TensorFlow.
    """
    known = [about(name) for name in names]
    entrants = {(one.name, one.version): _network(one) for one in known}
    missing = [key for key, entrant in entrants.items() if entrant is None]
    failed = tuple(name for name, version in missing if _loading().failed((name, version)))
    waiting = tuple(name for name, _ in missing if name not in failed)
    present = {key: entrant for key, entrant in entrants.items() if entrant is not None}
    results, curve = _on_image(tuple(present), x, dataset, _sizes(known), list(present.values()))
    return Contest(results, waiting, failed, curve)


@st.cache_resource(show_spinner=False, max_entries=64)
def _on_image(
    models: tuple[tuple[str, str], ...],
    x: np.ndarray,
    dataset: str,
    sizes: tuple[int, ...],
    _entrants: list[Entrant],
) -> tuple[tuple[Result, ...], Curve]:
    """Table and figure show the same, and a stroke's end is asked for by its follower and by the run."""
    whole = _largest_pca(dataset, sizes)
    return contests.contest(x, [*_entrants, *_baselines(whole, sizes)]), _curve(x, whole)


def contest_on_test_set(names: Sequence[str], picked: str) -> Contest:
    """The same over the test images of the data set of the model `picked`, for the models of that very data set.

    The models' figures are those of their cards. Those of the PCAs are measured once, in the background; where the
    data set is not at hand there is only their squared error, from the cards.
    """
    fingerprint = store.card(picked).fingerprint
    same = [card for card in map(store.card, names) if card.fingerprint == fingerprint]
    results = [_measured(card) for card in same]
    originals = data.originals(picked)
    if originals is None:
        return Contest((*results, *_from_cards(same)))
    sizes = _sizes([about(card.name) for card in same])
    whole = _largest_pca(originals.name, sizes)
    made = _figures().ask((originals.fingerprint, sizes), lambda: _on_test(originals.test, whole, sizes))
    if made is None:
        return Contest(tuple(results), tuple(f"PCA {size}" for size in sizes))
    baselines, curve = made
    return Contest((*results, *baselines), curve=curve)


# --- models ------------------------------------------------------------------------------------------------------


def _network(one: About) -> Entrant | None:
    """How the model answers; None while it is being loaded in the background, or where that has failed."""
    name = one.name
    model: Any = store.quick_model(name) if one.dense else None
    if model is None and (trainings.is_one(name) or _loading().ask((name, one.version), lambda: _load(name))):
        model = store.answering(name)
    if model is None:
        return None
    if model.is_variational:
        return contests.variational(name, model.latent_dim, model.encode_distribution, model.decode)
    return contests.plain(name, model.latent_dim, model.encode, model.decode)


def _load(name: str) -> bool:
    if store.quick_model(name) is None:
        blank = np.zeros((1, 28, 28, 1), np.float32)
        store.model(name).reconstruct(blank)
        # As after the warm-up: networks stay, and looking for garbage among them costs every visitor time.
        gc.collect()
        gc.freeze()
    return True


# --- what they are compared with ---------------------------------------------------------------------------------


def _sizes(models: Sequence[About]) -> tuple[int, ...]:
    """The code sizes of these models for which a PCA loses something."""
    return tuple(sorted({one.code_size for one in models if one.code_size < PIXELS}))


def _largest_pca(dataset: str, sizes: Sequence[int]) -> Pca:
    """The one for the longest of these codes; the others are its beginning."""
    return data.pca(dataset, max(sizes, default=1))


def _curve(x: np.ndarray, whole: Pca) -> Curve:
    return contests.linear_curve(x, whole, [size for size in CURVE if size <= whole.latent_dim])


def _baselines(whole: Pca, sizes: Sequence[int]) -> list[Entrant]:
    return [contests.mean_image(whole), *(contests.linear(whole.truncate(size)) for size in sizes)]


# --- the test set ------------------------------------------------------------------------------------------------


def _on_test(test: Split, whole: Pca, sizes: Sequence[int]) -> tuple[tuple[Result, ...], Curve]:
    x = test.x
    return contests.contest(x, _baselines(whole, sizes)), _curve(x, whole)


def _measured(card: Card) -> Result:
    mse, psnr, ssim, kl = (_number(card.metrics.get(key)) for key in ("mse", "psnr", "ssim", "kl"))
    said = contests.bits(kl) if math.isfinite(kl) else None
    return Result(card.name, "model", about(card.name).code_size, mse, psnr, ssim, said, more=card.metrics)


def _from_cards(cards: Sequence[Card]) -> list[Result]:
    found = {about(card.name).code_size: _number(card.metrics.get("pca_mse")) for card in cards}
    return [
        Result(f"PCA {size}", "pca", size, mse, math.nan, math.nan)
        for size, mse in sorted(found.items())
        if size < PIXELS and math.isfinite(mse)
    ]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
