"""Where data of visitors' own lie: one shelf for the process, with a bound for all together."""

from __future__ import annotations

import streamlit as st

from aemodels.data.own.shelf import Shelf


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The process's one shelf; each visitor reaches what lies there under their own random name."""
    return Shelf()
