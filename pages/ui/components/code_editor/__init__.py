"""A code that one edits: bars that are dragged up and down, or squares of feature maps; a double-click ablates.

What is changed is the trigger `edit` with `{"token", "at", "to"}`, once the hand stops: which code it belongs to,
and all numbers that differ from the encoder's. While a number is dragged the same goes to a follower, as JSON. What
a browser claims must be checked by whoever reads it (`pages.ui.code_edits`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from pages.ui.components import assembled, sent


class Picture(TypedDict):
    """One image beside the editor: a data URI, its title and alternative text, and whether it is the edited one."""

    uri: str
    title: str
    alt: str
    fresh: bool


_mount = assembled(__file__, "mounted.js", "live.js")


def code_editor(
    *,
    key: str,
    z: np.ndarray,
    changes: Mapping[int, float],
    shape: tuple[int, int, int] | None,
    reach: float,
    token: str,
    version: int,
    follower: str,
    pictures: Sequence[Picture],
    words: str,
    on_edit: Callable[[], None],
) -> None:
    """Show the encoder's code `z` (d,) with `changes` in it, as maps of `shape` (rows, columns, filters) if given.

    `reach` bounds each number. While `token` and `version` stay the same, the browser's own state is the newer
    one; where either is new, it takes `changes` over. `pictures` and the `words` below them are what the decoder
    makes of it: within the component, so that they follow a drag. `follower` is the token of what makes the next
    ones, `{"pictures", "words"}` for the part `key` (`pages.ui.live`). `on_edit` runs after a change;
    `edited(key)` tells which.
    """
    data = {
        "key": key,
        "home": [round(float(value), 4) for value in z],
        "at": list(changes),
        "to": [round(value, 4) for value in changes.values()],
        "shape": None if shape is None else list(shape),
        "reach": round(reach, 4),
        "token": token,
        "version": version,
        "follower": follower,
        "pictures": list(pictures),
        "words": words,
    }
    _mount(key=key, data=data, height="content", on_edit_change=on_edit)


def edited(key: str) -> Any:
    """What the browser sent with the change that is being answered: unchecked; None if there was none."""
    return sent(key, "edit")
