"""Latent space: the map of codes; every place on it is an image."""

import functools

import streamlit as st

from pages.ui import (
    cache,
    choice,
    find,
    group_card,
    latent_panel,
    map_layers,
    map_view,
    own_digit,
    own_training,
    sidebar,
    tray,
)

name, remark = map_view.mapped(sidebar.current_model())
if remark:
    st.info(remark, icon=":material/info:")
choice.obey_address(name)
tray.obey_address(name)
plane = cache.map_plane(name)
left, right = st.columns([650, 336], gap="small")
with left:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.title("Latent space", anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            what = "images · hover to look" if cache.draws_images(name) else "points"
            st.caption(f"{len(cache.codes(name).z):,} test {what}, click to keep", width="content")
            find.find(name)
    with st.container(border=True, key="map_card"):
        switches = st.container()
        take_place = functools.partial(latent_panel.take_place, name)
        select = functools.partial(group_card.select, name)
        map_view.map_view(name, height=470, on_place=take_place, on_outline=select)
    if not plane.is_code:
        st.caption(
            f"This model's code has {len(plane.origin)} numbers. The map is the plane in which they vary most, "
            f"with {plane.share:.0%} of their variance. A click on a point decodes its exact code; a click beside "
            "one decodes the code that lies in the plane."
        )
own_training.news(name)
below = st.container()
with right:
    panel = latent_panel.latent_panel(name, below)
group_card.group_card(name)
own_digit.own_digit(name)
with switches:
    map_layers.map_layers(name)  # after the map: what was asked for on another one is measured here
panel.finish()
