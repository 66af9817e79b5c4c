"""Again and again: what becomes of a damaged digit that goes through the network many times."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures.change_curve import change_curve
from aemodels.measure import repetition
from aemodels.measure.repetition import Rounds
from pages.ui import cache, pictures, state, theme
from pages.ui.components.film_strip import Frame, film_strip, picked
from pages.ui.repair_case import Case, decibel

ROUNDS: Final = 50
SHOWN: Final = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50)
SCALE: Final = 4
HEIGHT: Final = 200  # pixels of the figure
SIDE: Final = 58  # pixels of a frame
FELL: Final = 0.5  # dB that the PSNR must lose, or gain, to be spoken of


def rounds_card(case: Case) -> None:
    """The film strip of the rounds, the change from round to round, and what came of it in a sentence."""
    title = theme.escaped(cache.title(case.name))
    with theme.card("Again and again", role="output", aside=f"each answer is the next input, {ROUNDS} times"):
        rounds = repetition.repeat(cache.answering(case.name).reconstruct, case.noisy, ROUNDS)
        quality = rounds.psnr(case.clean[0])
        numbers = [number for number in SHOWN if number < len(rounds.images)]
        shown = state.ROUND_SHOWN.get()
        shown = shown if shown in numbers else numbers[-1]
        film_strip(
            key=state.ROUNDS_STRIP.name,
            frames=[_frame(rounds, number, quality, shown) for number in numbers],
            on_pick=lambda: _pick(numbers, picked(state.ROUNDS_STRIP.name)),
            side=SIDE,
            hint="Click to see it large.",
        )
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            with st.container(width=SCALE * pictures.SIDE, gap="xsmall"):
                pictures.show(rounds.images[shown], alt=f"After {_times(shown)}", scale=SCALE)
                st.caption(f"after {_times(shown)}: {decibel(quality[shown])}")
            if len(rounds.changes):
                with st.container(width="stretch"):
                    st.plotly_chart(
                        change_curve(rounds.changes, quality, shown=shown, settled=repetition.SETTLED),
                        key="rounds_curve",
                        height=HEIGHT,
                        config={"displayModeBar": False},
                        alt=f"Change from round to round, from {rounds.changes[0]:.3f} to {rounds.changes[-1]:.4f}",
                    )
        st.caption(f"**{title}**: " + " ".join(verdict(rounds, quality)))


def verdict(rounds: Rounds, quality: np.ndarray) -> list[str]:
    """Sentences on whether it has settled, and on what: `quality` is the PSNR in dB of every image."""
    if rounds.flawed:
        return [f"After {_times(len(rounds.changes))} its answers were no numbers any more."]
    settled = rounds.settled_after()
    circle = rounds.circle()
    if circle is not None:
        moves = f"It goes round in a circle of {circle} images, and never settles."
    elif settled is None:
        moves = f"It still moves, by {rounds.changes[-1]:.3f} a pixel (RMS) in the last round."
    elif settled == 0:
        moves = "It does not move at all: the network leaves this image as it is."
    else:
        moves = f"It has settled after {_times(settled)}."
    best, last = int(np.argmax(quality)), float(quality[-1])
    if quality[best] - last < FELL:
        gained = last - float(quality[min(1, len(quality) - 1)])
        if gained >= FELL:
            return [moves, f"More rounds helped here: {gained:+.1f} dB over one."]
        return [moves, "More rounds than one change next to nothing."]
    if circle is not None:
        return [
            moves,
            f"They are {quality[best] - last:.1f} dB farther from your digit than after {_times(best)}.",
        ]
    lost = f"{quality[best] - last:.1f} dB farther from it than after {_times(best)}"
    if settled is None:
        return [moves, f"It drifts to an image of the network's own, not to the clean digit: {lost}."]
    return [moves, f"It ends in one of the network's attractors, not at the clean digit: {lost}."]


def _frame(rounds: Rounds, number: int, quality: np.ndarray, shown: int) -> Frame:
    return {
        "uri": pictures.data_uri(rounds.images[number], scale=2),
        "label": f"After {_times(number)}, {decibel(quality[number])}",
        "caption": str(number),
        "changed": number == shown,
    }


def _times(number: int) -> str:
    return "no round" if number == 0 else "1 round" if number == 1 else f"{number} rounds"


def _pick(numbers: list[int], claimed: object) -> None:
    if isinstance(claimed, int) and not isinstance(claimed, bool) and 0 <= claimed < len(numbers):
        state.ROUND_SHOWN.set(numbers[claimed])
