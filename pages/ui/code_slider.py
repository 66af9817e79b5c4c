"""A slider that moves one number of the code that the visitor looks at."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import cache, choice, places, state


def code_slider(
    name: str, chosen: choice.Choice, dimension: int, key: state.Key[float], *, aside: str = ""
) -> None:
    """The slider of number `dimension`, counted from 0, over the range that the stored codes of `name` take.

    `aside` is a small remark beside its label, as markdown.
    """
    values = cache.codes(name).z[:, dimension]
    low, high = float(np.floor(values.min())), float(np.ceil(values.max()))
    shown = min(max(chosen.code[dimension], low), high)
    if key.get() != shown:  # what the visitor drags just now is not written back
        key.set(shown)
    st.slider(
        f"z{places.subscript(dimension + 1)}" + (f" :small[:gray[{aside}]]" if aside else ""),
        low,
        max(high, low + 1.0),
        step=0.01,
        key=key.name,
        on_change=choice.move,
        args=(name, dimension, key),
    )
