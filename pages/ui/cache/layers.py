"""The layers under the points of a map: fields over code space as pictures, and the manifold.

A field is given in standard deviations of the model's own codes (`fields.relative`): so the holes of a map that is
twenty times as wide as another are comparable with the other's, and two maps side by side share one scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import StoreError
from aemodels.latent.atlas import Extent
from pages.ui import pictures
from pages.ui.cache import maps, store


@dataclass(frozen=True)
class MapLayer:
    """A field over the map as a picture: a data URI, the bounds that it covers, and the value of full colour."""

    uri: str
    x: tuple[float, float]
    y: tuple[float, float]
    high: float | None = None


MANIFOLD: Final = "manifold"
MANIFOLD_SIDE: Final = 20
"""Images a side of the manifold grid: at 500 pixels each is still to be recognised."""


@st.cache_resource(show_spinner=False, max_entries=32)
def _field(name: str, version: str, layer: str, kind: str) -> tuple[np.ndarray, Extent]:
    from aemodels.latent import atlas, fields

    places, model = maps.map_places(name), store.answering(name)
    given = {
        "codes": places,
        "labels": store.codes(name).labels,
        "encode": model.encode,
        "decode": model.decode,
    }
    extent = atlas.extent(places)
    arguments = {need: given[need] for need in fields.FIELDS[layer].needs}
    measured = getattr(fields, layer)(**arguments, extent=extent)
    return fields.relative(layer, measured, places), extent


@st.cache_resource(show_spinner=False, max_entries=32)
def _manifold(name: str, version: str) -> MapLayer:
    from aemodels.figures import images
    from aemodels.latent import atlas

    sheet = maps.atlas_sheet(name)
    if sheet is None:
        raise StoreError("This model has no atlas to show as a manifold. Train and save it again.")
    made = atlas.Atlas.from_png(sheet.png, **sheet.lattice)
    picture = images.png(images.grid(atlas.manifold(made, MANIFOLD_SIDE), MANIFOLD_SIDE, gap=0))
    return _over_nodes(picture, (made.x, made.y), MANIFOLD_SIDE)


def _over_nodes(png: bytes, extent: Any, nodes: int, high: float | None = None) -> MapLayer:
    """A picture of so many nodes a side: the outermost lie on the bounds, and each reaches half a step around."""
    half = [(top - bottom) / (nodes - 1) / 2 for bottom, top in extent]
    x, y = ((bottom - more, top + more) for (bottom, top), more in zip(extent, half, strict=True))
    return MapLayer(pictures.uri(png), x, y, high)


def layer(name: str, layer: str, beside: str | None = None) -> MapLayer:
    """A field of `aemodels.latent.fields`, or the manifold, over the map of `name`.

    With the name of another model in `beside`, full colour is the larger value of the two. The first call measures
    the field, which takes a second or two.
    """
    from aemodels.figures import layers
    from aemodels.latent import fields

    if layer == MANIFOLD:
        return _manifold(name, store.version(name))
    both = [name] if beside is None else [name, beside]
    measured = [_field(each, store.version(each), layer, maps.flat_kind(each)) for each in both]
    values, extent = measured[0]
    if layer not in layers.HUES:
        return _over_nodes(layers.png(layers.regions_image(values)), extent, fields.NODES)
    colour = layers.HUES[layer]
    high = max(layers.field_image(other, low=0.0, colour=colour).high for other, _ in measured)
    drawn = layers.field_image(values, low=0.0, high=high or None, colour=colour)
    return _over_nodes(layers.png(drawn.image), extent, fields.NODES, drawn.high)
