"""The arrows between the cards of the pipeline: encoder, decoder, noise, a network that does all at once."""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.figures.palette import BOTH
from pages.ui.code_picture import FONT

# Tones between those of the two themes: a picture cannot know which of them is shown.
COLOURS: Final = {"code": BOTH.code, "output": BOTH.output, "noise": BOTH.noise, "input": BOTH.input}

LETTER: Final = 6.3  # pixels: the width of a letter or digit of this size, with a little room

_SHAPES: Final = {
    "encoder": "M2 4 38 12V30L2 38Z",
    "decoder": "M2 12 38 4V38L2 30Z",
    "network": "M2 4 20 15 38 4V38L20 27 2 38Z",
    "noise": "M8 9l3 3M20 5v4M31 10l-3 3M6 21h4M30 21h4M9 33l3-3M20 33v4M31 32l-3-3M20 16v10M15 21h10",
}


def arrow(shape: str, *, role: str, name: str, detail: str) -> None:
    """One arrow with its `name` and `detail` below, such as “encoder” and “784 → 2”."""
    width = max(52, round(LETTER * max(len(name), len(detail))))
    colour = COLOURS[role]
    middle = width / 2
    text = f"text-anchor='middle' {FONT} font-size='11' fill='{colour}'"
    fill = "none" if shape == "noise" else colour
    shift = (width - 52) / 2
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='76' viewBox='0 0 {width} 76'>"
        f"<g transform='translate({shift:.1f} 0)' stroke='{colour}' stroke-width='1.4' stroke-linejoin='round'"
        f" stroke-linecap='round'><path d='{_SHAPES[shape]}' fill='{fill}' fill-opacity='0.16'/>"
        "<path d='M41 21h10m-4-4 4 4-4 4' fill='none'/></g>"
        f"<text x='{middle}' y='55' {text}>{name}</text><text x='{middle}' y='70' {text}>{detail}</text></svg>"
    )
    st.image(picture, width=width, alt=f"{name}: {detail.replace('→', 'to')}")
