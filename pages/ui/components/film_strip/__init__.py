"""A film strip: small images in a row with a word below each; a click on one picks it.

What the visitor picks is the trigger `pick` with the index of the frame, which is what a browser claims and must be
checked by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from pages.ui.components import assembled, sent


class Frame(TypedDict):
    """One image as a data URI, its alternative text, the word below it, and whether that is a new one."""

    uri: str
    label: str
    caption: str
    changed: bool


_mount = assembled(__file__)


def film_strip(
    *,
    key: str,
    frames: Sequence[Frame],
    on_pick: Callable[[], None],
    side: int = 54,
    hint: str = "Click to decode and keep it.",
) -> None:
    """Show the frames in their order, `side` pixels each; `hint` says what a click does.

    `on_pick` runs after a click on one; `picked(key)` tells which.
    """
    data = {"frames": list(frames), "side": side, "hint": hint}
    _mount(key=key, data=data, height="content", on_pick_change=on_pick)


def picked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    return sent(key, "pick")
