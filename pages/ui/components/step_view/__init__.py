"""The steps from a picture to what the model sees, one at a time: to be stepped through in the browser alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pages.ui.components import assembled


class Shown(TypedDict):
    """One step: its picture as a data URI, its title, and the sentence on it."""

    uri: str
    title: str
    text: str


_mount = assembled(__file__, "mounted.js")


def step_view(*, key: str, steps: Sequence[Shown], first: int) -> None:
    """Show one of `steps`: step `first` until the visitor has chosen another, which stays while they change."""
    _mount(key=key, data={"steps": list(steps), "first": first}, height="content")
