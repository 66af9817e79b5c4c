"""The pipeline of Reconstruct in one row: the digit, what the model sees, its code, what is drawn from the code.

While a stroke grows three images follow (`follow`), many times a second; what is said about them
follows once it has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import (
    arrow,
    cache,
    code_card,
    digit_input,
    errors,
    live,
    pictures,
    quality,
    reconstruct_details,
    seen_card,
    state,
    theme,
)
from pages.ui.digit import Digit

DIGIT, CODE, OUTPUT, QUALITY = "digit", "code", "output", "quality"  # keys of the fragments
PARTS: Final = (DIGIT, seen_card.KEY, CODE, OUTPUT, QUALITY, reconstruct_details.KEY)
SCALE: Final = 7


@dataclass(frozen=True, eq=False)
class Reconstructed:
    """The visitor's digit, its code z (1, d) and the image y (1, 28, 28, 1) decoded from it, by the model."""

    model: str
    digit: Digit
    z: np.ndarray
    y: np.ndarray


def reconstruct_row(name: str) -> None:
    """The row for the model `name`."""
    card = cache.card(name)
    with st.container(
        horizontal=True,
        gap="xsmall",
        horizontal_alignment="center",
        vertical_alignment="center",
        key="pipeline",
    ):
        with st.container(width=digit_input.WIDTH):  # a fragment takes what room there is
            _digit(card.dataset)
        seen_card.seen(card.dataset)
        arrow.arrow("encoder", role="code", name="encoder", detail=f"784 → {card.code_size:,}")
        with code_card.code_card():
            _code(name)
        arrow.arrow("decoder", role="output", name="decoder", detail=f"{card.code_size:,} → 784")
        with st.container(border=True, width=SCALE * pictures.SIDE + 28, gap="xsmall", key="output_card"):
            theme.heading("Drawn from the code", role="output")
            _output(name)


@st.fragment(key=QUALITY)
@errors.as_sentences()
def how_close(name: str) -> None:
    """The card with error and figures; it follows once a stroke has ended."""
    found = reconstructed(name)
    dataset = cache.card(name).dataset
    quality.quality(found.digit.image, found.y, dataset_name=dataset, code_size=found.z.shape[1])


def follow(name: str, image: np.ndarray) -> live.Answer:
    """The images of the row that follow a growing stroke, of the digit so far, float32 (1, 28, 28, 1)."""
    model = cache.answering(name)
    z = model.encode(image)
    return {
        "images": {
            **seen_card.live_image(image),
            code_card.IMAGE: code_card.as_uri(name, z[0]),
            state.RECONSTRUCTION: pictures.data_uri(model.decode(z), scale=SCALE),
        }
    }


def reconstructed(name: str) -> Reconstructed:
    """The visitor's digit through the model, computed once for all parts of the page."""
    card = cache.card(name)
    made_by = f"{name} {card.created}"  # a model that is saved again under its name is another model
    digit = digit_input.current(card.dataset)
    held: Reconstructed | None = state.RECONSTRUCTED.get()
    if held is not None and held.model == made_by and np.array_equal(held.digit.image, digit.image):
        return Reconstructed(made_by, digit, held.z, held.y)
    model = cache.answering(name)
    z = model.encode(digit.image)
    found = Reconstructed(made_by, digit, z, model.decode(z))
    state.RECONSTRUCTED.set(found)
    return found


@st.fragment(key=DIGIT)
@errors.as_sentences()
def _digit(dataset_name: str) -> None:
    digit_input.digit_input(dataset_name, parts=PARTS, followed=True)


@st.fragment(key=CODE)
@errors.as_sentences()
def _code(name: str) -> None:
    code_card.code(name, reconstructed(name).z[0])


@st.fragment(key=OUTPUT)
@errors.as_sentences()
def _output(name: str) -> None:
    found = reconstructed(name)
    alt = f"The reconstruction of {found.digit.title}"
    pictures.show(found.y, alt=alt, scale=SCALE, key=state.RECONSTRUCTION)
