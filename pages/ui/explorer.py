"""One map and all that one does with it: layers, the decoded place, what was kept, a selection, an own digit."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from pages.ui import (
    cache,
    group_card,
    latent_panel,
    map_kind,
    map_layers,
    map_view,
    own_digit,
    space_view,
)

HEIGHT = 470  # pixels of the map


def explorer(name: str, header: Callable[[], None]) -> None:
    """The map of the model `name` below the `header`, and its panel beside both."""
    map_kind.settle(name)
    in_space = cache.map_kind(name) == cache.SPACE
    left, right = st.columns([650, 336], gap="small")
    with left:
        header()
        with st.container(border=True, key="map_card"):
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                map_kind.switch(name)
                switches = st.container()
            if in_space:
                space_view.space_view(name)
            else:
                _flat(name)
        map_kind.caption(name)
    below = st.container()
    with right:
        marks = functools.partial(space_view.marks, name) if in_space else None
        panel = latent_panel.latent_panel(name, below, marks)
    group_card.group_card(name)
    own_digit.own_digit(name)
    if not in_space:
        with switches:
            map_layers.map_layers(name)  # after the map: what was asked for on another one is measured here
    panel.finish()


def _flat(name: str) -> None:
    take_place = functools.partial(latent_panel.take_place, name)
    select = functools.partial(group_card.select, name)
    map_view.map_view(name, height=HEIGHT, on_place=take_place, on_outline=select)
