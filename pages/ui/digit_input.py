"""Where a visitor's digit comes from, the same on every page: drawn, uploaded, or a sample.

The canvas is streamlit-drawable-canvas. It answers when a stroke ends. What it held is kept in the session, so
the drawing is still there after a look at another page; until something is drawn, a sample stands in for it.
"""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from aemodels.data.datasets import Dataset
from aemodels.errors import ImageError
from pages.ui import cache, digit, image_row, pictures, state, theme
from pages.ui.digit import Digit

SIDE: Final = 252  # pixels of the canvas, nine to a pixel of the model
STROKE: Final = 20  # a pen this thick comes out about as thick as MNIST's
PADDING: Final = 28  # of a card, left and right together
HEIGHT: Final = 372  # of the card: the same for each source, so that the page stays where it is
FILE_TYPES: Final = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff")
LARGEST_FILE: Final = 10  # megabytes

_ASIDE: Final = {digit.DRAW: "drawn", digit.UPLOAD: "uploaded", digit.SAMPLE: "sample"}


def digit_input(dataset_name: str) -> Digit:
    """The card with the visitor's digit, and that digit: never None, a sample where there is nothing else.

    `dataset_name` says where samples come from: that data set if it is on this machine, else the bundled digits.
    """
    dataset = cache.sample_dataset(dataset_name)
    cache.ready_for_pictures()
    with st.container(border=True, width=SIDE + PADDING, height=HEIGHT, gap="xsmall", key="digit_card"):
        title, stage = st.container(), st.container(gap="xsmall", height=SIDE + 34, border=False)
        source = st.segmented_control(
            "Where the digit comes from",
            digit.SOURCES,
            default=state.DIGIT_SOURCE.first,
            key=state.DIGIT_SOURCE.name,
            required=True,
            label_visibility="collapsed",
            width="stretch",
            persist_state="session",
        )
        with stage:
            own = {digit.DRAW: _draw, digit.UPLOAD: _upload}[source]() if source != digit.SAMPLE else None
        if own is not None:
            state.LAST_DIGIT.set(own)
        shown = own or (state.LAST_DIGIT.get() if source != digit.SAMPLE else None) or _sample(dataset)
        with stage:
            if source == digit.SAMPLE:
                _choose_sample(dataset, shown)
            _remark(source, shown)
        with title:
            theme.heading("Your digit", role="input", aside=_ASIDE[shown.source])
    return shown


# --- drawing -------------------------------------------------------------------------------------------------


def _draw() -> Digit | None:
    held = state.DRAWING.get() or digit.Drawing()
    if (
        state.DIGIT_CANVAS.get() is None
    ):  # the canvas was not on the page a moment ago: give it its strokes back
        _start_canvas(held.strokes)
    result = st_canvas(
        stroke_width=STROKE,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
        initial_drawing=state.CANVAS_START.get(),
        return_image_data=True,
        key=state.DIGIT_CANVAS.name,
    )
    now = digit.read_canvas(result.json_data, result.image_bytes)
    if now.png is not None and now.png != held.png:
        state.DRAWING.set(now)
        try:
            state.DRAWN.set(digit.from_drawing(now))
            state.DRAWING_PROBLEM.forget()
        except ImageError as error:
            state.DRAWING_PROBLEM.set(str(error))
        if not now.strokes:
            state.LAST_DIGIT.forget()
    return state.DRAWN.get()


def _start_canvas(strokes: tuple[dict[str, object], ...]) -> None:
    state.CANVAS_VERSION.set(state.CANVAS_VERSION.get() + 1)
    state.CANVAS_START.set(digit.canvas_start(strokes, state.CANVAS_VERSION.get()))


def _take_back(everything: bool) -> None:
    """Take the last stroke, or all, off the canvas. It reports its new picture once the browser has drawn it."""
    held = state.DRAWING.get() or digit.Drawing()
    strokes = () if everything else held.strokes[:-1]
    _start_canvas(strokes)
    if not strokes:
        state.DRAWING.set(digit.Drawing((), held.png))  # what the canvas still reports now is the old picture
        state.DRAWN.forget()
        state.DRAWING_PROBLEM.forget()
        state.LAST_DIGIT.forget()


# --- uploading -----------------------------------------------------------------------------------------------


def _upload() -> Digit | None:
    file = st.file_uploader(
        "A picture of a digit",
        type=FILE_TYPES,
        key=state.DIGIT_UPLOAD.name,
        max_upload_size=LARGEST_FILE,
        label_visibility="collapsed",
    )
    if file is not None and file.file_id != state.UPLOAD_READ.get():
        state.UPLOAD_READ.set(file.file_id)
        state.UPLOAD_PROBLEM.forget()
        try:
            state.UPLOADED.set(digit.from_file(file.getvalue(), file.name))
        except ImageError as error:
            state.UPLOAD_PROBLEM.set(str(error))
    if file is None:
        state.UPLOAD_PROBLEM.forget()
    uploaded: Digit | None = state.UPLOADED.get()
    if uploaded is not None and uploaded.steps and state.UPLOAD_PROBLEM.get() is None:
        image_row.thumbnail(uploaded.steps[0].image, alt=theme.escaped(uploaded.title), side=140)
    return uploaded


# --- samples -------------------------------------------------------------------------------------------------


def _sample(dataset: Dataset) -> Digit:
    return digit.sample(dataset, state.SAMPLE_CLASS.get() or 0, state.SAMPLE_NUMBER.get())


def _choose_sample(dataset: Dataset, shown: Digit) -> None:
    with st.container(key=state.DIGIT_SAMPLE, gap="small"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            pictures.show(shown.image, alt=shown.title, scale=5)
            with st.container(width="stretch", gap="small"):
                st.caption(theme.escaped(shown.title[:1].upper() + shown.title[1:] + "."))
                st.button("Another", icon=":material/casino:", key="sample_another", on_click=_another_sample)
        names = dataset.class_names
        choose = st.pills if max(map(len, names)) <= 2 else st.selectbox
        choose(
            "Which one",
            range(len(names)),
            **({"required": True} if choose is st.pills else {}),
            format_func=names.__getitem__,
            key=state.SAMPLE_CLASS.name,
            label_visibility="collapsed",
            persist_state="session",
        )


def _another_sample() -> None:
    state.SAMPLE_NUMBER.set(state.SAMPLE_NUMBER.get() + 1)


# --- what the card says --------------------------------------------------------------------------------------


def _remark(source: str, shown: Digit) -> None:
    """One short line under the stage: what went wrong, or what is shown while nothing was given."""
    if source == digit.DRAW:
        _drawing_remark(shown)
    elif source == digit.UPLOAD:
        problem = state.UPLOAD_PROBLEM.get()
        if problem is not None:
            st.warning(problem, icon=":material/info:")
        elif shown.source != digit.UPLOAD:
            st.caption(f"Any photo or scan of one digit. Until then: {theme.escaped(shown.title)}.")


def _drawing_remark(shown: Digit) -> None:
    problem = state.DRAWING_PROBLEM.get()
    if problem is not None:
        st.caption(theme.escaped(problem))
    elif shown.source != digit.DRAW:
        st.caption("Draw here. Until then you see a sample.")
    if problem is not None or shown.source == digit.DRAW:
        with st.container(horizontal=True, gap="medium"):
            for name, icon, everything in (("Undo", "undo", False), ("Clear", "delete", True)):
                st.button(
                    name,
                    key=f"canvas_{icon}",
                    icon=f":material/{icon}:",
                    type="tertiary",
                    on_click=_take_back,
                    args=(everything,),
                )
