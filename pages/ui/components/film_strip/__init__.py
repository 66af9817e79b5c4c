"""A film strip: small images in a row with a word below each; a click on one picks it.

What the visitor picks is the trigger `pick` with the index of the frame, which is what a browser claims and must be
checked by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypedDict

import streamlit as st

_FOLDER: Final = Path(__file__).parent


class Frame(TypedDict):
    """One image as a data URI, its alternative text, the word below it, and whether that is a new one."""

    uri: str
    label: str
    caption: str
    changed: bool


_mount = st.components.v2.component(
    "film_strip",
    html=(_FOLDER / "film_strip.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "film_strip.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "film_strip.js").read_text(encoding="utf-8"),
)


def film_strip(*, key: str, frames: Sequence[Frame], on_pick: Callable[[], None]) -> None:
    """Show the frames in their order. `on_pick` runs after a click on one; `picked(key)` tells which."""
    _mount(key=key, data={"frames": list(frames)}, height="content", on_pick_change=on_pick)


def picked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    value = st.session_state.get(key)
    return None if value is None else value.get("pick")
