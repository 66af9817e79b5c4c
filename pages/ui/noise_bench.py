"""Noise on a digit, and a network that takes it away; below, in tabs, how well, compared with all else."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aemodels.data.corruptions import CORRUPTIONS, corrupt
from pages.ui import (
    arrow,
    cache,
    digit_input,
    errors,
    ink,
    live,
    noise_by_hand,
    noise_controls,
    pictures,
    repair_competition,
    repair_curves,
    repair_rounds,
    seen_card,
    state,
    theme,
)
from pages.ui.digit import Digit
from pages.ui.noise_controls import BY_HAND
from pages.ui.repair_case import Case, decibel, psnr

DENOISER: Final = "denoising-mnist"  # stands in for a picked model that was not trained on noise
PADDING: Final = 28  # of a card, left and right together
SCALE: Final = 6
BESIDE_PAD: Final = 5  # the scale of the denoised digit beside the pad, which is wider than a picture

PARTS: Final = {
    "Who does it best?": repair_competition.competition,
    "Over the test set": repair_curves.curves_card,
    "Again and again": repair_rounds.rounds_card,
}


@st.fragment
@errors.as_sentences()
def noise_bench(digit: Digit, picked: str, results: DeltaGenerator) -> None:
    """From the noise to the denoised digit, and what it is compared with in the container `results`.

    Reruns alone when the noise changes. `picked` is the visitor's model.
    """
    with st.container(
        horizontal=True,
        gap="xsmall",
        horizontal_alignment="center",
        vertical_alignment="center",
        key="noise_row",
    ):
        kind, level, noisy = _noise_card(digit)
        arrow.arrow("network", role="code", name="network", detail="cleans")
        case = _denoised_card(digit, noisy, picked, kind, level)
    with results:
        titles = list(PARTS)
        for title, tab in zip(
            titles, st.tabs(titles, key=state.REPAIR_TABS.name, on_change="rerun"), strict=True
        ):
            if tab.open:  # the others cost nothing until they are looked at
                with tab:
                    PARTS[title](case)
    seed = state.NOISE_SEED.get()
    digit_input.follow(functools.partial(follow, kind, level, seed, case.name))
    live.follow(live.DAMAGE, functools.partial(follow_damage, digit.image, case.name))


def follow(kind: str, level: float, seed: int, denoiser: str, image: np.ndarray) -> live.Answer:
    """The images that follow a growing stroke, of the digit so far, float32 (1, 28, 28, 1).

    Damage by hand is another pad's: only what the model sees of the digit follows then.
    """
    found = seen_card.live_image(image)
    if kind == BY_HAND:
        return {"images": found}
    noisy = corrupt(image, kind, level, seed)
    answer = cache.answering(denoiser).reconstruct(noisy)
    return {
        "images": {
            **found,
            state.NOISY_IMAGE: pictures.data_uri(noisy, scale=SCALE),
            state.DENOISED: pictures.data_uri(answer, scale=SCALE),
        }
    }


def follow_damage(clean: np.ndarray, denoiser: str, sent: bytes) -> live.Answer:
    """The same while the digit `clean` is damaged by hand: what the pad sends is the noisy image."""
    png = ink.grown(sent)
    noisy = clean if png is None else noise_by_hand.damaged_by_hand(clean, png)
    answer = cache.answering(denoiser).reconstruct(noisy)
    return {"images": {state.DENOISED: pictures.data_uri(answer, scale=BESIDE_PAD)}}


def _noise_card(digit: Digit) -> tuple[str, float, np.ndarray]:
    by_hand = state.NOISE_KIND.get() == BY_HAND
    width = noise_by_hand.SIDE if by_hand else SCALE * pictures.SIDE
    with st.container(border=True, width=width + PADDING, gap="xsmall", key="noise_card"):
        title, picture = st.container(), st.container()
        kind = noise_controls.choose_kind()
        if kind == BY_HAND:
            with picture, st.container(key=state.NOISY_IMAGE, gap=None):
                level, noisy = 0.0, noise_by_hand.by_hand(digit)
        else:
            level = noise_controls.choose_level(kind)
            noisy = corrupt(digit.image, kind, level, state.NOISE_SEED.get())
            with picture:
                words = f"{digit.title} with {CORRUPTIONS[kind].title.lower()}, level {level:g}"
                pictures.show(noisy, alt=words, scale=SCALE, key=state.NOISY_IMAGE)
        with title:
            theme.heading("With noise", role="noise", aside=decibel(psnr(digit.image, noisy)))
    return kind, level, noisy


def _denoised_card(digit: Digit, noisy: np.ndarray, picked: str, kind: str, level: float) -> Case:
    scale = BESIDE_PAD if kind == BY_HAND else SCALE
    with st.container(border=True, width=scale * pictures.SIDE + PADDING, gap="xsmall", key="denoised_card"):
        title, picture = st.container(), st.container()
        name = _choose_denoiser(picked)
        answer = cache.answering(name).reconstruct(noisy)
        with title:
            theme.heading("Denoised", role="output", aside=decibel(psnr(digit.image, answer)))
        with picture:
            alt = f"What {cache.title(name)} makes of it"
            pictures.show(answer, alt=alt, scale=scale, key=state.DENOISED)
        st.caption(trained_for(cache.card(name).training.get("noise") or (), kind))
    return Case(digit.image, noisy, answer, name, picked, kind, level)


def _choose_denoiser(picked: str) -> str:
    names = denoisers(picked)
    if len(names) == 1:
        st.caption(f"by {theme.escaped(cache.title(names[0]))}")
        return names[0]
    return st.selectbox(
        "Denoised by",
        names,
        key=state.DENOISER.name,
        format_func=cache.title,
        label_visibility="collapsed",
        help="The model of the sidebar was not trained on noise: compare it with one that was.",
    )


def denoisers(picked: str) -> list[str]:
    """Names of models to choose from, the best first: only the picked one where it was trained on noise."""
    if cache.card(picked).denoises:
        return [picked]
    trained = [card.name for card in cache.cards() if card.denoises]
    trained.sort(key=lambda name: name != DENOISER)
    return [*trained, picked]


def trained_for(noise: tuple[str, ...] | list[str], kind: str) -> str:
    """What a network that was trained on these kinds of `noise` can be expected to do about `kind`."""
    if kind in noise:
        return "It was trained on this noise."
    if noise:
        return "It was trained on noise, but never on this kind."
    return "It was never trained on noise: only its narrow code holds some back."
