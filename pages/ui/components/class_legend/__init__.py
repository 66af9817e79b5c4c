"""The legend of several figures: the classes with their colours, in a line that wraps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pages.ui.components import assembled


class Entry(TypedDict):
    """One class: its name and its colour as CSS."""

    name: str
    colour: str


_mount = assembled(__file__)


def class_legend(*, key: str, entries: Sequence[Entry]) -> None:
    """Show the classes in their order."""
    _mount(key=key, data={"entries": list(entries)}, height="content")
