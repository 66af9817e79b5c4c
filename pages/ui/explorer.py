"""One map and all that one does with it: layers, the decoded place, what was kept, a selection, an own digit."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from pages.ui import cache, group_card, latent_panel, map_layers, map_view, own_digit

HEIGHT = 470  # pixels of the map


def explorer(name: str, header: Callable[[], None]) -> None:
    """The map of the model `name` below the `header`, and its panel beside both."""
    left, right = st.columns([650, 336], gap="small")
    with left:
        header()
        with st.container(border=True, key="map_card"):
            switches = st.container()
            take_place = functools.partial(latent_panel.take_place, name)
            select = functools.partial(group_card.select, name)
            map_view.map_view(name, height=HEIGHT, on_place=take_place, on_outline=select)
        _plane(name)
    below = st.container()
    with right:
        panel = latent_panel.latent_panel(name, below)
    group_card.group_card(name)
    own_digit.own_digit(name)
    with switches:
        map_layers.map_layers(name)  # after the map: what was asked for on another one is measured here
    panel.finish()


def _plane(name: str) -> None:
    plane = cache.map_plane(name)
    if not plane.is_code:
        st.caption(
            f"This model's code has {len(plane.origin)} numbers. The map is the plane in which they vary most, "
            f"with {plane.share:.0%} of their variance. A click on a point decodes its exact code; a click beside "
            "one decodes the code that lies in the plane."
        )
