"""Inside the network: what every layer makes of the digit, and what the first one looks for."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures import activations
from aemodels.inside import Layer
from pages.ui import cache, code_card, errors, pictures, places, state, theme
from pages.ui.components.layer_tiles import Part, Station, Tiles, layer_tiles

WIDTH: Final = 240  # pixels that a sheet may take, where it can be enlarged at all
IMAGE_SCALE: Final = 4
LARGEST_SQUARE: Final = 56  # pixels of a unit
LOOKED_AT: Final = 12  # units of a dense first layer whose weights are shown
USUAL: Final = 0.995  # of the weights have less than full colour: a few large ones would make the rest black
FEW: Final = 16  # numbers of a code that are written out

COLOURS: Final[dict[Part, tuple[int, int, int]]] = {
    "input": activations.WHITE,
    "encoder": activations.VIOLET,
    "code": activations.VIOLET,
    "decoder": activations.TEAL,
    "output": activations.WHITE,
}


@st.fragment
@errors.as_sentences()
def inside_card(name: str, x: np.ndarray) -> None:
    """The layers of the model `name` for the image `x` (1, 28, 28, 1); nothing for a model of points.

    All layers run and become pictures: call it where a visitor has asked to see them.
    """
    if not cache.draws_images(name):
        return
    inside = cache.inside(name)
    layers = inside.layers(x)
    aside = f"{len(layers)} layers; point at a tile to enlarge it, click to hold it"
    with theme.card("Inside the network", key="inside_card", aside=aside):
        layer_tiles(key=state.LAYER_TILES.name, stations=stations(x[0], layers, inside.filters))
        st.caption(
            "Bright is strong: violet in the encoder, green in the decoder, orange below zero. Each layer has a "
            f"scale of its own. Silent is what gives less than {activations.SILENT:.0%} of its layer's strongest."
        )


def stations(x: np.ndarray, layers: tuple[Layer, ...], filters: np.ndarray) -> list[Station]:
    """The pipeline for one image `x` (28, 28, 1): itself, each of its layers, the filters beside the first."""
    last = sum(layer.part == "encoder" for layer in layers) - 1
    found = [_image("input", "Input", "28×28 pixels", x)]
    for place, layer in enumerate(layers):
        values = layer.values[0]
        if place == len(layers) - 1:
            found.append(_image("output", "Output", layer.title, values))
            continue
        part: Part = "code" if place == last else layer.part
        title, words = ("The code", layer.title) if place == last else (layer.kind, layer.detail)
        sheets = [_answers(values, part)]
        if place == 0:
            sheets.insert(0, _filters(filters, values))
        found.append({"part": part, "title": title, "words": words, "sheets": sheets})
    return found


def _image(part: Part, title: str, words: str, image: np.ndarray) -> Station:
    sheet = activations.tiles(image[None, :, :, 0])
    tiles = _tiles(sheet, part, noun="Image", caption="", scale=IMAGE_SCALE)
    return {"part": part, "title": title, "words": words, "sheets": [tiles]}


def _answers(values: np.ndarray, part: Part) -> Tiles:
    """What a layer gives: (rows, columns, filters) as maps, (units,) as squares."""
    maps = values.ndim == 3
    sheet = activations.maps(values) if maps else activations.squares(values)
    scale = max(WIDTH // sheet.indices.shape[1], 1)
    noun = "Map" if maps else "Number" if part == "code" else "Unit"
    caption = f"Full colour is {sheet.reach:.2f}; {sheet.silent:,} of {len(sheet.peaks):,} silent."
    if part == "code" and len(values) <= FEW and not maps:
        caption = ", ".join(
            f"z{places.subscript(k + 1)} = {code_card.minus(v)}" for k, v in enumerate(values)
        )
    return _tiles(
        sheet, part, noun=noun, caption=caption, scale=scale if maps else min(scale, LARGEST_SQUARE)
    )


def _filters(filters: np.ndarray, answers: np.ndarray) -> Tiles:
    """All filters of a convolution in their order; of a dense layer the weights of the most active units."""
    if answers.ndim == 3:
        sheet = activations.tiles(filters)
        scale = max(WIDTH // 2 // sheet.indices.shape[1], 1)
        caption = "What each looks for: bright below violet, dark below orange."
        return _tiles(sheet, "encoder", noun="Map", caption=caption, scale=scale)
    order = np.argsort(-answers, kind="stable")[:LOOKED_AT]
    strong = float(np.quantile(np.abs(filters[order]), USUAL))
    sheet = activations.tiles(filters[order], reach=strong)
    caption = (
        f"What the {len(order)} most active look for: ink on violet, none on orange. "
        "Speckle is weights that training hardly moved."
    )
    numbers = [int(unit) + 1 for unit in order]
    return _tiles(sheet, "encoder", noun="Unit", caption=caption, scale=2, numbers=numbers)


def _tiles(
    sheet: activations.Sheet,
    part: Part,
    *,
    noun: str,
    caption: str,
    scale: int,
    numbers: list[int] | None = None,
) -> Tiles:
    return {
        "uri": pictures.uri(activations.png(sheet, COLOURS[part])),
        "columns": sheet.columns,
        "tile": sheet.tile,
        "gap": sheet.gap,
        "scale": scale,
        "noun": noun,
        "numbers": numbers or list(range(1, len(sheet.peaks) + 1)),
        "peaks": [round(float(peak), 3) for peak in sheet.peaks],
        "caption": caption,
    }
