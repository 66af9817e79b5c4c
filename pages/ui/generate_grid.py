"""The grid of new images, each with the judge's opinion as its border, and the way to take them along."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.figures import images
from aemodels.figures.palette import class_colour
from pages.ui import cache, pictures, state, theme
from pages.ui.components.sample_grid import Cell, picked, sample_grid
from pages.ui.generate_codes import Asked

COLUMNS: Final = 10
DOUBT: Final = 0.8  # confidence below which a border is dotted
LONGEST_MARK: Final = 4
SHEET_SCALE: Final = 4  # of the picture that is taken along
LEGEND: Final = (
    "Border: the class that the judge sees; dotted where it is less than 80 % sure. Amber: another class than the "
    "one it was drawn for. Click an image to look for its like."
)


def grid_card(name: str, asked: Asked, found: cache.Samples) -> None:
    """The card with the samples; a click on one makes it the one that is looked at."""
    names = cache.class_names(name)
    with theme.card("New images", role="output", aside=_aside(found), key="samples_card"):
        sheet = images.grid(found.images, COLUMNS, gap=0)
        sample_grid(
            key=state.SAMPLE_GRID.name,
            sheet=pictures.data_uri(sheet[..., None]),
            columns=COLUMNS,
            heads=names if asked.kind == "classes" else (),
            cells=cells(found, names),
            chosen=looked_at(len(found.images)),
            on_pick=_take,
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center", wrap=False):
            st.caption(LEGEND, width="stretch")
            _downloads(name, asked, found, sheet)


def cells(found: cache.Samples, names: tuple[str, ...]) -> list[Cell]:
    """What the grid shows of each sample."""
    made: list[Cell] = []
    for index, (judged, sure) in enumerate(zip(found.judged.tolist(), found.sure.tolist(), strict=True)):
        wanted = None if found.wanted is None else int(found.wanted[index])
        opinion = f"the judge says {names[judged]}, {sure:.0%} sure"
        wrong = wanted is not None and wanted != judged
        made.append(
            {
                "label": opinion.capitalize() if wanted is None else f"Drawn for {names[wanted]}: {opinion}",
                "colour": class_colour(judged),
                "mark": names[judged][:LONGEST_MARK] if wrong else "",
                "unsure": sure < DOUBT,
            }
        )
    return made


def looked_at(count: int) -> int:
    """The sample that is looked at, of `count`: the first before one was clicked."""
    index = state.SAMPLE_PICKED.get()
    return index if index is not None and index < count else 0


def cell_from_browser(claimed: Any, count: int) -> int | None:
    """The index of a cell that a browser says was clicked; None if there is no such cell."""
    is_whole = isinstance(claimed, int) and not isinstance(claimed, bool)
    return claimed if is_whole and 0 <= claimed < count else None


def as_archive(found: cache.Samples) -> bytes:
    """The samples as npz: `images` (n, 28, 28) uint8, `judged` and `wanted` (n,) int16 (−1: none), `confidence`."""
    wanted = np.full(len(found.images), -1) if found.wanted is None else found.wanted
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        images=np.rint(np.clip(found.images[..., 0], 0, 1) * 255).astype(np.uint8),
        judged=found.judged.astype(np.int16),
        wanted=wanted.astype(np.int16),
        confidence=found.sure.astype(np.float32),
    )
    return buffer.getvalue()


def _take() -> None:
    from pages.ui.cache.generation import SHOWN

    index = cell_from_browser(picked(state.SAMPLE_GRID.name), SHOWN)
    if index is not None:
        state.SAMPLE_PICKED.set(index)


def _aside(found: cache.Samples) -> str:
    sure = f"{found.sure.mean():.0%} sure on average"
    if found.wanted is None:
        return f"the judge is {sure}"
    right = int((found.judged == found.wanted).sum())
    return f"{right} of {len(found.images)} recognised, {sure}"


def _downloads(name: str, asked: Asked, found: cache.Samples, sheet: np.ndarray) -> None:
    stem = f"{cache.file_stem(name)}-{asked.kind}-seed-{asked.seed}"
    for kind, help, make, mime in (
        (
            "PNG",
            "All images as one picture",
            lambda: pictures.png(sheet[..., None], scale=SHEET_SCALE),
            "image/png",
        ),
        (
            "npz",
            "Images with the wanted class, the judge's and its confidence, for NumPy",
            lambda: as_archive(found),
            "application/octet-stream",
        ),
    ):
        st.download_button(
            kind,
            make,
            f"{stem}.{kind.lower()}",
            mime,
            key=f"samples_{kind.lower()}",
            icon=":material/download:",
            type="tertiary",
            help=help,
            on_click="ignore",
        )
