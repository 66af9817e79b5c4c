"""The sidebar: the name of the whole, and the one model picker for all pages.

What is picked is kept over pages and in the address (`?model=`), which anybody may have typed: a name that
the store does not have gives a sentence and the default model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import streamlit as st

from aemodels.errors import StoreError
from aemodels.measure import figure_table
from pages.ui import cache, model_figures, navigation, own_training, state, theme
from pages.ui.cache import trainings

if TYPE_CHECKING:
    from aemodels.store.card import Card

PARAMETER: Final = "model"
LONGEST_NAME: Final = 60  # characters of an unknown name that are repeated to the visitor


def show(page: str) -> None:
    """Draw the sidebar of a page, named by its title; afterwards `current_model()` is the visitor's choice."""
    with st.sidebar:
        with st.container(key="app_name", gap=None):
            st.markdown("**Autoencoder Playground**")
            st.caption("see what a network keeps")
        cards = cache.cards()
        if not cards:
            return
        own_training.look(page)
        names = [card.name for card in cards] + [own_training.LATEST] * (own_training.name() is not None)
        # A browser that was told nothing yet takes the first: somebody clicked before the first page was there.
        names.sort(key=lambda name: name != cache.DEFAULT_MODEL)
        unknown = _obey_address(names)
        with st.container(border=True, gap="xsmall", key="model_card"):
            chosen = st.selectbox(
                "Model",
                names,
                key=state.MODEL_PICKER.name,
                format_func=lambda name: own_training.TITLE if name == own_training.LATEST else name,
                help="The network that all pages use. What you train is here from its first epoch, for you alone.",
            )
            card = cache.card(current_model())
            st.caption(theme.escaped(summary(card)))
            with st.popover("Its figures", icon=":material/straighten:", width="stretch"):
                model_figures.listed(card.metrics, key="model_all_figures")
    _write_address(chosen)
    if unknown is not None:
        st.warning(unknown_model(unknown, chosen), icon=":material/info:")


def current_model() -> str:
    """The name of the picked model, as the caches know it. Raises StoreError while there is none."""
    name = state.MODEL_PICKER.get()
    navigation.insist_on_app(no_sidebar=name is None and bool(cache.cards()))
    if name is None:
        raise StoreError("The store holds no model yet. Train one on the page Train, and it appears here.")
    return (own_training.name() or cache.DEFAULT_MODEL) if name == own_training.LATEST else name


def current_card() -> Card:
    """The card of the picked model."""
    return cache.card(current_model())


def default_model(names: list[str]) -> str:
    """The model that a visitor sees first."""
    return cache.DEFAULT_MODEL if cache.DEFAULT_MODEL in names else names[0]


def unknown_model(asked: str, shown: str) -> str:
    """The sentence for an address that names a model which the store does not have (as markdown)."""
    if asked == own_training.LATEST:
        return f"There is no training of yours here yet: that address means your own. You see **{shown}**."
    short = asked if len(asked) <= LONGEST_NAME else asked[:LONGEST_NAME] + "…"
    return (
        f"There is no model “{theme.escaped(short)}” here. You see **{shown}**; pick another in the sidebar."
    )


def summary(card: Card) -> str:
    """One line on a model: kind, code size and its main figure, such as “VAE · code 2 · −ELBO 129.4 nats”."""
    figure = main_figure(card.metrics)
    if trainings.is_one(card.name):
        figure = figure or f"epoch {card.epochs}"
    first = card.kind[:1].upper() + card.kind[1:]
    return " · ".join(part for part in (first, f"code {card.code_size:,}", figure) if part)


def main_figure(metrics: Mapping[str, float | str]) -> str:
    """The figure of the test set that says most about a model of its kind, with its unit."""
    figure = figure_table.main(metrics)
    return "" if figure is None else f"{figure.label} {figure.text(metrics, error=False)}"


def _obey_address(names: list[str]) -> str | None:
    """Set the picker from `?model=` where the address says something new; an unknown name is returned."""
    asked = st.query_params.get(PARAMETER)
    unknown = None
    if asked is not None and state.MODEL_ADDRESS.says_new(asked):
        state.MODEL_ADDRESS.set(asked)
        if asked in names:
            state.MODEL_PICKER.set(asked)
        else:
            unknown = asked
    if state.MODEL_PICKER.get() not in names:
        state.MODEL_PICKER.set(default_model(names))
    return unknown


def _write_address(chosen: str) -> None:
    """Keep `?model=` true to the picker; the default model needs no mention unless one is there already."""
    present = st.query_params.get(PARAMETER)
    if present != chosen and (present is not None or chosen != cache.DEFAULT_MODEL):
        st.query_params[PARAMETER] = chosen
        state.MODEL_ADDRESS.set(chosen)
