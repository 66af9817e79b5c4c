"""Two maps side by side: the same test images as two models see them, linked under the mouse.

What links them is the test image. A place of one map means nothing on the other, so a click on either chooses the
image whose code is nearest, and both maps show where it went and what they draw from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import streamlit as st

from aemodels.measure import figure_table, metrics
from aemodels.store import models
from pages.ui import (
    cache,
    choice,
    errors,
    examples,
    latent_panel,
    map_layers,
    map_view,
    own_training,
    pictures,
    places,
    sidebar,
    state,
    theme,
    tray,
)
from pages.ui.cache import trainings
from pages.ui.components.latent_pair import clicked, latent_pair

PARAMETER: Final = "beside"  # in the address: ?beside=dense-mnist-2d
HEIGHT: Final = 350  # pixels of each map
SCALE: Final = 4
NEIGHBOURS: Final = 5
FIGURES: Final = ("mse", "nelbo", "knn_accuracy")


def beside(name: str) -> str | None:
    """The model that is laid beside `name`, by the address or the menu, as the caches know it; None for none."""
    others = comparable(name)
    _obey_address(others)
    if state.BESIDE.get() not in others:
        state.BESIDE.set(None)
    chosen = state.BESIDE.get()
    if chosen is not None and not cache.has_codes(others[chosen]):  # read when it is asked for, not for all
        state.PLACE_PROBLEM.set(f"{cache.title(others[chosen])} keeps no codes that could be shown as a map.")
        state.BESIDE.set(None)
        chosen = None
    _write_address(chosen)
    return None if chosen is None else others[chosen]


def picker(name: str) -> None:
    """A small menu of the models that can be laid beside `name`."""
    others = comparable(name)
    if not others:
        return
    st.selectbox(
        "Compare with",
        list(others),
        index=None,
        key=state.BESIDE.name,
        format_func=lambda option: cache.title(others[option]),
        placeholder="Compare with …",
        label_visibility="collapsed",
        width=150 if state.BESIDE.get() is None else 240,
        help="A second map of the same test images, side by side with this one.",
    )


def comparable(name: str) -> dict[str, str]:
    """Models with a map of the same test images: what stands in the address, and the name that the caches know.

    The visitor's own training is there with each of its epochs that is kept, without its token.
    """
    mine = cache.card(name).fingerprint
    found = {
        card.name: card.name
        for card in cache.cards()
        if card.name != name and card.fingerprint == mine and card.code_size <= models.MOST_STORED
    }
    job = own_training.job()
    if job is not None and job.dataset is not None and job.dataset.fingerprint == mine:
        epochs = {epoch: trainings.name_of(job, epoch) for epoch in own_training.epochs()}
        found |= {f"{trainings.PREFIX}{epoch}": other for epoch, other in epochs.items() if other != name}
    return found


def comparison(name: str, other: str, header: Callable[[], None]) -> None:
    """Both maps below the `header`, the layers of both, and what both make of one test image."""
    header()
    switches = st.container()
    for column, model, chart, hover in zip(
        st.columns(2, gap="small"),
        (name, other),
        (state.LATENT_MAP.name, state.BESIDE_MAP.name),
        (state.HOVER.name, state.BESIDE_HOVER.name),
        strict=True,
    ):
        with column, st.container(border=True, gap=None, key=f"{chart}_card"):
            theme.heading(cache.title(model), role="code", aside=sidebar.summary(cache.card(model)))
            map_view.map_view(model, height=HEIGHT, on_place=_ignore, chart=chart, hover=hover)
    _pair(name, other)
    with switches:
        map_layers.map_layers(name, other)


@st.fragment
@errors.as_sentences()
def _pair(name: str, other: str) -> None:
    latent_panel.say_problem()
    number = shown(name)
    latent_pair(
        key=state.LATENT_PAIR.name,
        charts=(state.LATENT_MAP.name, state.BESIDE_MAP.name),
        chosen=number,
        label=f"{examples.alt(name, number)}, marked on both maps",
        on_click=lambda: tray.choose_image(name, clicked(state.LATENT_PAIR.name)),
    )
    originals = cache.originals(name)
    original = None if originals is None else originals.test.take(slice(number, number + 1)).x
    columns = st.columns([1, 2, 2], gap="small")
    with columns[0], theme.card(f"Test image {number:,}", role="input", key="pair_image_card"):
        label = cache.class_name(name, int(cache.codes(name).labels[number]))
        if original is not None:
            pictures.show(original, alt=examples.alt(name, number), scale=SCALE, key="original")
        st.caption(f"label {theme.escaped(label)}. Hover on a map to find it on the other, click to choose.")
    for column, model, key in zip(columns[1:], (name, other), (state.DECODED, "beside_decoded"), strict=True):
        with column:
            _answer(model, number, original, key)
    chosen = choice.current(name)
    choice.write_address(chosen)
    tray.write_address(name)


def _answer(model: str, number: int, original: np.ndarray | None, key: str) -> None:
    """What one of the two makes of a test image: its code, the image drawn from it, and the nearest images."""
    z = cache.codes(model).z[number : number + 1]
    words = places.for_people(z[0])
    with theme.card(cache.title(model), role="output", aside=words, key=f"{key}_card"):
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            decoded = cache.answering(model).decode(z)
            pictures.show(decoded, alt=f"What {cache.title(model)} draws from {words}", scale=SCALE, key=key)
            with st.container(width="content", gap=None):
                if original is not None:
                    error = float(metrics.mse(original, decoded)[0])
                    words = "Mean squared error of this image, over its 784 pixels."
                    st.metric("MSE here", f"{error:.4f}", width="content", help=words)
                st.caption("whole test set: " + " · ".join(figures(model)))
        near = examples.nearest(model, z, NEIGHBOURS, exclude=number)
        alts = [examples.alt(model, int(row)) for row in near]
        pictures.strip(list(examples.images(model, near)), alts=alts, scale=2, key=f"{key}_near")
        st.caption("nearest by its code")


def figures(model: str) -> list[str]:
    """The model's figures on the whole test set, in words; one that was not measured is not there."""
    measured = cache.card(model).metrics
    known = [figure for figure in figure_table.known(measured) if figure.key in FIGURES]
    return [f"{figure.label} {figure.text(measured, error=False)}" for figure in known] or [
        "not measured yet"
    ]


def shown(name: str) -> int:
    """The test image that is chosen: the one whose code is nearest to what the visitor looks at."""
    chosen = choice.current(name)
    if chosen.point is not None:
        return chosen.point
    return int(examples.nearest(name, chosen.as_array(), 1)[0])


def _ignore(claimed: object) -> None:
    """The pair takes the clicks of both charts."""


def _obey_address(others: dict[str, str]) -> None:
    asked = st.query_params.get(PARAMETER)
    if asked is None or not state.BESIDE_ADDRESS.says_new(asked):
        return
    state.BESIDE_ADDRESS.set(asked)
    if asked in others:
        state.BESIDE.set(asked)
    else:
        state.PLACE_PROBLEM.set(
            f"There is no model “{asked[: sidebar.LONGEST_NAME]}” here with a map of the same test images."
        )


def _write_address(chosen: str | None) -> None:
    if chosen is not None and st.query_params.get(PARAMETER) != chosen:
        st.query_params[PARAMETER] = chosen
    elif chosen is None and PARAMETER in st.query_params:
        del st.query_params[PARAMETER]
    state.BESIDE_ADDRESS.set(chosen)
