"""Errors as sentences: what a visitor can put right is said on the page, without a traceback.

A fragment that reruns alone does not pass through app.py, so it wears the decorator itself:

    @st.fragment
    @errors.as_sentences()
    def panel() -> None: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

from aemodels.errors import AemodelsError
from pages.ui import theme

UNFORESEEN: Final = (
    "Something went wrong here, and the server has noted what. Reload the page, or try another one."
)


@contextmanager
def as_sentences() -> Iterator[None]:
    """Show an `AemodelsError` as its sentence; anything else passes on. A context manager and a decorator."""
    try:
        yield
    except AemodelsError as error:
        say(error)


def say(error: AemodelsError) -> None:
    """Its sentence, which may repeat what somebody sent: none of that is read as markdown."""
    st.error(theme.escaped(str(error)), icon=":material/info:")


def unforeseen(error: Exception) -> bool:
    """What is shown in place of Streamlit's box for an error that nobody caught; its log has the traceback."""
    if isinstance(error, AemodelsError):
        say(error)
    else:
        st.error(UNFORESEEN, icon=":material/info:")
    return True
