"""Home's pipeline in one row: a digit, its code on the map, and what the decoder draws from that code.

Three fragments share one state, and the map lies between them untouched: another digit, or a click on the map,
reruns the three and never sends the map again.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aemodels.data.datasets import Dataset
from aemodels.errors import AemodelsError
from aemodels.measure import figure_table, metrics
from pages.ui import arrow, cache, choice, errors, map_view, pictures, places, state, theme
from pages.ui.late import Late

PARTS: Final = ["home_digit", "home_code", "home_output"]  # keys of the fragments
SCALE: Final = 7
CARD: Final = SCALE * pictures.SIDE + 30  # width of a card around an image
MAP_HEIGHT: Final = 334


@dataclass(frozen=True, eq=False)
class Shown:
    """What the row shows: a test image `x` (1, 28, 28, 1), or a clicked place without one; the code; its image."""

    x: np.ndarray
    title: str
    code: np.ndarray  # (1, d)
    y: np.ndarray  # (1, 28, 28, 1)
    from_map: bool


def home_row(name: str) -> Late:
    """Draw the row for the model `name`, a model of images.

    What comes back draws the comparison with PCA: fitting one takes a moment, so finish it when all else stands.
    """
    late = Late(functools.partial(_compare, name))
    size = cache.codes(name).z.shape[1]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="pipeline"):
        with st.container(border=True, width=CARD, gap="xsmall", key="input_card"):
            _digit(name)
        arrow.arrow("encoder", role="code", name="encoder", detail=f"784 → {size:,}")
        with st.container(border=True, width="stretch", gap="xsmall", key="map_card"):
            _code(name)
            map_view.map_view(
                name, height=MAP_HEIGHT, on_place=functools.partial(_take_place, name), small=True
            )
        arrow.arrow("decoder", role="output", name="decoder", detail=f"{size:,} → 784")
        with st.container(border=True, width=CARD, gap="xsmall", key="output_card"):
            _output(name, late)
    return late


@st.fragment(key=PARTS[0])
@errors.as_sentences()
def _digit(name: str) -> None:
    shown = what_is_shown(name)
    data = cache.sample_dataset(cache.card(name).dataset)
    theme.heading("Your digit" if not shown.from_map else "The digit before", role="input", aside=data.title)
    pictures.show(shown.x, alt=shown.title, scale=SCALE, key=state.INPUT_IMAGE)
    st.button(
        "Another digit", key="another_digit", on_click=_another, args=(len(data.test),), width="stretch"
    )


@st.fragment(key=PARTS[1])
@errors.as_sentences()
def _code(name: str) -> None:
    shown = what_is_shown(name)
    words = places.for_people(shown.code[0])
    theme.heading(
        "Its code on the map" if not shown.from_map else "The place you clicked", role="code", aside=words
    )
    place = cache.map_plane(name).project(shown.code)[0]
    take_place = functools.partial(_take_place, name)
    map_view.map_marker((float(place[0]), float(place[1])), f"The code is here: {words}", take_place)


@st.fragment(key=PARTS[2])
@errors.as_sentences()
def _output(name: str, late: Late) -> None:
    shown = what_is_shown(name)
    theme.heading("Drawn from the code", role="output")
    pictures.show(
        shown.y,
        alt=f"What the decoder draws from {places.for_people(shown.code[0])}",
        scale=SCALE,
        key=state.RECONSTRUCTION,
    )
    if shown.from_map:
        st.caption("Nobody wrote this one: it is what the decoder makes of that place.")
        return
    with st.container(horizontal=True, gap="medium"):
        error = float(metrics.mse(shown.x, shown.y)[0])
        figure = figure_table.FIGURES["mse"]
        st.metric(figure.label, f"{error:.3f}", width="content", help=figure.meaning)
        late.place(st.container(width="content"))


def what_is_shown(name: str) -> Shown:
    """The digit and the code of this moment, and the image decoded from it: computed once for all of the row."""
    data = cache.sample_dataset(cache.card(name).dataset)
    asked = state.HOME_DIGIT.get()
    index = cache.typical_digit(name, data.name) if asked is None else asked % len(data.test)
    state.HOME_DIGIT.set(index)
    place = state.HOME_PLACE.get()
    # A model that is saved again under its name is another model, and Latent space may have turned to another map.
    wanted = (name, cache.card(name).created, cache.map_kind(name), data.name, index, place)
    held = state.HOME_SHOWN.get()
    if held is None or held[0] != wanted:
        held = (wanted, _shown(name, data, index, place))
        state.HOME_SHOWN.set(held)
    return held[1]


def _shown(name: str, data: Dataset, index: int, place: tuple[float, float] | None) -> Shown:
    x = data.test.take(slice(index, index + 1)).x
    label = data.class_names[int(data.test.labels[index])]
    model = cache.answering(name)
    code = model.encode(x) if place is None else cache.map_plane(name).lift(np.asarray([place]))
    return Shown(
        x, f"A {label} from the test set of {data.title}", code, model.decode(code), place is not None
    )


def _compare(name: str, slot: DeltaGenerator) -> None:
    """Write into `slot` how well a PCA with as many numbers does on the digit that is shown."""
    shown = what_is_shown(name)
    size = shown.code.shape[1]
    pca = cache.pca(cache.pca_dataset(cache.card(name).dataset), size)
    error = float(metrics.mse(shown.x, pca.reconstruct(shown.x))[0])
    words = f"The same error for a PCA, the best linear code of {size} numbers."
    slot.metric("by PCA", f"{error:.3f}", width="content", help=words)


def _another(count: int) -> None:
    state.HOME_DIGIT.set(((state.HOME_DIGIT.get() or 0) + 1) % count)
    state.HOME_PLACE.forget()
    st.rerun(PARTS)


def _take_place(name: str, claimed: object) -> None:
    try:
        x, y = places.from_browser(claimed, 2, choice.place_limit(name))
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)))
        return
    state.HOME_PLACE.set((x, y))
    st.rerun(PARTS)
