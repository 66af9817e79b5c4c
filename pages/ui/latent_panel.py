"""The right side of the latent explorer: the decoded image, the sliders, the nearest test images."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aemodels.data.datasets import Dataset
from aemodels.latent import neighbours, traversal
from aemodels.measure import metrics
from pages.ui import (
    arithmetic_card,
    cache,
    choice,
    code_slider,
    errors,
    examples,
    kept_card,
    map_view,
    pictures,
    places,
    state,
    theme,
    traversal_card,
    tray,
)
from pages.ui.late import Late

InSpace = Callable[[cache.Walk | None], None]

KEY: Final = "latent_panel"  # of the fragment: a click on the map reruns it alone
SCALE: Final = 5
PAINT: Final = 0.1
"""Seconds in which the browser paints the image before it hears of the rest of the panel. Streamlit gathers
messages for some 60 ms before it sends them: with half as long a pause, one image in fifteen came with the rest."""
NEIGHBOURS: Final = 5
VOTERS: Final = 10  # nearest test images that say what a place looks like
MOST_SLIDERS: Final = 4  # of a long code: the numbers that vary most


def latent_panel(name: str, below: DeltaGenerator, in_space: InSpace | None = None) -> Late:
    """Show what the visitor has chosen on the map of `name`, let the sliders move it; `below` takes the tray,
    and `in_space` marks the place and the walk between kept ones where the codes are shown in space.

    What comes back draws the density: measuring it takes a moment the first time, so finish it when all stands.
    """
    late = Late(functools.partial(_density, name))
    _panel(name, late, below, in_space)
    return late


def take_place(name: str, claimed: object) -> None:
    """A click that the chart itself reports: keep that place and rerun the panel alone. A callback."""
    keep_place(name, claimed)
    st.rerun(KEY)


def keep_place(name: str, claimed: object) -> None:
    """Choose the place [x, y] that a browser claims was clicked, and put it into the tray."""
    choice.choose_place(name, claimed)
    if state.PLACE_PROBLEM.get() is None:
        tray.keep(name, choice.current(name).code)


def keep_code(name: str, code: places.Code) -> None:
    """Choose a code, put it into the tray, and rerun the panel alone. A callback."""
    tray.choose(name, code)
    st.rerun(KEY)


def say_problem() -> None:
    """Say once why the last click or the address was not obeyed."""
    problem = state.PLACE_PROBLEM.get()
    if problem:
        st.warning(theme.escaped(problem), icon=":material/info:")
        state.PLACE_PROBLEM.forget()


@st.fragment(key=KEY)
@errors.as_sentences()
def _panel(name: str, late: Late, below: DeltaGenerator, in_space: InSpace | None) -> None:
    chosen = choice.current(name)
    originals = cache.originals(name)
    slot = _decoded_card(name, chosen, originals)
    say_problem()
    if late.page_is_done:
        time.sleep(PAINT)
    _sliders_card(name, chosen)
    _neighbours_card(name, chosen, originals)
    choice.write_address(chosen)
    late.place(slot)
    with below:
        walk = kept_card.kept_card(name)
        arithmetic_card.arithmetic_card(name)
        traversal_card.traversal_card(name)
    if in_space is not None:
        in_space(walk)


def _decoded_card(name: str, chosen: choice.Choice, originals: Dataset | None) -> DeltaGenerator:
    decoded = cache.answering(name).decode(chosen.as_array())
    original = (
        None
        if chosen.point is None or originals is None
        else originals.test.take(slice(chosen.point, chosen.point + 1)).x
    )
    words = places.for_people(chosen.code)
    with theme.card("Decoded", role="output", aside=words):
        with st.container(horizontal=True, gap="xsmall", wrap=False):
            if decoded.ndim == 4:
                alt = f"What the decoder draws from {words}"
                pictures.show(decoded, alt=alt, scale=SCALE, key=state.DECODED)
                if original is not None:
                    alt = f"Test image {chosen.point}, whose code this is"
                    pictures.show(original, alt=alt, scale=SCALE, key="original")
            else:
                with st.container(key=state.DECODED):
                    st.markdown(f"The point **{places.for_people(decoded[0]).removeprefix('z = ')}**")
        with st.container(horizontal=True, gap="medium"):
            _figures(name, chosen, decoded, original)
            slot = st.container(width="content")
            place = cache.map_plane(name).project(chosen.as_array())[0]
            take = functools.partial(keep_place, name)  # the marker reruns its own fragment, this one
            map_view.map_marker((float(place[0]), float(place[1])), f"The decoded place, {words}", take)
    return slot


def _figures(name: str, chosen: choice.Choice, decoded: np.ndarray, original: np.ndarray | None) -> None:
    labels = cache.codes(name).labels
    if chosen.point is None:
        near = neighbours.nearest(cache.codes(name).z, chosen.as_array(), VOTERS).index
        winner, votes = most_common(labels[near])
        words = f"The class of most of the {len(near)} nearest test images: of {votes}."
        st.metric("looks like", cache.class_name(name, winner), width="content", help=words)
        st.metric("agree", f"{votes} of {len(near)}", width="content", help="Nearest images of that class.")
        return
    words = f"What the data set says of its test image number {chosen.point:,}."
    st.metric("label", cache.class_name(name, int(labels[chosen.point])), width="content", help=words)
    if original is not None:
        error = float(metrics.mse(original, decoded)[0])
        words = "Mean squared error between the two images, over their 784 pixels."
        st.metric("MSE", f"{error:.3f}", width="content", help=words)


def _density(name: str, slot: DeltaGenerator) -> None:
    """Write into `slot` how crowded it is around the chosen code."""
    chosen = choice.current(name)
    share = neighbours.density_percentile(
        cache.codes(name).z, chosen.as_array(), cache.crowding(name), exclude=chosen.point
    )
    words = (
        "How crowded it is here: 100 % where no test image has its neighbours nearer, 0 % in the void, where "
        "the network has seen nothing like it."
    )
    slot.metric("density", f"{share:.0f} %", width="content", help=words)


def _sliders_card(name: str, chosen: choice.Choice) -> None:
    z = cache.codes(name).z
    with theme.card("Move it", role="code", aside="arrow keys work, too"):
        for dimension in slider_dimensions(z):
            code_slider.code_slider(name, chosen, dimension, state.slider(dimension))


def _neighbours_card(name: str, chosen: choice.Choice, originals: Dataset | None) -> None:
    if not cache.draws_images(name):
        return
    rows = {"by code": examples.nearest(name, chosen.as_array(), NEIGHBOURS, exclude=chosen.point)}
    if originals is not None and chosen.point is not None:
        rows["by pixels"] = neighbours.nearest_images(originals.test.values, chosen.point, NEIGHBOURS).index
    with theme.card(
        "Nearest test images" if originals is not None else "Nearest codes, decoded",
        aside=", ".join(rows) if len(rows) > 1 else "",
        key="nearest_card",
    ):
        for how, near in rows.items():
            alts = [examples.alt(name, int(row)) for row in near]
            strip = f"nearest_{how.replace(' ', '_')}"
            pictures.strip(list(examples.images(name, near)), alts=alts, scale=2, key=strip)


def most_common(labels: np.ndarray) -> tuple[int, int]:
    """The most frequent label and how often it occurs; of several the smallest."""
    values, counts = np.unique(labels, return_counts=True)
    return int(values[counts.argmax()]), int(counts.max())


def slider_dimensions(z: np.ndarray) -> list[int]:
    """Which numbers of the code get a slider: all of a short code, those that vary most of a long one."""
    if z.shape[1] <= MOST_SLIDERS:
        return list(range(z.shape[1]))
    return traversal.order(z)[:MOST_SLIDERS]
