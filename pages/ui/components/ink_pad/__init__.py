"""A pad to draw on, with pen, eraser, widths, undo and clear; by mouse, finger, pressure pen or keys.

What is drawn is the trigger `ink` with `{"png": data URI or "", "strokes": [...]}` at the end of each stroke, and
goes to a follower while it grows, as that data URI: what a browser claims, to be checked by whoever reads it
(`pages.ui.ink`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypedDict

from pages.ui.components import assembled, sent

SIDE: Final = 252  # pixels of the pad, nine to a pixel of the model


class Stroke(TypedDict):
    """One stroke: its width in pixels of the pad, whether it erases, and x, y, pressure of each point in turn."""

    width: float
    erase: bool
    points: list[float]


_mount = assembled(__file__, "mounted.js", "live.js")


def ink_pad(
    *,
    key: str,
    strokes: Sequence[Stroke],
    version: int,
    label: str,
    on_ink: Callable[[], None],
    hint: str = "",
    underlay: str | None = None,
    follower: str | None = None,
) -> None:
    """Show the pad. `strokes` are loaded where `version` is another than before; later ones live in the browser.

    `underlay` is the data URI of an image below the ink, part of the picture that is sent; the eraser paints black.
    `label` is what a screen reader says, `hint` what the empty pad shows. `on_ink` runs after ink came;
    `drawn(key)` tells which. `follower` is the token of what follows a growing stroke (`pages.ui.live`).
    """
    data = {
        "pad": key, "side": SIDE, "label": label, "hint": hint, "strokes": list(strokes), "version": version,
        "underlay": underlay, "follower": follower,
    }  # fmt: skip
    _mount(key=key, data=data, width=SIDE, height="content", on_ink_change=on_ink)


def drawn(key: str) -> Any:
    """What the browser sent with the ink that is being answered: unchecked; None if there was none."""
    return sent(key, "ink")
