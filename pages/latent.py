"""Latent space: the map of codes; every place on it is an image."""

import functools

import streamlit as st

from pages.ui import cache, choice, latent_panel, map_view, sidebar

name = sidebar.current_model()
choice.obey_address(name)
left, right = st.columns([660, 324], gap="small")
with left:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.title("Latent space", anchor=False, width="content")
        st.caption(
            f"{len(cache.codes(name).z):,} test images · hover to look, click to keep", width="content"
        )
    with st.container(border=True):
        map_view.map_view(name, height=500, on_place=functools.partial(latent_panel.take_place, name))
with right:
    latent_panel.latent_panel(name)
