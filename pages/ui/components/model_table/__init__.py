"""A table of models: pictures and figures in rows, sorted in the browser by a click on the head of a column.

A click on a model's name is the trigger `pick` with the row's `id`, which is what a browser claims and must be
checked by whoever reads it. How the table is sorted is the browser's own affair and stays over reruns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from pages.ui.components import assembled, sent


class Column(TypedDict):
    """One column of figures: which value, its head, what it means, and whether small values are good ones."""

    key: str
    title: str
    help: str
    rising: bool


class Picture(TypedDict):
    """An image as a data URI, and its alternative text; both are empty where there is none yet."""

    uri: str
    alt: str


class Value(TypedDict):
    """What the table sorts by (None: not known, always last), what it shows, and whether that is the best."""

    sort: float | None
    text: str
    best: bool


class Row(TypedDict):
    """One row. `pick`: whether its name can be clicked; `picked`: whether that has been done."""

    id: str
    title: str
    remark: str
    pick: bool
    picked: bool
    pictures: list[Picture]
    values: dict[str, Value]


_mount = assembled(__file__, "mounted.js")


def model_table(
    *,
    key: str,
    label: str,
    pictures: Sequence[str],
    columns: Sequence[Column],
    rows: Sequence[Row],
    first: str,
    on_pick: Callable[[], None],
) -> None:
    """Show the rows. `pictures` are the heads of the columns of images, none or as many as each row has.

    `first`: the column that the table is sorted by at first, its best value at the top. `on_pick` runs after a
    click on a name; `picked(key)` tells which.
    """
    data = {
        "key": key,
        "label": label,
        "pictures": list(pictures),
        "columns": list(columns),
        "rows": list(rows),
        "first": first,
    }
    _mount(key=key, data=data, height="content", on_pick_change=on_pick)


def picked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    return sent(key, "pick")
