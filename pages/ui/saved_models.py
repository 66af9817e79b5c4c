"""The models that were saved on this machine: what they are, and a way to take them along or delete them.

Where the store is for reading only, nothing is deleted or loaded, and a sentence says so.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.store import access, export, folders, models
from pages.ui import cache, model_figures, model_upload, sidebar, theme

READ_ONLY: Final = (
    "This server keeps no models of visitors: none is saved, uploaded or deleted here. What you train is in the "
    "model picker, for you alone."
)


def saved_models() -> None:
    """A line for each saved model, newest first, with a menu; damaged ones with why; the way to one more."""
    is_open = access.is_open()
    saved = [card for card in cache.cards() if not card.shipped]
    damaged = cache.damaged()
    with theme.card("Your models" if is_open else "Saved models", aside=str(len(saved)), key="saved_models"):
        for card in saved:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                st.markdown(
                    f"**{theme.escaped(card.name)}**  \n:small[:gray[{theme.escaped(sidebar.summary(card))}]]",
                    width="stretch",
                )
                with st.popover("", icon=":material/more_vert:", width="content"):
                    st.download_button(
                        "Download as zip",
                        lambda name=card.name: export.packed(name),
                        file_name=f"{card.name}.zip",
                        key=f"zip_{card.name}",
                        on_click="ignore",
                    )
                    if is_open:
                        st.button("Delete", key=f"delete_{card.name}", on_click=_delete, args=(card.name,))
                    model_figures.whole(card.metrics, key=f"figures_of_{card.name}")
        for number, (name, reason) in enumerate(damaged.items()):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                said = f"{theme.escaped(folders.shown(name))}: {theme.escaped(reason)}"
                st.warning(said, icon=":material/info:", width="stretch")
                if is_open:
                    st.button(
                        "",
                        icon=":material/delete:",
                        help="Delete this folder",
                        key=f"delete_damaged_{number}",
                        on_click=_delete,
                        args=(name,),
                    )
        if is_open:
            model_upload.model_upload()
        else:
            st.caption(READ_ONLY)


def _delete(name: str) -> None:
    try:
        models.delete(name)
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")
    cache.forget_cards()
