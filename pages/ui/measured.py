"""The result of a study, wherever it comes from: stored beside the model, or made when the visitor asks for it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from aemodels import studies
from pages.ui import cache, state, theme


def result(name: str, study: str, *, about: str) -> dict[str, np.ndarray] | None:
    """The arrays of a study of the model `name`; while they are not there, a button that makes them, and None.

    `about`: how long that takes, in words such as "20 s".
    """
    record = studies.STUDIES[study]
    if not record.applies(cache.card(name)):
        st.info(f"This does not apply to {theme.escaped(cache.title(name))}.", icon=":material/info:")
        return None
    stored = cache.stored_study(name, study)
    if stored is not None:
        return stored
    if (name, study) not in state.STUDIES_WANTED.get():
        with theme.card(record.title, key=f"{study}_wanted_card"):
            st.markdown(f"{theme.escaped(cache.title(name))} has not been measured yet.")
            st.button(
                f"Measure it (about {about})",
                key=f"measure_{study}",
                icon=":material/straighten:",
                on_click=_want,
                args=(name, study),
            )
        return None
    with st.spinner("Measuring …"):
        return cache.make_study(name, study)


def _want(name: str, study: str) -> None:
    state.STUDIES_WANTED.set(state.STUDIES_WANTED.get() | {(name, study)})
