"""A digit in a picture: uploaded, photographed, pasted or dropped. Several digits in one are offered one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import streamlit as st

from aemodels.data.reading import MAX_BYTES
from aemodels.errors import ImageError
from pages.ui import digit, ink, kept_digits, own_digits, pictures, settled, state, theme, uploads
from pages.ui.components.film_strip import Frame, film_strip, picked
from pages.ui.components.picture_drop import given
from pages.ui.digit import Digit

FILE_TYPES: Final = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff")
THUMBNAIL: Final = 96  # pixels
CHIP: Final = 40  # pixels of one of several digits


def digit_upload() -> None:
    """The field for files or the camera, and what was found in the last good picture."""
    by_camera = st.toggle("Take a photo", key=state.CAMERA_ON.name, persist_state="session")
    if by_camera:
        st.camera_input(
            "A photo of a digit",
            key=state.DIGIT_CAMERA.name,
            label_visibility="collapsed",
            on_change=_take_file,
            args=(state.DIGIT_CAMERA,),
        )
    else:
        st.file_uploader(
            "A picture of digits",
            type=FILE_TYPES,
            key=state.DIGIT_UPLOAD.name,
            max_upload_size=MAX_BYTES // 2**20,
            label_visibility="collapsed",
            on_change=_take_file,
            args=(state.DIGIT_UPLOAD,),
        )
    problem, found = state.UPLOAD_PROBLEM.get(), state.UPLOADED.get()
    if problem is not None:
        st.warning(theme.escaped(problem), icon=":material/info:")
    elif len(found) > 1:
        _offer(found)
    elif found and not by_camera:
        pictures.thumbnail(found[0].steps[0].image, alt=theme.escaped(found[0].title), side=THUMBNAIL)
    elif not by_camera:
        st.caption("Any photo or scan of digits. You can also paste one, or drop it here.")


def restore(one: Digit) -> None:
    """Take a digit of an earlier picture again."""
    state.UPLOADED.set((one,))
    state.UPLOAD_CHOSEN.forget()
    state.UPLOAD_PROBLEM.forget()


def take_given() -> None:
    """Read a picture that was pasted or dropped, whatever source was chosen before."""
    claimed = given(state.PICTURE_DROP.name)
    if not isinstance(claimed, Mapping):
        return
    name, uri = claimed.get("name"), claimed.get("uri")
    if not isinstance(name, str) or not isinstance(uri, str):
        return
    state.DIGIT_SOURCE.set(digit.UPLOAD)
    state.CAMERA_ON.set(False)
    if not uri or len(uri) > MAX_BYTES * 4 // 3 + 100:
        most = MAX_BYTES // 2**20
        state.UPLOAD_PROBLEM.set(f"The file is too large: at most {most} MB are read. Make it smaller.")
    else:
        try:
            take(ink.from_uri(uri), name)
        except ImageError as error:
            state.UPLOAD_PROBLEM.set(str(error))
    settled.rerun()


def take(data: bytes, name: str) -> None:
    """Read a picture; a bad one becomes a sentence, and the digits of the last good one stay."""
    state.UPLOAD_PROBLEM.forget()
    try:
        found = digit.from_file(data, name)
    except ImageError as error:
        state.UPLOAD_PROBLEM.set(str(error))
        return
    state.UPLOADED.set(found)
    state.UPLOAD_CHOSEN.forget()
    state.UPLOAD_READ.set(hashlib.sha256(data).hexdigest())
    _remember(0)


def _take_file(field: state.Key[object]) -> None:
    files = uploads.held(field.get())
    if files:
        take(files[0].getvalue(), files[0].name)
    else:  # taken away by its cross, or about to be replaced: what was read stays until then
        state.UPLOAD_PROBLEM.forget()
    settled.rerun()


def _remember(place: int) -> None:
    kept_digits.remember_picture(state.UPLOADED.get()[place], state.UPLOAD_READ.get() or "", place)


def _offer(found: tuple[Digit, ...]) -> None:
    chosen = own_digits.uploaded()
    frames: list[Frame] = [
        {"uri": pictures.data_uri(one.image), "label": one.title, "caption": "", "changed": one is chosen}
        for one in found
    ]
    st.caption(f"{len(found)} digits found. Choose one:")
    film_strip(
        key=state.UPLOAD_STRIP.name, frames=frames, on_pick=_pick, side=CHIP, hint="Click to choose it."
    )


def _pick() -> None:
    place = picked(state.UPLOAD_STRIP.name)
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(state.UPLOADED.get()):
        state.UPLOAD_CHOSEN.set(place)
        _remember(place)
        settled.rerun()
