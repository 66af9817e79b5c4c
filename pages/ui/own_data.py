"""The card for data of one's own on the page Train: uploaded or drawn, private to the visitor."""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.training import run_folder
from pages.ui import errors, own_drawings, own_sets, own_upload, state, theme

KEY: Final = "own_data"  # of the fragment
KEPT: Final = (
    "Private to you. Once you train on them they stay on this server with that training, for "
    f"{run_folder.LONGEST_KEPT.days} days at most."
)


def own_data() -> None:
    """Draw the card; a training asks for the data set when it starts (`own_sets.dataset`)."""
    _card(own_sets.summary())


@st.fragment(key=KEY)
@errors.as_sentences()
def _card(summary: str) -> None:
    """The card reruns alone, and the page with it once there is something else to be said in the form."""
    if own_sets.summary() != summary:
        st.rerun()
    with theme.card(own_sets.TITLE, role="input", key="own_card"):
        source = st.segmented_control(
            "Where the images come from",
            own_sets.SOURCES,
            default=own_sets.UPLOAD,
            key=state.OWN_SOURCE.name,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.caption(KEPT)
        (own_drawings.own_drawings if source == own_sets.DRAW else own_upload.own_upload)()
