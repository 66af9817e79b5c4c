"""The layers below the points of the map: how dense the codes lie, where the network has holes, what is near what.

A switch works in the browser; the server measures a field the first time that anybody asks for it.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from aemodels.latent import fields
from pages.ui import cache, errors, state
from pages.ui.components.latent_layers import Drawing, Switch, latent_layers, wanted

PRIOR: Final = "prior"
PRIOR_HELP: Final = (
    "The codes that a VAE is taught to expect lie like this: 39 % within the first circle, 86 % within the second, "
    "99 % within the third."
)
MANIFOLD_HELP: Final = "What the decoder draws all over the map, each image where its code lies."
_WORDS: Final[dict[str, tuple[str, str, str | None]]] = {
    cache.MANIFOLD: ("Manifold", MANIFOLD_HELP, None),
    PRIOR: ("Prior", PRIOR_HELP, "circles of 1, 2 and 3 σ"),
}


@st.fragment
@errors.as_sentences()
def map_layers(name: str, beside: str | None = None) -> None:
    """The switches for the map of `name`, and for that of `beside` too, with what was asked for of its layers."""
    asked = state.LAYERS_WANTED.get()
    maps = {state.LATENT_MAP.name: name} | ({} if beside is None else {state.BESIDE_MAP.name: beside})
    drawings: dict[str, dict[str, Drawing]] = {chart: {} for chart in maps}
    switches: list[Switch] = []
    for layer in dict.fromkeys(layer for model in maps.values() for layer in known(model)):
        switch = _switch(layer)
        for chart, model in maps.items():
            if layer not in known(model) or layer not in (*asked, PRIOR):
                continue
            other = next((each for each in maps.values() if each != model and layer in known(each)), None)
            drawings[chart][layer] = _drawing(model, layer, other, switch)
        switches.append(switch)
    latent_layers(
        key=state.LATENT_LAYERS.name,
        switches=switches,
        sheets=[{"chart": chart, "drawings": drawn} for chart, drawn in drawings.items()],
        on_wanted=_take_wish,
    )


def known(name: str) -> tuple[str, ...]:
    """The layers of the map of `name`: on a plane through a longer code, only how dense it is."""
    if not cache.map_plane(name).is_code:
        return ("density",)
    layers = (cache.MANIFOLD, *fields.FIELDS) if cache.has_atlas(name) else ("density", "regions")
    return (*layers, PRIOR) if cache.card(name).config.variational else layers


def wishes(claimed: Any) -> frozenset[str]:
    """The layers among what a browser claims to have asked for; anything else is not heard."""
    if not isinstance(claimed, list | tuple):
        return frozenset()
    names = {cache.MANIFOLD, *fields.FIELDS}
    return frozenset(wish for wish in claimed[: len(names)] if isinstance(wish, str) and wish in names)


def _take_wish() -> None:
    state.LAYERS_WANTED.set(state.LAYERS_WANTED.get() | wishes(wanted(state.LATENT_LAYERS.name)))


def _switch(layer: str) -> Switch:
    title, help, note = _WORDS.get(layer) or (fields.FIELDS[layer].title, fields.FIELDS[layer].help, None)
    switch: Switch = {"name": layer, "title": title, "help": help}
    return switch if note is None else {**switch, "note": note}


def _drawing(name: str, layer: str, beside: str | None, switch: Switch) -> Drawing:
    """The layer on the map of `name`, on one scale with that of `beside`, which the note of `switch` then says."""
    if layer == PRIOR:
        return {"lines": [circle.tolist() for circle in fields.prior_circles()]}
    drawn = cache.layer(name, layer, beside)
    if layer in fields.FIELDS:
        switch["note"] = fields.FIELDS[layer].help
        if drawn.high is not None:
            both = " on both maps" if beside is not None else ""
            switch["note"] += f" Full colour{both}: {drawn.high:.2g} {fields.FIELDS[layer].unit}."
    return {"uri": drawn.uri, "x": list(drawn.x), "y": list(drawn.y)}
