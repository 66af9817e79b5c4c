"""The layers below the points of the map: how dense the codes lie, where the network has holes, what is near what.

A switch works in the browser; the server measures a field the first time that anybody asks for it.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from aemodels.latent import fields
from pages.ui import cache, errors, state
from pages.ui.components.latent_layers import Switch, latent_layers, wanted

PRIOR: Final = "prior"
PRIOR_HELP: Final = (
    "The codes that a VAE is taught to expect lie like this: 39 % within the first circle, 86 % within the second, "
    "99 % within the third."
)
MANIFOLD_HELP: Final = "What the decoder draws all over the map, each image where its code lies."


@st.fragment
@errors.as_sentences()
def map_layers(name: str) -> None:
    """The switches for the map of `name`, and what was asked for of its layers."""
    asked = state.LAYERS_WANTED.get()
    latent_layers(
        key=state.LATENT_LAYERS.name,
        chart=state.LATENT_MAP.name,
        layers=[_switch(name, layer, layer in asked) for layer in known(name)] + _prior(name),
        on_wanted=_take_wish,
    )


def known(name: str) -> tuple[str, ...]:
    """The layers of the map of `name`: on a plane through a longer code, only how dense it is."""
    if not cache.map_plane(name).is_code:
        return ("density",)
    return (cache.MANIFOLD, *fields.FIELDS) if cache.has_atlas(name) else ("density", "regions")


def wishes(claimed: Any) -> frozenset[str]:
    """The layers among what a browser claims to have asked for; anything else is not heard."""
    if not isinstance(claimed, list | tuple):
        return frozenset()
    names = {cache.MANIFOLD, *fields.FIELDS}
    return frozenset(wish for wish in claimed[: len(names)] if isinstance(wish, str) and wish in names)


def _take_wish() -> None:
    state.LAYERS_WANTED.set(state.LAYERS_WANTED.get() | wishes(wanted(state.LATENT_LAYERS.name)))


def _switch(name: str, layer: str, measured: bool) -> Switch:
    record = fields.FIELDS.get(layer)
    title, help = ("Manifold", MANIFOLD_HELP) if record is None else (record.title, record.help)
    switch: Switch = {"name": layer, "title": title, "help": help}
    if not measured:
        return switch
    drawn = cache.layer(name, layer)
    if record is not None:
        switch["note"] = record.help
        if drawn.high is not None:
            switch["note"] += f" Full colour: {drawn.high:.2g} {record.unit}."
    return {**switch, "uri": drawn.uri, "x": list(drawn.x), "y": list(drawn.y)}


def _prior(name: str) -> list[Switch]:
    if not (cache.map_plane(name).is_code and cache.card(name).config.variational):
        return []
    lines = [circle.tolist() for circle in fields.prior_circles()]
    return [
        {
            "name": PRIOR,
            "title": "Prior",
            "help": PRIOR_HELP,
            "lines": lines,
            "note": "circles of 1, 2 and 3 σ",
        }
    ]
