"""A digit of the visitor's own on the map: where its code lies, how sure the encoder is, and what is near."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.latent import neighbours
from pages.ui import (
    cache,
    digit_input,
    errors,
    examples,
    latent_panel,
    moved_digit,
    pictures,
    places,
    seen_card,
    state,
    theme,
)
from pages.ui.components.latent_handle import dropped, latent_handle
from pages.ui.components.latent_trail import Ellipse, latent_trail

SIGMAS: Final = (1, 2)  # of the posterior's ellipses
NEIGHBOURS: Final = 5
SCALE: Final = 4


@st.fragment
@errors.as_sentences()
def own_digit(name: str) -> None:
    """A switch, and below it the visitor's digit with its place on the map of the model `name`."""
    if not cache.draws_images(name) or not st.toggle(
        "Put a digit of your own on the map", key=state.OWN_ON_MAP.name
    ):
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="own_digit"):
        digit = digit_input.digit_input(cache.card(name).dataset)
        seen_card.seen(cache.card(name).dataset)
        with st.container(width="stretch", gap="small", key="own_place"):
            _place(name, digit.image)


def _place(name: str, x: np.ndarray) -> None:
    model = cache.answering(name)
    sigma = None
    if model.is_variational:
        z, z_log_var = model.encode_distribution(x)
        sigma = np.exp(z_log_var[0] / 2)
    else:
        z = model.encode(x)
    encoded: places.Code = tuple(map(float, z[0]))
    code = moved_digit.moved(name, encoded) or encoded
    words = places.for_people(code)
    with theme.card("Its place", role="code", aside=words, key="own_place_card"):
        _words(name, encoded, code, sigma)
    at = np.asarray([code], np.float32)
    title = (
        "Drawn from its code, beside its neighbours" if code == encoded else "Drawn from where you moved it"
    )
    with theme.card(title, role="output", key="own_near_card"):
        left, right = st.columns([pictures.SIDE * SCALE, 330], vertical_alignment="center")
        with left:
            alt = f"What the decoder draws from {words}"
            pictures.show(model.decode(at), alt=alt, scale=SCALE, key="own_decoded")
        near = examples.nearest(name, at, NEIGHBOURS)
        alts = [examples.alt(name, int(row)) for row in near]
        with right:
            pictures.strip(list(examples.images(name, near)), alts=alts, scale=2)
    _marks(name, encoded, code, sigma)


def _words(name: str, encoded: places.Code, code: places.Code, sigma: np.ndarray | None) -> None:
    at = np.asarray([code], np.float32)
    share = 100 - neighbours.density_percentile(cache.codes(name).z, at, cache.crowding(name))
    if code == encoded:
        sure = _certainty(sigma) if sigma is not None else ""
        flat = cache.map_kind(name) != cache.SPACE
        drag = (
            " Drag its dot on the map, and the digit changes."
            if flat
            else " Keep it to see it among the codes."
        )
    else:
        sure = f" The encoder had put it at {theme.escaped(places.for_people(encoded))}."
        drag = ""
    st.markdown(theme.escaped(places.crowd(share)) + sure + drag)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Decode it, and keep it",
            key="own_keep",
            icon=":material/push_pin:",
            on_click=latent_panel.keep_code,
            args=(name, code),
        )
        if code != encoded:
            st.button("Put it back", key="own_back", on_click=state.OWN_MOVED.forget)


def _marks(name: str, encoded: places.Code, code: places.Code, sigma: np.ndarray | None) -> None:
    """On the map: the posterior's ellipses around the encoder's place, the dot, and the way that it was dragged."""
    plane = cache.map_plane(name)
    home, here = places.pairs(plane.project(np.asarray([encoded, code], np.float32)))
    ellipses: list[Ellipse] = []
    if sigma is not None and plane.is_code:
        ellipses = [{"centre": home, "radii": (float(n * sigma[0]), float(n * sigma[1]))} for n in SIGMAS]
    words = places.for_people(code)
    latent_trail(
        key=state.OWN_TRAIL.name,
        chart=state.LATENT_MAP.name,
        kept=[home],
        numbers=False,
        path=[home, here] if code != encoded else [],
        ellipses=ellipses,
        label=f"Where the encoder has put your digit, {places.for_people(encoded)}",
    )
    latent_handle(
        key=state.OWN_HANDLE.name,
        chart=state.LATENT_MAP.name,
        place=here,
        label=f"Your digit, {words}. Drag it, or move it with the arrow keys and press Enter.",
        on_drop=lambda: moved_digit.move(name, encoded, code, dropped(state.OWN_HANDLE.name)),
    )


def _certainty(sigma: np.ndarray) -> str:
    shown = " and ".join(f"{value:.2f}" for value in sigma[:2])
    if len(sigma) == 2:
        return f" The encoder is sure of it to σ = {shown}; the ellipses on the map are 1 σ and 2 σ."
    return f" The encoder is sure of its first two numbers to σ = {shown}."
