"""What lies inside a box or a lasso on the map: the classes, the mean image, some of the images, the middle."""

from __future__ import annotations

import csv
import functools
import io
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.latent import groups
from pages.ui import cache, errors, examples, latent_panel, pictures, state, theme

KEY: Final = "latent_group"  # of the fragment
SHOWN: Final = 24  # images of the group
SCALE: Final = 2
MEAN_SCALE: Final = 4


@st.fragment(key=KEY)
@errors.as_sentences()
def group_card(name: str) -> None:
    """The test images that were selected on the map of `name`; nothing as long as none are."""
    outline = state.OUTLINE.get() if state.OUTLINE_MODEL.get() == name else None
    if outline is None:
        return
    found = cache.codes(name)
    inside = np.flatnonzero(groups.inside(cache.map_places(name), outline))
    with theme.card("Selected", role="code", aside=f"{len(inside):,} test images", key="group_card"):
        if not len(inside):
            state.OUTLINE.forget()  # the sentence that follows is said once
        group = groups.group(found.z, found.labels, inside)
        counts = [
            f"**{theme.escaped(cache.class_name(name, label))}**: {count:,}"
            for label, count in group.counts.items()
        ]
        st.markdown(" · ".join(counts))
        if cache.draws_images(name):
            _pictures(name, group.index)
        with st.container(horizontal=True, gap="small"):
            centroid = tuple(map(float, group.centroid))
            st.button(
                "Decode and keep their middle",
                key="group_keep",
                on_click=latent_panel.keep_code,
                args=(name, centroid),
            )
            table = functools.partial(as_csv, found.z, found.labels, group.index)
            st.download_button(
                "Codes as CSV",
                table,
                f"{cache.file_stem(name)}-selected.csv",
                key="group_csv",
                on_click="ignore",
            )
            st.button("Forget the selection", key="group_forget", on_click=state.OUTLINE.forget)


def _pictures(name: str, index: np.ndarray) -> None:
    """The mean of these test images, and some of them, evenly taken."""
    left, right = st.columns([pictures.SIDE * MEAN_SCALE + 30, 820])
    evenly = index[np.linspace(0, len(index) - 1, min(SHOWN, len(index))).astype(int)]
    with left:
        mean = examples.images(name, index).mean(axis=0)
        pictures.show(mean, alt="The mean of the selected images", scale=MEAN_SCALE, caption="their mean")
    with right:
        alts = [examples.alt(name, int(row)) for row in evenly]
        pictures.strip(list(examples.images(name, evenly)), alts=alts, scale=SCALE, key="group_strip")


def select(name: str, selection: Any) -> bool:
    """Take over a box or lasso from what the chart reports; False where it reports neither. For a callback.

    Of the page, the card alone runs again.
    """
    outline = outline_of(selection)
    if outline is None:
        return False
    try:
        groups.inside(np.zeros((0, 2)), outline)  # checked here: what is kept in the session can be drawn
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")
        return True
    state.OUTLINE.set(outline)
    state.OUTLINE_MODEL.set(name)
    st.rerun(KEY)


def outline_of(selection: Any) -> list[Any] | None:
    """The corners of the last lasso or box that the chart reports, unchecked; None where it reports none."""
    record = selection.get("selection") if hasattr(selection, "get") else None
    if not hasattr(record, "get"):
        return None
    for kind in ("lasso", "box"):
        drawn = record.get(kind)
        shape = drawn[-1] if isinstance(drawn, list | tuple) and drawn else None
        if not hasattr(shape, "get"):
            continue
        x, y = shape.get("x"), shape.get("y")
        if not isinstance(x, list | tuple) or not isinstance(y, list | tuple) or len(x) != len(y):
            continue
        if kind == "lasso":
            return [list(corner) for corner in zip(x, y, strict=True)]
        if len(x) == 2:
            return [[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]]
    return None


def as_csv(z: np.ndarray, labels: np.ndarray, index: np.ndarray) -> str:
    """The selected codes as a table: index of the test image, its label, and the numbers of its code."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["index", "label", *(f"z{number + 1}" for number in range(z.shape[1]))])
    for row in index:
        writer.writerow([int(row), int(labels[row]), *(f"{value:.7g}" for value in z[row])])
    return text.getvalue()
