"""Below the reconstruction: what else can be done with this one digit, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import cache, code_editing, digit_input, errors, inside_card, posterior_card, state

KEY: Final = "details"  # of the fragment


@dataclass(frozen=True)
class Detail:
    """One thing to look at: its title, what draws it, and whether it is for variational models only."""

    title: str
    draw: Callable[[str, np.ndarray], None]
    variational: bool = False


DETAILS: Final = (
    Detail("Edit the code", code_editing.code_editing),
    Detail("How sure is it?", posterior_card.posterior_card, variational=True),
    Detail("Inside the network", inside_card.inside_card),
)


@st.fragment(key=KEY)
@errors.as_sentences()
def details(name: str) -> None:
    """A choice, and below it what was chosen, for the visitor's digit and the model `name`."""
    variational = cache.card(name).config.variational
    offered = [detail for detail in DETAILS if variational or not detail.variational]
    chosen = st.segmented_control(
        "Look closer",
        offered,
        format_func=lambda detail: detail.title,
        key=state.DETAIL.name,
        label_visibility="collapsed",
    )
    if chosen is None:
        st.caption("Change its code by hand, or look at every layer on the way.")
        return
    chosen.draw(name, digit_input.current(cache.card(name).dataset).image)
