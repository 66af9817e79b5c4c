"""Uploading a data set: the field for files, what was found in them, and both ways to 28×28 side by side."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.own import advice, bring, making
from aemodels.data.own.contract import fitted
from aemodels.data.own.limits import MEGABYTE, MOST_IMAGES, MOST_PACKED
from aemodels.data.own.making import Way
from aemodels.data.own.record import Brought, File
from aemodels.errors import DatasetError
from pages.ui import own_sets, pictures, state, theme, uploads

SHOWN: Final = 10
SHOWN_SIDE: Final = 56  # pixels of what came, twice those of the model
WORDS: Final = {Way.CONTRACT: "Centred, as MNIST's", Way.PLAIN: "Plainly resized"}
MOST_NAMED: Final = 12  # classes that are counted one by one


def own_upload() -> None:
    """The field, and below it what is here."""
    found = own_sets.brought()
    st.file_uploader(
        "Images of your own",
        accept_multiple_files=True,
        key=state.OWN_UPLOAD.name,
        max_upload_size=MOST_PACKED // MEGABYTE,
        label_visibility="collapsed",
        on_change=_take,
    )
    if problem := state.OWN_PROBLEM.get():
        st.error(theme.escaped(problem), icon=":material/info:")
        if "column" in problem:
            st.text_input(
                "Column of the labels", key=state.OWN_LABEL_COLUMN.name, max_chars=100, on_change=_take
            )
    elif own_sets.was_evicted():
        st.warning(own_sets.EVICTED, icon=":material/info:")
    if found is None:
        st.caption(
            "A zip of pictures (its folders are the labels), .npz (x_train, y_train, … or images, "
            "labels), CSV (a row an "
            "image, a column named label), or idx files. 28×28 to 64×64 pixels, up to "
            f"{MOST_IMAGES:,} images; pictures in a "
            "zip may have any size."
        )
        return
    _what_came(found)
    _ways(found)
    st.button("Let go of these data", key="own_forget", type="tertiary", on_click=own_sets.forget)


def take(files: list[File]) -> None:
    """Read files; what is refused becomes a sentence, and what was here stays."""
    try:
        found = bring.read(files, label_column=state.OWN_LABEL_COLUMN.get().strip() or None)
        own_sets.put(found)
    except DatasetError as error:
        state.OWN_PROBLEM.set(str(error))
        return
    state.OWN_PROBLEM.forget()
    state.TRAIN_PROBLEM.forget()


def counts(found: Brought) -> str:
    """How many images of which class, in words."""
    by_class = found.counts()
    if len(by_class) == 1:
        return f"{len(found):,} images, without labels."
    named = [f"{name}: {count:,}" for name, count in list(by_class.items())[:MOST_NAMED]]
    more = len(by_class) - len(named)
    return f"{len(found):,} images · " + ", ".join(named) + (f" and {more} classes more" if more > 0 else "")


def rows_to_show(found: Brought, count: int = SHOWN) -> np.ndarray:
    """Rows of a few images, of as many classes as there are, in the order of the classes."""
    by_class = [np.flatnonzero(found.labels == label) for label in np.unique(found.labels)[:count]]
    rounds = [rows[turn] for turn in range(count) for rows in by_class if turn < len(rows)]
    chosen = np.asarray(rounds[:count])
    return chosen[np.argsort(found.labels[chosen], kind="stable")]


def _take() -> None:
    sent = uploads.held(state.OWN_UPLOAD.get())
    if sent:  # taken away by its cross: what was read stays until then
        with st.spinner("Checking and reading your files"):
            take([File(file.name, file.getvalue()) for file in sent])
    else:
        state.OWN_PROBLEM.forget()


def _what_came(found: Brought) -> None:
    st.markdown(f"**{theme.escaped(found.title)}** :small[{theme.escaped(counts(found))}]")
    for sentence in advice.advice(found):
        st.caption(":material/lightbulb: " + theme.escaped(sentence))


def _ways(found: Brought) -> None:
    if not state.OWN_WAY.is_there():
        state.OWN_WAY.set(Way.CONTRACT.value)
    if state.OWN_INVERTED.get() is None:
        state.OWN_INVERTED.set(own_sets.inverted(found))
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.segmented_control(
            "How images come to 28×28",
            [way.value for way in Way],
            format_func=lambda value: WORDS[Way(value)],
            key=state.OWN_WAY.name,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.toggle(
            "Turn light and dark round",
            key=state.OWN_INVERTED.name,
            help="Networks here expect light ink on a dark ground.",
            persist_state="session",
        )
    rows = rows_to_show(found)
    names = [found.class_names[label] for label in found.labels[rows]]
    _strip(
        "As they came", [fitted(found.images[row], SHOWN_SIDE) for row in rows], names, scale=1, chosen=False
    )
    for way in Way:
        values = making.prepared(found, rows, way, inverted=own_sets.inverted(found))
        _strip(WORDS[way], list(values), names, scale=2, chosen=way is own_sets.way())


def _strip(title: str, images: list[np.ndarray], names: list[str], *, scale: int, chosen: bool) -> None:
    st.caption(f"**{title}** — what is trained on" if chosen else title)
    alts = [f"{title}: {name}" for name in names]
    pictures.strip([image[..., None] for image in images], alts=alts, scale=scale)
