"""The models that were saved on this machine: what they are, and a way to take them along or delete them."""

from __future__ import annotations

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.store import export, models
from pages.ui import cache, model_figures, model_upload, sidebar, theme


def saved_models() -> None:
    """A line for each saved model, newest first, with a menu; damaged ones with why; the way to one more."""
    saved = [card for card in cache.cards() if not card.shipped]
    damaged = models.damaged_models()
    with theme.card("Your models", aside=str(len(saved)), key="saved_models"):
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
                    st.button("Delete", key=f"delete_{card.name}", on_click=_delete, args=(card.name,))
                    model_figures.whole(card.metrics, key=f"figures_of_{card.name}")
        for name, reason in damaged.items():
            st.warning(f"{theme.escaped(name)}: {reason}", icon=":material/info:")
        model_upload.model_upload()


def _delete(name: str) -> None:
    try:
        models.delete(name)
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")
    cache.forget_cards()
