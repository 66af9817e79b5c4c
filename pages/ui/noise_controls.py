"""Which noise, how much of it, and which draw: the controls of the noise card."""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.data.corruptions import CORRUPTIONS, GEOMETRY
from pages.ui import state

BY_HAND: Final = "by_hand"  # no line of the table: a visitor does it
BY_HAND_TITLE: Final = "Damage it yourself"


def choose_kind() -> str:
    """The picker: a kind of the table of corruptions, or `BY_HAND`."""
    return st.selectbox(
        "Kind of noise",
        [*CORRUPTIONS, BY_HAND],
        format_func=kind_title,
        key=state.NOISE_KIND.name,
        label_visibility="collapsed",
        persist_state="session",
        help=f"{GEOMETRY}: rotation and shift.",
    )


def kind_title(kind: str) -> str:
    """A kind as the picker shows it: what is geometry says so."""
    if kind == BY_HAND:
        return BY_HAND_TITLE
    record = CORRUPTIONS[kind]
    return f"Geometry: {record.title.lower()}" if record.group == GEOMETRY else record.title


def choose_level(kind: str) -> float:
    """The slider of a kind of the table, at the level last chosen for it, and the button for another draw."""
    record = CORRUPTIONS[kind]
    chosen = state.NOISE_LEVELS.get()
    if state.NOISE_LEVEL.get() is None or kind != state.NOISE_SHOWN.get():
        state.NOISE_LEVEL.set(chosen.get(kind, record.default))
        state.NOISE_SHOWN.set(kind)
    level = st.slider(
        record.unit[:1].upper() + record.unit[1:],
        record.low,
        record.high,
        step=record.step,
        format="%d" if record.step == round(record.step) else "%.2f",
        key=state.NOISE_LEVEL.name,
        help=record.description,
    )
    state.NOISE_LEVELS.set({**chosen, kind: level})
    if record.by_chance:
        _draw()
    else:
        st.caption("There is no chance in it.")
    if record.group == GEOMETRY:
        st.caption(f"{GEOMETRY}.")
    return level


def _draw() -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(
            "Fresh noise", key="noise_again", icon=":material/casino:", type="tertiary", on_click=_fresh_noise
        )
        st.caption(f"seed {state.NOISE_SEED.get()}", width="content")


def _fresh_noise() -> None:
    state.NOISE_SEED.set(state.NOISE_SEED.get() + 1)
