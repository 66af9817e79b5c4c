"""Which parts of a page rerun when the visitor's digit changes: a page says so, the sources obey."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import state


def remember(parts: Sequence[str]) -> None:
    """These fragments of the page at hand depend on the digit."""
    state.DIGIT_PARTS.set(tuple(parts))


def rerun() -> None:
    """At the end of a callback that has changed the digit: rerun what depends on it, and nothing else."""
    parts = state.DIGIT_PARTS.get()
    if parts:
        st.rerun(list(parts))
