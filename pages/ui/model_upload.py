"""Loading a model that was taken along: the zip of a run or of a model, checked before anything of it is used."""

from __future__ import annotations

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.store import archive, arriving
from pages.ui import cache, state, theme, uploads


def model_upload() -> None:
    """A field for a zip; what arrives is in the store under a free name, or refused with the reason."""
    with st.expander("Load a zip", icon=":material/upload:", key="model_zip"):
        key = state.model_zip(state.MODEL_ZIP.get())
        st.file_uploader(
            "A run or a model that was downloaded here",
            type="zip",
            key=key.name,
            max_upload_size=min(archive.MOST_PACKED // 2**20, int(st.get_option("server.maxUploadSize"))),
            on_change=_receive,
        )
        if problem := state.MODEL_ZIP_PROBLEM.get():
            st.error(theme.escaped(problem), icon=":material/info:")


def _receive() -> None:
    """Take the model out of the zip that has just come."""
    number = state.MODEL_ZIP.get()
    sent = uploads.held(state.model_zip(number).get())
    state.MODEL_ZIP_PROBLEM.set(None)
    if not sent:
        return
    try:
        card = arriving.receive(sent[0].getvalue())
    except AemodelsError as error:
        state.MODEL_ZIP_PROBLEM.set(str(error))
        return
    state.MODEL_ZIP.set(number + 1)
    cache.forget_cards()
    st.toast(f"Loaded as **{theme.escaped(card.name)}**.", icon=":material/check:")
