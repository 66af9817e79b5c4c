"""A button that prepares a training in the form: what a link with the same settings would do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import streamlit as st

from aemodels import recipes
from aemodels.training import spec as specs
from pages.ui import state
from pages.ui.experiment_address import Prepared


def button(
    words: str,
    recipe: str,
    dataset: str | None,
    settings: Mapping[str, object],
    *,
    key: str,
    icon: str | None = None,
) -> None:
    """The button. What it prepares is started by the visitor."""
    if st.button(words, key=key, icon=icon, on_click=prepare, args=(recipe, dataset, settings)):
        st.rerun()  # the form lies outside of the fragment that the button is in


def prepare(recipe: str, dataset: str | None, settings: Mapping[str, object]) -> None:
    """Have the form show these settings, and the address with it, at the next run of the page. For a callback."""
    spec = specs.from_recipe(recipe, dataset=dataset, settings=settings)
    # A tag of its own: widgets that somebody has changed since are new ones.
    state.PREPARED.set(Prepared(spec, secrets.token_hex(4)))
    state.RECIPE_PICKER.set(recipe)
    state.RECIPE_SHOWN.set(recipes.get(recipe).title)
    state.DATASET_PICKER.set(spec.dataset)
    state.TRAIN_PROBLEM.set(None)
