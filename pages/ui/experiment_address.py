"""A prepared experiment in the address: `?recipe=default&set=epochs=3;beta=4&data=digits&seed=7`.

A link opens the form with these settings, and the form keeps the address true to what is chosen, so that what one
sees is what one sends. The settings are written as the command line takes them (`--set key=value`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from aemodels import recipes
from aemodels.data.datasets import OWN
from aemodels.errors import AemodelsError, ConfigError
from aemodels.training import spec as specs
from aemodels.training.spec import TrainingSpec
from pages.ui import own_sets, state

RECIPE, DATA, SET, SEED = PARAMETERS = ("recipe", "data", "set", "seed")
LONGEST: Final = 1000  # characters of one of them
FIXED: Final = (
    "variational",
    "point_size",
)  # settings that are the recipe itself: the form has no widget for them


@dataclass(frozen=True)
class Prepared:
    """What an address has prepared: where the form begins, and a tag that its widgets carry in their keys."""

    spec: TrainingSpec
    tag: str


def read(parameters: Mapping[str, str]) -> TrainingSpec:
    """The experiment that the parameters of an address name. Raises an AemodelsError for any other."""
    if any(len(value) > LONGEST for value in parameters.values()):
        raise ConfigError("The settings in this address are too long. Choose them in the form.")
    settings: dict[str, str] = {}
    for part in filter(None, parameters.get(SET, "").split(";")):
        key, sign, value = part.partition("=")
        if not sign or key in settings:
            raise ConfigError(
                "The settings in this address are written as epochs=3;beta=4, each once. Choose them in the form."
            )
        if key in FIXED:
            raise ConfigError(
                f"{key} cannot be set by an address: it belongs to the recipe. Choose another recipe."
            )
        settings[key] = value
    seed = parameters.get(SEED, "0")
    if not (seed.isascii() and seed.isdigit()) or len(seed) > 10:
        raise ConfigError(f"The seed in this address is no whole number from 0 to {specs.MOST_SEED}.")
    return specs.from_recipe(
        parameters.get(RECIPE, state.RECIPE_PICKER.first),
        dataset=parameters.get(DATA) or None,
        seed=int(seed),
        settings=settings,
    )


def parameters(recipe: str, dataset: str, settings: Mapping[str, Any], seed: int) -> dict[str, str]:
    """The address of an experiment: only what differs from the recipe, nothing for the first one as it stands."""
    found = {
        SET: ";".join(f"{key}={_text(value)}" for key, value in settings.items()),
        DATA: dataset if dataset != recipes.get(recipe).dataset else "",
        SEED: str(seed) if seed else "",
    }
    found = {key: value for key, value in found.items() if value}
    return {RECIPE: recipe, **found} if found or recipe != state.RECIPE_PICKER.first else {}


def obey() -> None:
    """Prepare the form as the address says, where it says something new; nonsense becomes a sentence."""
    asked = {key: st.query_params[key] for key in PARAMETERS if key in st.query_params}
    if not asked or not state.EXPERIMENT_ADDRESS.says_new(asked):
        return
    state.EXPERIMENT_ADDRESS.set(asked)
    try:
        spec = read(asked)
    except AemodelsError as error:
        state.TRAIN_PROBLEM.set(str(error))
        return
    tag = hashlib.blake2b(repr(sorted(asked.items())).encode(), digest_size=4).hexdigest()
    state.PREPARED.set(Prepared(spec, tag))
    state.RECIPE_PICKER.set(spec.recipe)
    state.RECIPE_SHOWN.set(recipes.get(spec.recipe).title)
    state.DATASET_PICKER.set(spec.dataset)
    if spec.dataset == OWN and not own_sets.is_there():
        state.TRAIN_PROBLEM.set(
            "This address means data of somebody's own, which no address carries. Bring yours, or "
            "choose another data "
            "set."
        )


def write(recipe: str, dataset: str, settings: Mapping[str, Any], seed: int) -> None:
    """Keep the address true to the form."""
    wanted = parameters(recipe, dataset, settings, seed)
    if any(len(value) > LONGEST for value in wanted.values()):
        return
    present = st.query_params.to_dict()
    changed = {key: value for key, value in present.items() if key not in PARAMETERS} | wanted
    if changed != present:
        st.query_params.from_dict(changed)  # all at once: no address with half of it is ever in the browser
    state.EXPERIMENT_ADDRESS.set(wanted)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "none" if value is None else str(value)
