"""Find a test image on the map: by its number, or another one of a class."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import streamlit as st

from pages.ui import cache, choice, latent_panel, state

MOST_CLASSES: Final = 32


def find(name: str) -> None:
    """A small menu; what is chosen there is decoded, and marked on the map of `name`."""
    labels = cache.codes(name).labels
    with st.popover("Find", icon=":material/search:", width="content"):
        st.number_input(
            f"Test image, 0 to {len(labels) - 1:,}",
            0,
            len(labels) - 1,
            None,
            step=1,
            key=state.FIND_NUMBER.name,
            on_change=_by_number,
            args=(name,),
        )
        classes = [int(label) for label in np.unique(labels)[:MOST_CLASSES]]
        st.pills(
            "Or another one of a class",
            classes,
            format_func=lambda label: cache.class_name(name, label),
            key=state.FIND_CLASS.name,
            on_change=_by_class,
            args=(name,),
        )


def next_of_class(labels: np.ndarray, label: int, after: int | None) -> int | None:
    """The first row of this label that comes after `after`, beginning again at the end; None if there is none."""
    rows = np.flatnonzero(labels == label)
    if not len(rows):
        return None
    later = rows[rows > (-1 if after is None else after)]
    return int(later[0] if len(later) else rows[0])


def _by_number(name: str) -> None:
    _show(name, state.FIND_NUMBER.get())


def _by_class(name: str) -> None:
    label = state.FIND_CLASS.get()
    state.FIND_CLASS.set(None)  # so that the same class can be asked for again
    if label is not None:
        _show(name, next_of_class(cache.codes(name).labels, int(label), choice.current(name).point))


def _show(name: str, row: Any) -> None:
    z = cache.codes(name).z
    if isinstance(row, int) and not isinstance(row, bool) and 0 <= row < len(z):
        choice.choose(name, tuple(map(float, z[row])))
        st.rerun(latent_panel.KEY)
