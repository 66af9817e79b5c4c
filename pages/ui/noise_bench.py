"""Noise on a digit, and who takes it away best: a network, the best classical filter, or nobody at all."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aemodels.data.corruptions import CORRUPTIONS, corrupt
from aemodels.measure import classical, metrics
from pages.ui import arrow, cache, errors, image_row, pictures, state, theme
from pages.ui.digit import Digit

DENOISER: Final = "denoising-mnist"  # stands in for a picked model that was not trained on noise
SCALE: Final = 6
WIDTH: Final = SCALE * pictures.SIDE + 28
ARROW_WIDTH: Final = 52
ROW_WIDTH: Final = 2 * WIDTH + ARROW_WIDTH + 14  # of what this draws beside the clean digit
PSNR_HELP: Final = (
    "Peak signal-to-noise ratio against your clean digit: more is better, +3 dB halves the squared error."
)


@st.fragment
@errors.as_sentences()
def noise_bench(digit: Digit, picked: str, results: DeltaGenerator) -> None:
    """From the noise to the denoised digit, and the comparison in the container `results`.

    Reruns alone when the noise changes. `picked` is the visitor's model.
    """
    clean = digit.image
    with st.container(
        horizontal=True,
        gap="xsmall",
        horizontal_alignment="center",
        vertical_alignment="center",
        key="noise_row",
    ):
        with st.container(border=True, width=WIDTH, gap="xsmall", key="noise_card"):
            title, picture = st.container(), st.container()
            kind, level = _noise_controls()
            noisy = corrupt(clean, kind, level, state.NOISE_SEED.get())
            before = _psnr(clean, noisy)
            with title:
                theme.heading("With noise", role="noise", aside=decibel(before))
            with picture:
                words = f"{digit.title} with {CORRUPTIONS[kind].title.lower()}, level {level:g}"
                pictures.show(noisy, alt=words, scale=SCALE, key=state.NOISY_IMAGE)
        arrow.arrow("network", role="code", name="network", detail="cleans")
        with st.container(border=True, width=WIDTH, gap="xsmall", key="denoised_card"):
            title, picture = st.container(), st.container()
            name = _choose_denoiser(picked)
            answer = cache.answering(name).reconstruct(noisy)
            after = _psnr(clean, answer)
            with title:
                theme.heading("Denoised", role="output", aside=decibel(after))
            with picture:
                pictures.show(answer, alt=f"What {name} makes of it", scale=SCALE, key=state.DENOISED)
            st.caption(_trained_for(name, kind))
    with results, st.container(border=True, gap="xsmall", key="competition_card"):
        title = st.empty()
        with title:
            theme.heading("Who does it best?", aside="Trying the classical filters on other images")
        _compare(clean, noisy, answer, name, kind, level)
        with title:
            theme.heading("Who does it best?", aside="PSNR, and the gain over doing nothing")


# --- what the visitor sets -----------------------------------------------------------------------------------


def _noise_controls() -> tuple[str, float]:
    kinds = list(CORRUPTIONS)
    kind = st.selectbox(
        "Kind of noise",
        kinds,
        format_func=lambda name: CORRUPTIONS[name].title,
        key=state.NOISE_KIND.name,
        label_visibility="collapsed",
        persist_state="session",
    )
    record = CORRUPTIONS[kind]
    chosen = state.NOISE_LEVELS.get()
    if state.NOISE_LEVEL.get() is None or kind != state.NOISE_SHOWN.get():
        state.NOISE_LEVEL.set(chosen.get(kind, record.default))
        state.NOISE_SHOWN.set(kind)
    level = st.slider(
        record.unit[:1].upper() + record.unit[1:],
        record.low,
        record.high,
        step=record.step,
        format="%d" if record.step == round(record.step) else "%.2f",
        key=state.NOISE_LEVEL.name,
        help=record.description,
    )
    state.NOISE_LEVELS.set({**chosen, kind: level})
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(
            "Fresh noise", key="noise_again", icon=":material/casino:", type="tertiary", on_click=_fresh_noise
        )
        st.caption(f"seed {state.NOISE_SEED.get()}", width="content")
    return kind, level


def _fresh_noise() -> None:
    state.NOISE_SEED.set(state.NOISE_SEED.get() + 1)


def _choose_denoiser(picked: str) -> str:
    names = denoisers(picked)
    if len(names) == 1:
        st.caption(f"by {theme.escaped(names[0])}")
        return names[0]
    return st.selectbox(
        "Denoised by",
        names,
        key=state.DENOISER.name,
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


# --- what comes of it ----------------------------------------------------------------------------------------


def _compare(
    clean: np.ndarray, noisy: np.ndarray, answer: np.ndarray, name: str, kind: str, level: float
) -> None:
    dataset = cache.sample_dataset(cache.card(name).dataset).name
    best = classical.best(cache.filters(dataset, kind, level))
    record = classical.CLASSICAL[best.name]
    filtered = best.apply(noisy)
    before, after, by_filter = (_psnr(clean, image) for image in (noisy, answer, filtered))
    winner = max(((before, 0, noisy), (by_filter, 1, filtered), (after, 2, answer)), key=lambda one: one[0])[
        2
    ]
    setting = f"{record.parameter_title} {best.parameter:g} {record.unit}".strip()
    why = (
        f"{record.description} The best of median, Gaussian, total variation and non-local means for this noise, "
        f"with the parameter that suits it best, chosen on other images. {PSNR_HELP}"
    )
    entries = (
        ("Doing nothing", noisy, "The noisy digit", before, "noise", "", PSNR_HELP),
        (f"Best filter: {record.title}", filtered, "The filtered digit", by_filter, "plain", setting, why),
        (name, answer, "The denoised digit", after, "output", "", PSNR_HELP),
    )
    image_row.competition(
        [
            image_row.Competitor(
                title=title,
                image=image,
                alt=alt,
                label="PSNR",
                value=decibel(figure),
                delta=None if image is noisy else f"{figure - before:+.1f} dB",
                remark=remark,
                role=role,  # type: ignore[arg-type]
                best=image is winner,
                help=words,
            )
            for title, image, alt, figure, role, remark, words in entries
        ],
        verdict(before, by_filter, after),
        key="competition",
    )


def verdict(before: float, by_filter: float, after: float) -> str:
    """One sentence on three PSNRs in dB: of the noisy image, of the filter's, of the network's."""
    if before >= metrics.PSNR_CAP:
        return "There is no noise to take away. Raise the level."
    if before >= max(by_filter, after):
        return "Doing nothing is best here: both take away more ink than noise. Raise the level."
    if after >= by_filter:
        return f"The network is {after - by_filter:.1f} dB better than the best filter: it knows digits."
    return f"The filter is {by_filter - after:.1f} dB better here. Try Gaussian noise, or more of it."


def _trained_for(name: str, kind: str) -> str:
    noise = cache.card(name).training.get("noise") or ()
    if kind in noise:
        return "It was trained on this noise."
    if noise:
        return "It was trained on noise, but never on this kind."
    return "It was never trained on noise: only its narrow code holds some back."


def decibel(value: float) -> str:
    """A PSNR for people: identical images have no error at all."""
    return "no error" if value >= metrics.PSNR_CAP else f"{value:.1f} dB"


def _psnr(x: np.ndarray, y: np.ndarray) -> float:
    return float(metrics.psnr(x, y)[0])
