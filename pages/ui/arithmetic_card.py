"""Calculating with codes: the mean of some, plus the mean of others, minus that of others again, and its image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.latent import arithmetic, neighbours
from pages.ui import cache, choice, own_digits, pictures, places, state, theme, tray
from pages.ui.components.latent_trail import latent_trail

SCALE: Final = 3
TERMS: Final = {
    "start": "Start from the mean of",
    "plus": "Add the mean of",
    "minus": "Take away the mean of",
}
SIGNS: Final = {"start": "", "plus": "+", "minus": "−"}
MOST_CLASSES: Final = 32


@dataclass(frozen=True)
class Operand:
    """A code to calculate with, and what it is called."""

    title: str
    code: tuple[float, ...]


def arithmetic_card(name: str) -> None:
    """A switch, and below it an equation of images: codes of the model `name` added and taken away."""
    if not cache.draws_images(name) or not st.toggle("Calculate with codes", key=state.ARITHMETIC.name):
        return
    known = operands(name)
    with theme.card(
        "Calculate with codes", role="code", aside="means, added and taken away", key="arithmetic_card"
    ):
        terms = {}
        for column, (which, title) in zip(st.columns(3), TERMS.items(), strict=True):
            with column:
                terms[which] = _term(name, which, title, known)
        if not terms["start"]:
            st.caption("Choose at least one code to start from.")
            return
        _equation(name, terms, known)


def operands(name: str) -> dict[str, Operand]:
    """What there is to calculate with: the decoded place, kept places, an own drawing, the mean of each class."""
    found = {"here": Operand("the decoded place", choice.current(name).code)}
    called = tray.names(name)
    for number, code in enumerate(tray.kept(name), 1):
        title = called.get(code) or places.for_people(code)
        found[f"kept {places.to_text(code)}"] = Operand(f"kept {number}, {title}", code)
    own = own_digits.own()
    if own is not None:
        z = cache.answering(name).encode(own.image)[0]
        found["mine"] = Operand("my drawing", tuple(map(float, z)))
    for label, code in list(cache.class_codes(name).items())[:MOST_CLASSES]:
        found[f"class {label}"] = Operand(
            f"all of class {cache.class_name(name, label)}", tuple(map(float, code))
        )
    return found


def example(name: str) -> dict[str, list[str]]:
    """What the card begins with: the decoded place, turned from the class that it looks like into the next one."""
    stored = cache.codes(name)
    labels = [int(label) for label in np.unique(stored.labels)]
    near = neighbours.nearest(stored.z, choice.current(name).as_array(), 1).index[0]
    here = labels.index(int(stored.labels[near]))
    return {
        "start": ["here"],
        "plus": [f"class {labels[(here + 1) % len(labels)]}"],
        "minus": [f"class {labels[here]}"],
    }


def _term(name: str, which: str, title: str, known: dict[str, Operand]) -> list[str]:
    key = state.term(which)
    if not key.is_there():
        key.set(example(name)[which])
    # A kept place may have gone, or the model have changed.
    key.set([option for option in key.get() if option in known])
    return st.multiselect(
        title,
        list(known),
        key=key.name,
        format_func=lambda option: known[option].title if option in known else option,
        placeholder="choose",
    )


def _equation(name: str, terms: dict[str, list[str]], known: dict[str, Operand]) -> None:
    codes = {which: [known[option].code for option in chosen] for which, chosen in terms.items()}
    result = arithmetic.combine(codes["start"], codes["plus"], codes["minus"])
    shown = {which: arithmetic.mean(term) for which, term in codes.items() if term}
    images = cache.answering(name).decode(np.stack([*shown.values(), result]))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="equation"):
        for (which, code), image in zip(shown.items(), images[:-1], strict=True):
            _sign(SIGNS[which])
            what = " and ".join(known[option].title for option in terms[which])
            with st.container(width="content"):
                pictures.show(image, alt=f"{TERMS[which]} {what}: {places.for_people(code)}", scale=SCALE)
        _sign("=")
        words = places.for_people(result)
        with st.container(width="content"):
            pictures.show(images[-1], alt=f"The result, {words}", scale=SCALE, key="arithmetic_result")
        with st.container(width="content", gap="xsmall"):
            st.markdown(f"**{theme.escaped(words)}**")
            st.button(
                "Keep it",
                key="arithmetic_keep",
                icon=":material/push_pin:",
                on_click=_keep,
                args=(name, tuple(map(float, result))),
            )
    project = cache.map_plane(name).project
    way = project(np.stack([shown["start"], result]))
    latent_trail(
        key="arithmetic_trail",
        chart=state.LATENT_MAP.name,
        kept=places.pairs(way[1:]),
        numbers=False,
        path=places.pairs(way),
        label=f"From {places.for_people(shown['start'])} to the result, {words}",
    )


def _sign(sign: str) -> None:
    if sign:
        st.markdown(f"**{sign}**", width="content")


def _keep(name: str, code: tuple[float, ...]) -> None:
    """Choose and keep the result; one that lies too far out is not kept, and that is said. A callback."""
    try:
        places.from_browser(code, len(code), choice.limit(name))
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")
        return
    tray.choose(name, code)
