"""How the codes of a model lie on the map: in the plane of a PCA, by UMAP, or, of three numbers, in space."""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.figures import latent_space
from pages.ui import cache, state, theme

TITLES: Final = {cache.SPACE: "3-D", cache.PCA: "PCA", cache.UMAP: "UMAP"}
IN_SPACE: Final = (
    "All three numbers of the codes, with equal axes. Drag to turn them, click a point to decode its exact code "
    "and keep it; the sliders reach what lies between the points."
)
GET_UMAP: Final = "`pip install umap-learn` adds a UMAP map."


def switch(name: str) -> None:
    """The choice for the model `name`, where there is one."""
    kinds = cache.map_kinds(name)
    if len(kinds) < 2:
        return
    shown = cache.map_kind(name)
    if state.MAP_KIND.get() != shown:  # of another model, or one that failed
        state.MAP_KIND.set(shown)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.caption("Map by", width="content")
        st.segmented_control(
            "Map by",
            kinds,
            key=state.MAP_KIND.name,
            required=True,
            format_func=TITLES.__getitem__,
            label_visibility="collapsed",
            width="content",
            on_change=_take,
            args=(name,),
        )


def settle(name: str) -> None:
    """Make the map that is chosen for `name` before anything draws it; if that fails, say why, take the usual."""
    try:
        cache.map_plane(name)
    except AemodelsError as error:
        state.MAP_KINDS.set({model: kind for model, kind in state.MAP_KINDS.get().items() if model != name})
        cache.map_plane(name)
        st.warning(theme.escaped(str(error)), icon=":material/info:")


def caption(name: str) -> None:
    """Below the map: what it is, and which code a place on it means. Nothing where a place is the code."""
    in_space = cache.map_kind(name) == cache.SPACE
    words = IN_SPACE if in_space else cache.map_plane(name).inverse
    count = len(cache.codes(name).z)
    if in_space and count > latent_space.MOST_POINTS:
        words += f" {latent_space.MOST_POINTS:,} of the {count:,} are drawn."
    if not words:
        return
    st.caption(words if cache.UMAP in cache.map_kinds(name) else f"{words} {GET_UMAP}")


def _take(name: str) -> None:
    kind = state.MAP_KIND.get()
    if kind in cache.map_kinds(name):
        state.MAP_KINDS.set({**state.MAP_KINDS.get(), name: kind})
        state.OUTLINE.forget()  # it was drawn on the other map
