"""The card for data of one's own on the page Train: uploaded or drawn, private to the visitor."""

from __future__ import annotations

import streamlit as st

from pages.ui import errors, own_drawings, own_sets, own_upload, state, theme

KEY = "own_data"  # of the fragment


def own_data() -> None:
    """Draw the card; a training asks for the data set when it starts (`own_sets.dataset`)."""
    _card(own_sets.summary())


@st.fragment(key=KEY)
@errors.as_sentences()
def _card(summary: str) -> None:
    """The card reruns alone, and the page with it once there is something else to be said in the form."""
    if own_sets.summary() != summary:
        st.rerun()
    with theme.card(own_sets.TITLE, role="input", aside="private, for this visit", key="own_card"):
        source = st.segmented_control(
            "Where the images come from",
            own_sets.SOURCES,
            default=own_sets.UPLOAD,
            key=state.OWN_SOURCE.name,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        (own_drawings.own_drawings if source == own_sets.DRAW else own_upload.own_upload)()
