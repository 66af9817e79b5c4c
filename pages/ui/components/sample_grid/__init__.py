"""A grid of generated images: each with a border in a colour, a mark where something is wrong; a click picks one.

All images come as one sheet, so that eighty of them are one picture for the browser. What the visitor picks is the
trigger `pick` with the index of the cell, which is what a browser claims and must be checked by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from pages.ui.components import assembled, sent


class Cell(TypedDict):
    """One image of the sheet: what is said of it, its border, a short mark or '', and whether the judge doubts."""

    label: str
    colour: str
    mark: str
    unsure: bool


_mount = assembled(__file__)


def sample_grid(
    *,
    key: str,
    sheet: str,
    columns: int,
    heads: Sequence[str],
    cells: Sequence[Cell],
    chosen: int | None,
    on_pick: Callable[[], None],
) -> None:
    """Show the cells row by row, `columns` in each; `heads` above the columns, or none.

    `sheet`: a data URI of all images side by side, `columns` in a row, without gaps. `chosen`: the picked cell.
    `on_pick` runs after a click on one; `picked(key)` tells which.
    """
    data = {
        "sheet": sheet,
        "columns": columns,
        "heads": list(heads),
        "cells": list(cells),
        "chosen": chosen,
    }
    _mount(key=key, data=data, height="content", on_pick_change=on_pick)


def picked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    return sent(key, "pick")
