"""The colours that carry meaning, the same in every figure and on every page.

Digit colours are Petroff's ten ("Accessible color sequences for data visualization", 2021), which
colour-blind people can tell apart. The others follow the pipeline: input slate, encoder and code violet,
decoder and output teal, noise amber, error one diverging scale. Each has a light and a dark value.
"""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]

DIGITS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
"""One colour a class, 0 to 9; on a light and on a dark ground."""

POINT_OPACITY = 0.62


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as CSS."""

    text: str
    muted: str
    ground: str
    card: str
    line: str
    grid: str
    input: str
    code: str
    code_soft: str
    output: str
    output_soft: str
    noise: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        text="#1f2430",
        muted="#667085",
        ground="#ffffff",
        card="#ffffff",
        line="#e3e6eb",
        grid="#f1f3f5",
        input="#475569",
        code="#6d28d9",
        code_soft="#ece2fa",
        output="#0d9488",
        output_soft="#dff1ef",
        noise="#d97706",
    ),
    "dark": Palette(
        text="#e6e9ef",
        muted="#9aa4b2",
        ground="#0e1117",
        card="#1a1f2b",
        line="#2b3240",
        grid="#222735",
        input="#94a3b8",
        code="#a78bfa",
        code_soft="#222134",
        output="#2dd4bf",
        output_soft="#122a2c",
        noise="#fbbf24",
    ),
}

BOTH = Palette(
    text="#64708a",
    muted="#7d8596",
    ground="rgba(0,0,0,0)",
    card="rgba(0,0,0,0)",
    line="rgba(127,136,153,0.30)",
    grid="rgba(127,136,153,0.14)",
    input="#6f7d92",
    code="#8b5cf6",
    code_soft="rgba(139,92,246,0.15)",
    output="#14a896",
    output_soft="rgba(20,168,150,0.15)",
    noise="#e08a06",
)
"""For a figure that is cached once and shown in either theme: values between the two, legible on both."""

MISSING = (63, 144, 218)
"""RGB of the error where the output has too little ink: x - y = +1."""
SURPLUS = (255, 169, 14)
"""RGB of the error where the output has too much ink: x - y = -1. Blue and orange stay apart for all eyes."""


def palette(theme: Theme | None = None) -> Palette:
    """The colours of a theme; without one, those that do for both."""
    return BOTH if theme is None else PALETTES[theme]


def class_colour(index: int) -> str:
    """The colour of a class; an eleventh class begins again with the first colour."""
    return DIGITS[index % len(DIGITS)]
