"""Errors as sentences: what a visitor can put right is said on the page, without a traceback.

A fragment that reruns alone does not pass through app.py, so it wears the decorator itself:

    @st.fragment
    @errors.as_sentences()
    def panel() -> None: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from aemodels.errors import AemodelsError


@contextmanager
def as_sentences() -> Iterator[None]:
    """Show an `AemodelsError` as its sentence; anything else passes on. A context manager and a decorator."""
    try:
        yield
    except AemodelsError as error:
        st.error(str(error), icon=":material/info:")
