"""The layers of a network in the order of the pipeline, as sheets of tiles; a tile under the cursor is enlarged.

All that happens in the browser alone, nothing is sent: a click or Enter holds a tile, and another lets it go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from pages.ui.components import assembled

Part = Literal["input", "encoder", "code", "decoder", "output"]


class Tiles(TypedDict):
    """One sheet: a PNG as a data URI, and how its tiles lie in it (`aemodels.figures.activations.Sheet`).

    `scale`: screen pixels to each of its pixels. `noun` is what a tile is, `numbers` which one it is, from 1, and
    `peaks` the value of each that is furthest from zero. `caption` stands below the sheet.
    """

    uri: str
    columns: int
    tile: tuple[int, int]
    gap: int
    scale: int
    noun: str
    numbers: list[int]
    peaks: list[float]
    caption: str


class Station(TypedDict):
    """One step of the pipeline: which part, its title and its words, and one sheet or two."""

    part: Part
    title: str
    words: str
    sheets: list[Tiles]


_mount = assembled(__file__, "mounted.js")


def layer_tiles(*, key: str, stations: Sequence[Station]) -> None:
    """Show `stations` from the first to the last."""
    _mount(key=key, data={"stations": list(stations)}, height="content")
