"""One factor of a drawn digit under a slider: the digit, what the model makes of it, and how its code moves."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.factors import FACTORS, Factor
from aemodels.figures.factor_path import factor_curves, factor_path
from pages.ui import cache, errors, pictures, state, theme
from pages.ui.cache.factors import STEPS, Sweep

HEIGHT: Final = 250
SCALE: Final = 4
AROUND: Final = 1000  # codes of other drawn digits that are shown behind a way


@st.fragment
@errors.as_sentences()
def factor_moves(name: str, numbers: np.ndarray, *, wide: bool) -> None:
    """The card. `numbers`: which numbers of a longer code are drawn, counted from 0. `wide`: as the page."""
    aside = "all others stay in the middle"
    with theme.card("Move a factor", role="input", aside=aside, key="factor_moves_card"):
        if wide:
            left, right = st.columns((2, 3), gap="medium")
            with left:
                factor, digit, at = _choose()
        else:
            factor, digit, at = _choose()
            left, right = st.columns((1, 2), gap="small", vertical_alignment="center")
        sweep = cache.factor_sweep(name, digit, FACTORS.index(factor))
        with left:
            _images(sweep, at, digit, factor)
        with right:
            _figure(name, sweep, at, factor, numbers)


def place(factor: Factor, value: object) -> int:
    """The step, 0 to STEPS - 1, nearest to a value that a browser claims for a factor; the middle for nonsense."""
    if not isinstance(value, int | float) or not np.isfinite(value):
        return STEPS // 2
    share = (min(max(float(value), factor.low), factor.high) - factor.low) / (factor.high - factor.low)
    return round(share * (STEPS - 1))


def _choose() -> tuple[Factor, int, int]:
    """The factor, the digit, and the step of the factor, as the visitor sets them."""
    table = {factor.name: factor for factor in FACTORS}
    if state.FACTOR_MOVED.get() not in table:
        state.FACTOR_MOVED.set(FACTORS[0].name)
    if not state.FACTOR_DIGIT.is_there():
        state.FACTOR_DIGIT.set(state.FACTOR_DIGIT.first)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        digit = st.selectbox(
            "Digit", range(10), key=state.FACTOR_DIGIT.name, width=80, persist_state="session"
        )
        moved = st.selectbox(
            "Factor",
            list(table),
            format_func=lambda key: table[key].title,
            key=state.FACTOR_MOVED.name,
            width=160,
            persist_state="session",
        )
        factor = table.get(moved, FACTORS[0])
        key = state.factor_slider(factor.name)
        if not key.is_there():
            key.set(factor.middle)
        value = st.slider(
            f"{factor.title}, {factor.unit}",
            factor.low,
            factor.high,
            key=key.name,
            step=(factor.high - factor.low) / (STEPS - 1),
            format="%.2f",
        )
    return factor, int(digit), place(factor, value)


def _images(sweep: Sweep, at: int, digit: int, factor: Factor) -> None:
    said = f"{factor.title.lower()} {sweep.values[at]:.2f} {factor.unit}"
    with st.container(horizontal=True, gap="small"):
        for image, words, alt in (
            (sweep.images[at], "drawn", f"A {digit} drawn with {said}"),
            (sweep.reconstructions[at], "the model's", f"What the model makes of the {digit} with {said}"),
        ):
            with st.container(width=28 * SCALE, gap=None):
                pictures.show(image[..., None], alt=alt, scale=SCALE)
                st.caption(words)


def _figure(name: str, sweep: Sweep, at: int, factor: Factor, numbers: np.ndarray) -> None:
    moved = sweep.codes[-1] - sweep.codes[0]
    mover = int(np.ptp(sweep.codes, axis=0).argmax())
    alt = (
        f"The code while {factor.title.lower()} rises: z{mover + 1} moves most, "
        f"by {moved[mover]:+.2f} from the lowest to the highest"
    )
    if sweep.codes.shape[1] == 2:
        others = cache.drawn_codes(name)[:AROUND]
        figure = factor_path(sweep.codes, others, at, theme=theme.shown(), revision=f"way {name}")
    else:
        figure = factor_curves(
            sweep.values,
            sweep.codes[:, numbers],
            numbers,
            at,
            title=f"{factor.title.lower()}, {factor.unit}",
            theme=theme.shown(),
            revision=f"curves {name} {factor.name}",
        )
    st.plotly_chart(figure, key="factor_way", height=HEIGHT, config={"displayModeBar": False}, alt=alt)
