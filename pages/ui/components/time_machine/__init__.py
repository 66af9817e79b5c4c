"""The epochs of a training, one after the other: a slider and a button that plays them, all in the browser.

The browser keeps the frames that it has; what it lacks it asks a follower for (`pages.ui.live`), as JSON, a list of
epochs, and gets `{"frames": [Frame, …]}` for the part `key`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pages.ui.components import assembled


class Frame(TypedDict):
    """One epoch: rows of ten images below each other as a data URI, and the codes of the test images.

    `codes` is base64 of uint16 x, y, x, y, …, little-endian, 0 to 65535 over `area`, (left, right, bottom, top);
    empty where there is no map.
    """

    epoch: int
    sheet: str
    codes: str
    area: tuple[float, float, float, float]


_mount = assembled(__file__, "mounted.js", "live.js")


def time_machine(
    *,
    key: str,
    run: str,
    epochs: Sequence[int],
    newest: Frame,
    kept: int | None,
    inputs: str,
    rows: Sequence[str],
    classes: str,
    colours: Sequence[str],
    follower: str,
) -> None:
    """Show the `newest` epoch, or the one that the visitor has chosen.

    `run` tells trainings apart. `kept`: the epoch whose network stays, once that is known. `inputs` is the row of
    test images as a data URI, `rows` what the rows of each sheet are. `classes` is base64 of a byte for each code,
    a class whose colour is one of `colours`.
    """
    data = {
        "key": key,
        "run": run,
        "epochs": list(epochs),
        "newest": newest,
        "kept": kept,
        "inputs": inputs,
        "rows": list(rows),
        "classes": classes,
        "colours": list(colours),
        "follower": follower,
    }
    _mount(key=key, data=data, height="content")
