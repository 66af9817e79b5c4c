"""Latent space: the map of codes; every place on it is an image."""

import streamlit as st

from pages.ui import (
    cache,
    choice,
    comparison,
    explorer,
    find,
    map_view,
    own_training,
    sidebar,
    tray,
)

name, remark = map_view.mapped(sidebar.current_model())
if remark:
    st.info(remark, icon=":material/info:")
choice.obey_address(name)
tray.obey_address(name)


def header() -> None:
    """The title, and what one can ask for beside it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.title("Latent space", anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            what = "hover to look, click to keep" if cache.draws_images(name) else "click a point"
            st.caption(what, width="content")
            find.find(name)
            comparison.picker(name)
    own_training.news(name)


other = comparison.beside(name)
if other is None:
    explorer.explorer(name, header)
else:
    comparison.comparison(name, other, header)
