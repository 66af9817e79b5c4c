"""All models as cards: what each is, five test images and what it makes of them, its main figures, where to try it.

A click on "Use it" picks the model for all pages. Networks that TensorFlow must answer for are drawn when it is
there; nobody waits for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from aemodels import quantities
from aemodels.data import datasets
from aemodels.errors import AemodelsError
from aemodels.measure import figure_table
from pages.ui import cache, chosen, errors, navigation, pictures, sidebar, state, theme

if TYPE_CHECKING:
    from aemodels.store.card import Card

WIDTH: Final = 326  # pixels of a card: three beside each other on a laptop, one on a phone
SHOWN: Final = 5  # test images
SCALE: Final = 2
NEWS_EVERY: Final = 1.0  # seconds, until TensorFlow is there
USE_KEY: Final = "use_model_"  # and the place of the model in the store's list


def gallery() -> None:
    """A card for each model of the store: those that come with the program, then those that were saved."""
    waits = not cache.warm_up_state().done.is_set()
    st.fragment(_cards, run_every=NEWS_EVERY if waits else None)(sidebar.current_model(), waits)


@errors.as_sentences()
def _cards(picked: str, waited: bool) -> None:
    if sidebar.current_model() != picked:
        st.rerun()  # another one was clicked: the sidebar and the address shall say so, too
    with st.container(horizontal=True, gap="small", key="model_gallery"):
        for number, card in enumerate(cache.cards()):
            with st.container(width=WIDTH, gap=None):
                _card(card, number, is_picked=card.name == picked)
    if waited and cache.warm_up_state().done.is_set():
        st.rerun()  # all is there: nothing more to ask for


def _card(card: Card, number: int, *, is_picked: bool) -> None:
    aside = "shipped" if card.shipped else "saved here"
    with theme.card(card.name, role="code", aside=aside, key=f"gallery_{number}_card"):
        st.caption(theme.escaped(described(card)))
        _pictures(card)
        with st.container(horizontal=True, gap="small"):
            for figure in _figures(card):
                st.metric(
                    figure.label,
                    figure.text(card.metrics, error=False),
                    help=figure.meaning,
                    width="content",
                )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if is_picked:
                st.button("In use", key=f"{USE_KEY}{number}", icon=":material/check:", disabled=True)
            else:
                st.button("Use it", key=f"{USE_KEY}{number}", on_click=_use, args=(card.name,))
            for page, words in _places(card):
                navigation.link(page, words, model=card.name)


def described(card: Card) -> str:
    """One line: kind, code, size and data, such as “VAE · code 2 · 0.5 M parameters · MNIST”."""
    kind = card.kind[:1].upper() + card.kind[1:]
    parts = (
        kind,
        f"code {card.code_size:,}",
        f"{quantities.count(card.parameters)} parameters",
        datasets.title_of(card.dataset),
    )
    return " · ".join(parts)


def _pictures(card: Card) -> None:
    """Five test images over what the model makes of them; a sentence where there is nothing to see by now."""
    if not chosen.of_images(card.dataset):
        st.caption("It knows points in space, not images.")
        return
    data = cache.sample_dataset(card.dataset)
    if not cache.warm_up_state().done.is_set() and cache.quick_model(card.name) is None:
        pictures.strip(list(data.test.values[:SHOWN]), alts=_alts("Test image"), scale=SCALE)
        st.caption("Its answer comes in a moment: a convolutional network waits for TensorFlow.")
        return
    try:
        originals, drawn = cache.reconstructed(card.name, data, np.arange(SHOWN))
    except AemodelsError as error:
        st.caption(theme.escaped(str(error)))
        return
    alts = [*_alts("Test image"), *_alts("Its reconstruction of image")]
    pictures.strip([*originals, *drawn], alts=alts, scale=SCALE)
    if data.name != card.dataset:
        st.caption(f"The images are of {theme.escaped(data.title)}: what it was trained on is not here.")


def _alts(words: str) -> list[str]:
    return [f"{words} {number + 1}" for number in range(SHOWN)]


def _figures(card: Card) -> list[figure_table.Figure]:
    """The three of the figures that say most."""
    return [figure for figure in figure_table.known(card.metrics) if figure.first][:3]


def _places(card: Card) -> list[tuple[str, str]]:
    """Where the model is at its best: pages of the table and what to do there."""
    if not chosen.of_images(card.dataset):
        return []
    if card.denoises:
        return [("denoise", "Denoise")]
    mapped = [("latent", "Its map")] if cache.has_codes(card.name) else []
    return [("reconstruct", "Draw for it"), *mapped]


def _use(name: str) -> None:
    """Pick the model for all pages; one that has been deleted meanwhile is not."""
    if any(card.name == name for card in cache.cards()):
        state.MODEL_PICKER.set(name)
