"""`?run=`: the address finds a visitor's training again after a reload or a lost connection.

Its token cannot be guessed; whoever is given the whole address can watch the training and steer it.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import cache, state

PARAMETER: Final = "run"
_GONE: Final = (
    "The training of this address is no longer known: it was forgotten, or ended long ago. Start another one."
)


def obey() -> None:
    """Take up the training that the address names, once; an unknown one becomes a sentence."""
    asked = st.query_params.get(PARAMETER)
    if asked is None or asked == state.JOB.get() or not state.RUN_ADDRESS.says_new(asked):
        return
    state.RUN_ADDRESS.set(asked)
    job = cache.jobs().get(asked)
    if job is None:
        state.TRAIN_PROBLEM.set(_GONE)
        del st.query_params[PARAMETER]
        return
    state.JOB.set(job.token)
    state.VISITOR.set(job.visitor)


def write() -> None:
    """Keep the address true to the training that is shown."""
    token = state.JOB.get()
    if token is not None and cache.jobs().get(token) is not None and st.query_params.get(PARAMETER) != token:
        st.query_params[PARAMETER] = token
        state.RUN_ADDRESS.set(token)
