"""Switches for what lies below the points of a Plotly map: pictures and lines in data units.

A switch works in the browser alone. Only the first time that a layer is wanted, and is not among the data, the
state value `wanted` (a list of names, as a browser claims it) asks Python for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NotRequired, TypedDict

from pages.ui.components import assembled, sent


class Switch(TypedDict):
    """One layer: what its switch says, and a note on its scale that is shown while it is switched on."""

    name: str
    title: str
    help: str
    note: NotRequired[str]


class Drawing(TypedDict):
    """What a layer is on one chart: a picture over `x` and `y`, [low, high] each, or polylines of [x, y]."""

    uri: NotRequired[str]
    x: NotRequired[list[float]]
    y: NotRequired[list[float]]
    lines: NotRequired[list[list[list[float]]]]


class Sheet(TypedDict):
    """The drawings below the points of the chart of key `chart`, by the names of their switches."""

    chart: str
    drawings: dict[str, Drawing]


_mount = assembled(__file__, "mounted.js", "plot_binding.js")


def latent_layers(
    *, key: str, switches: Sequence[Switch], sheets: Sequence[Sheet], on_wanted: Callable[[], None]
) -> None:
    """Show a switch for the points and one for each of `switches`; each works on all charts of `sheets` at once.

    `on_wanted` runs when a layer is switched on that has nothing to draw yet; `wanted(key)` tells which.
    """
    data = {"switches": list(switches), "sheets": list(sheets)}
    _mount(key=key, data=data, height="content", on_wanted_change=on_wanted)


def wanted(key: str) -> Any:
    """The names that the browser asked for: unchecked; None if it has not asked."""
    return sent(key, "wanted")
