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
    image_row,
    latent_panel,
    pictures,
    places,
    state,
    theme,
)
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
        image_row.seen(digit)
        with st.container(width="stretch", gap="small", key="own_place"):
            _place(name, digit.image)


def _place(name: str, x: np.ndarray) -> None:
    model = cache.answering(name)
    plane = cache.map_plane(name)
    sigma = None
    if model.is_variational:
        z, z_log_var = model.encode_distribution(x)
        sigma = np.exp(z_log_var[0] / 2)
    else:
        z = model.encode(x)
    code = tuple(map(float, z[0]))
    words = places.for_people(code)
    with theme.card("Its place", role="code", aside=words, key="own_place_card"):
        share = 100 - neighbours.density_percentile(cache.codes(name).z, z, cache.crowding(name))
        st.markdown(theme.escaped(places.crowd(share)) + (_certainty(sigma) if sigma is not None else ""))
        st.button(
            "Decode it, and keep it",
            key="own_keep",
            icon=":material/push_pin:",
            on_click=latent_panel.keep_code,
            args=(name, code),
        )
    decoded = model.decode(z)
    with theme.card("Drawn from its code, beside its neighbours", role="output", key="own_near_card"):
        left, right = st.columns([pictures.SIDE * SCALE, 330], vertical_alignment="center")
        with left:
            pictures.show(decoded, alt=f"What the decoder draws from {words}", scale=SCALE, key="own_decoded")
        near = examples.nearest(name, z, NEIGHBOURS)
        alts = [examples.alt(name, int(row)) for row in near]
        with right:
            pictures.strip(list(examples.images(name, near)), alts=alts, scale=2)
    centre = plane.project(z)[0]
    ellipses: list[Ellipse] = []
    if sigma is not None and plane.is_code:
        ellipses = [
            {
                "centre": (float(centre[0]), float(centre[1])),
                "radii": (float(n * sigma[0]), float(n * sigma[1])),
            }
            for n in SIGMAS
        ]
    latent_trail(
        key=state.OWN_TRAIL.name,
        chart=state.LATENT_MAP.name,
        kept=[(float(centre[0]), float(centre[1]))],
        numbers=False,
        ellipses=ellipses,
        label=f"Your digit, {words}",
    )


def _certainty(sigma: np.ndarray) -> str:
    shown = " and ".join(f"{value:.2f}" for value in sigma[:2])
    if len(sigma) == 2:
        return f" The encoder is sure of it to σ = {shown}; the ellipses on the map are 1 σ and 2 σ."
    return f" The encoder is sure of its first two numbers to σ = {shown}."
