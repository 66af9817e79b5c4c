"""Pictures that are pasted into the page, or dropped on a card of it: nothing to see, only ears.

A picture is the trigger `picture` with `{"name": text, "uri": data URI}`: what a browser claims, to be checked by
whoever reads it (`pages.ui.digit_upload`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pages.ui.components import assembled, sent

_mount = assembled(__file__, "mounted.js")


def picture_drop(*, key: str, card: str, on_picture: Callable[[], None]) -> None:
    """Listen for pictures dropped on the card of key `card`, and for those pasted anywhere but into a field."""
    _mount(key=key, data={"card": card}, height="content", width="content", on_picture_change=on_picture)


def given(key: str) -> Any:
    """What the browser sent: unchecked; None if there was nothing."""
    return sent(key, "picture")
