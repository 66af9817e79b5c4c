"""The right side of the latent explorer: the decoded image, the sliders, the nearest test images."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS, Dataset
from aemodels.measure import metrics
from pages.ui import cache, choice, errors, map_view, pictures, places, state, theme

KEY: Final = "latent_panel"  # of the fragment: a click on the map reruns it alone
SCALE: Final = 5
NEIGHBOURS: Final = 5
MOST_SLIDERS: Final = 4  # of a long code: the numbers that vary most


@st.fragment(key=KEY)
@errors.as_sentences()
def latent_panel(name: str) -> None:
    """Show what the visitor has chosen on the map of `name`, and let the sliders move it."""
    chosen = choice.current(name)
    plane = cache.map_plane(name)
    place = plane.project(chosen.as_array())[0]
    originals = cache.originals(name)
    decoded = cache.answering(name).decode(chosen.as_array())
    _decoded_card(name, chosen, decoded, originals)
    map_view.map_marker((float(place[0]), float(place[1])), f"Here: {places.for_people(chosen.code)}")
    problem = state.PLACE_PROBLEM.get()
    if problem:
        st.warning(theme.escaped(problem), icon=":material/info:")
        state.PLACE_PROBLEM.forget()
    _sliders_card(name, chosen)
    _neighbours_card(name, chosen, originals)
    choice.write_address(chosen)


def take_place(name: str, claimed: object) -> None:
    """A click on the map of `name`: choose that place and rerun the panel, nothing else. A callback."""
    choice.choose_place(name, claimed)
    st.rerun(KEY)


def _decoded_card(name: str, chosen: choice.Choice, decoded: np.ndarray, originals: Dataset | None) -> None:
    with theme.card("Decoded", role="output", aside=places.for_people(chosen.code)):
        with st.container(horizontal=True, gap="xsmall", wrap=False):
            original = None
            if decoded.ndim != 4:
                with st.container(key=state.DECODED):
                    st.markdown(", ".join(f"{number:.2f}" for number in decoded[0]))
            else:
                words = f"The image that the decoder draws from {places.for_people(chosen.code)}"
                pictures.show(decoded, alt=words, scale=SCALE, key=state.DECODED)
                if chosen.point is not None and originals is not None:
                    original = originals.test.x[chosen.point : chosen.point + 1]
                    words = f"Test image {chosen.point}, whose code this is"
                    pictures.show(original, alt=words, scale=SCALE, key="original")
        with st.container(horizontal=True, gap="medium"):
            _figures(name, chosen, decoded, original)


def _figures(name: str, chosen: choice.Choice, decoded: np.ndarray, original: np.ndarray | None) -> None:
    labels = cache.codes(name).labels
    if chosen.point is not None:
        st.metric(
            "label",
            class_name(name, int(labels[chosen.point])),
            width="content",
            help="What the test set says it is.",
        )
        if original is not None:
            error = float(metrics.mse(original, decoded)[0])
            st.metric(
                "MSE",
                f"{error:.3f}",
                width="content",
                help="Mean squared error between the two images over their 784 pixels.",
            )
        st.metric(
            "test image",
            f"{chosen.point:,}",
            width="content",
            help="Its number in the test set, counted from 0.",
        )
        return
    near = nearest(cache.codes(name).z, chosen, 10)
    winner, votes = most_common(labels[near])
    st.metric(
        "looks like",
        class_name(name, winner),
        width="content",
        help="The class most frequent among the ten nearest test images.",
    )
    st.metric(
        "of the 10 nearest",
        f"{votes}",
        width="content",
        help="How many of the ten nearest test images are of that class.",
    )


def _sliders_card(name: str, chosen: choice.Choice) -> None:
    z = cache.codes(name).z
    with theme.card("Move it", role="code", aside="arrow keys work, too"):
        for dimension in slider_dimensions(z):
            low, high = float(np.floor(z[:, dimension].min())), float(np.ceil(z[:, dimension].max()))
            shown = min(max(chosen.code[dimension], low), high)
            key = state.slider(dimension)
            if key.get() != shown:  # what the visitor drags just now is not written back
                key.set(shown)
            st.slider(
                f"z{subscript(dimension + 1)}",
                low,
                max(high, low + 1.0),
                step=0.01,
                key=key.name,
                on_change=choice.move,
                args=(name, dimension),
            )


def _neighbours_card(name: str, chosen: choice.Choice, originals: Dataset | None) -> None:
    found = cache.codes(name)
    near = nearest(found.z, chosen, NEIGHBOURS)
    words = [f"Test image {index}, a {class_name(name, int(found.labels[index]))}" for index in near]
    if originals is not None:
        images = originals.test.values[near]
    else:
        images = cache.answering(name).decode(found.z[near])
        if images.ndim != 4:
            return
    with theme.card("Nearest test images" if originals is not None else "Nearest codes, decoded"):
        pictures.strip(list(images), alts=words, scale=2)


def nearest(z: np.ndarray, chosen: choice.Choice, count: int) -> np.ndarray:
    """The `count` rows of `z` (n, d) nearest to the chosen code, nearest first, without the chosen one itself."""
    distance = ((z - chosen.as_array()) ** 2).sum(axis=1)
    if chosen.point is not None:
        distance[chosen.point] = np.inf
    count = min(count, len(z) - 1)
    candidates = np.argpartition(distance, count)[:count]
    return candidates[np.argsort(distance[candidates], kind="stable")]


def most_common(labels: np.ndarray) -> tuple[int, int]:
    """The most frequent label and how often it occurs; of several the smallest."""
    values, counts = np.unique(labels, return_counts=True)
    return int(values[counts.argmax()]), int(counts.max())


def class_name(name: str, label: int) -> str:
    """A label in words, as the model's data set has them."""
    record = DATASETS.get(cache.card(name).dataset)
    known = record is not None and label < len(record.class_names)
    return record.class_names[label] if record is not None and known else str(label)


def slider_dimensions(z: np.ndarray) -> list[int]:
    """Which numbers of the code get a slider: all of a short code, those that vary most of a long one."""
    if z.shape[1] <= MOST_SLIDERS:
        return list(range(z.shape[1]))
    return [int(index) for index in np.argsort(-z.var(axis=0), kind="stable")[:MOST_SLIDERS]]


def subscript(number: int) -> str:
    """12 → “₁₂”."""
    return "".join(chr(0x2080 + int(digit)) for digit in str(number))
