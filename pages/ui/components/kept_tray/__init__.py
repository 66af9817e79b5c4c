"""The tray of kept places: small images in a row, each with its number; a click goes there, the cross removes it.

What the visitor does is the trigger `act` with `{"what": …, "index": number, "name": text}`, where what is one of
go, remove, name, undo and clear: what a browser claims, to be checked by whoever reads it (`pages.ui.kept_card`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from pages.ui.components import assembled, sent


class Item(TypedDict):
    """One kept place: its image as a data URI, what is said of it, and what the visitor calls it."""

    uri: str
    label: str
    name: str


_mount = assembled(__file__)


def kept_tray(
    *, key: str, items: Sequence[Item], current: int | None, undo: bool, on_act: Callable[[], None]
) -> None:
    """Show `items`; `current` is the one that is decoded just now, `undo` whether there is a change to undo.

    `on_act` runs after a click in the tray; `acted(key)` tells what it was.
    """
    data = {"items": list(items), "current": current, "undo": undo}
    _mount(key=key, data=data, height="content", on_act_change=on_act)


def acted(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    return sent(key, "act")
