"""A digit's dot that the visitor has dragged over the map: where its code lies now."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from pages.ui import cache, choice, places, state, theme

SAME: Final = 1e-3


def moved(name: str, encoded: places.Code) -> places.Code | None:
    """Where the visitor has moved the digit of this code to; None where it lies as the encoder has put it."""
    record = state.OWN_MOVED.get()
    if record is None or record[0] != name or len(record[1]) != len(encoded):
        return None
    # The same digit may have been encoded by NumPy then and by TensorFlow now: nearly the same code.
    return record[2] if np.allclose(record[1], encoded, rtol=0.0, atol=SAME) else None


def move(name: str, encoded: places.Code, code: places.Code, claimed: Any) -> None:
    """Move the digit to the place [x, y] that a browser claims; what the map does not show of its code stays.

    A callback; nonsense becomes a sentence.
    """
    try:
        place = places.from_browser(claimed, 2, choice.place_limit(name))
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")
        return
    carried = cache.map_plane(name).carry(np.asarray([code], np.float32), np.asarray([place]))
    state.OWN_MOVED.set((name, encoded, tuple(map(float, carried[0]))))
