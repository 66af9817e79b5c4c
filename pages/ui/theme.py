"""Colours and the page's own few lines of style, for Streamlit and Plotly alike.

Streamlit's themes live in .streamlit/config.toml; what carries meaning there has a name here: markdown such
as `:violet[…]` and the CSS variables of components take their colours from the same settings, so both themes
follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import streamlit as st

Role = Literal["input", "code", "output", "noise", "plain"]

# What a colour means, in the names of Streamlit's markdown.
ROLE_COLOURS: Final[dict[Role, str]] = {
    "input": "gray",
    "code": "violet",
    "output": "green",
    "noise": "orange",
    "plain": "",
}


ICON: Final = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'>"
    "<path d='M3 3 20 14 37 3V37L20 26 3 37Z' fill='%238b5cf6'/></svg>"
)
"""The page's icon, encoder and decoder: our own, so that no browser asks for one elsewhere."""


def apply() -> None:
    """Lay the page's padding and the pixelated images over Streamlit's theme. Once a run, in app.py."""
    st.html(Path(__file__).with_name("style.css"))


def coloured(text: str, role: Role) -> str:
    """Markdown of `text`, bold, in the colour of its role in the pipeline."""
    colour = ROLE_COLOURS[role]
    return f":{colour}[**{text}**]" if colour else f"**{text}**"


def shown() -> Literal["light", "dark"]:
    """The theme that the visitor's browser shows, for a figure that is made anew at every run."""
    return "dark" if st.context.theme.type == "dark" else "light"


@contextmanager
def card(title: str, *, role: Role = "plain", aside: str = "", key: str | None = None) -> Iterator[None]:
    """A bordered card with its title in the colour of `role`, and a small remark at the right of it.

    `aside` is plain text (its markdown is not read). `key` names the card in CSS (`st-key-…`); without one it
    is made of the title, which is then unique on its page. A key that ends in `_card` has a card's ground.
    """
    key = key or "_".join(re.findall(r"[a-z0-9]+", title.lower())) + "_card"
    with st.container(border=True, gap="xsmall", key=key):
        if title:
            heading(title, role=role, aside=aside)
        yield


def heading(title: str, *, role: Role = "plain", aside: str = "") -> None:
    """The first line of a card: title at the left, remark at the right (style.css draws them apart)."""
    remark = f" :small[{escaped(aside)}]" if aside else ""
    st.markdown(coloured(title, role) + remark)


def escaped(text: str) -> str:
    """`text` with the signs that markdown would read made plain."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:^" else sign for sign in text)
