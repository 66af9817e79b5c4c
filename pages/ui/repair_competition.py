"""Who takes this damage away best: nobody, the best classical filter, or a network; and what each repairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures.repair_map import LEGEND, repair_map
from aemodels.measure import classical, denoising, figure_table, metrics
from pages.ui import cache, pictures, theme
from pages.ui.noise_controls import BY_HAND
from pages.ui.repair_case import Case, decibel, psnr, ssim

SCALE: Final = 4  # screen pixels to a pixel
SIDE: Final = SCALE * pictures.SIDE
BESIDE: Final = 122  # pixels: two figures side by side; five competitors fit in a row of the laptop's page


@dataclass(frozen=True)
class Figure:
    """A figure of an image pair: how it is written, how a gain is, and what it means."""

    title: str
    of: Callable[[np.ndarray, np.ndarray], float]
    shown: Callable[[float], str]
    gain: str
    help: str


_AGAINST: Final = "Here against your clean digit. Below: the gain over doing nothing."

FIGURES: Final = (
    Figure(
        "PSNR",
        psnr,
        decibel,
        "{:+.1f} dB",
        f"{figure_table.FIGURES['psnr'].meaning} {_AGAINST}",
    ),
    Figure(
        "SSIM",
        ssim,
        "{:.2f}".format,
        "{:+.2f}",
        f"{figure_table.FIGURES['ssim'].meaning} {_AGAINST}",
    ),
)


@dataclass(frozen=True, eq=False)
class Competitor:
    """One way to answer: its title and picture, what it says in a small line, and what that means."""

    title: str
    image: np.ndarray
    alt: str
    role: theme.Role
    remark: str = ""
    help: str | None = None


def competition(case: Case) -> None:
    """The card: every competitor with its figures, and with the pixels that it repaired or harmed."""
    with theme.card("Who does it best?", aside="PSNR decides", key="competition_card"):
        entries = competitors(case)
        figures = [[figure.of(case.clean, entry.image) for figure in FIGURES] for entry in entries]
        scores = [values[0] for values in figures]
        best = int(np.argmax(scores))  # the first of equals: doing nothing is the cheapest
        with st.container(horizontal=True, gap="small", key="competition"):
            _clean(case)
            _entry(entries[0], figures[0], is_best=best == 0)
            for place, entry in enumerate(entries[1:], 1):
                repair = denoising.repair(case.clean, case.noisy, entry.image)
                _entry(entry, figures[place], is_best=best == place, before=figures[0], repair=repair)
        words = verdict(
            scores[0], scores[1], scores[2], len(entries) > 3 and best > 2 and entries[best].title
        )
        st.caption(f"{theme.escaped(words)} Beside each answer, {LEGEND}.")


def competitors(case: Case) -> list[Competitor]:
    """Doing nothing, the best filter, the chosen network, then other networks."""
    found = [Competitor("Doing nothing", case.noisy, "The damaged digit", "noise"), _best_filter(case)]
    for name in case.networks():
        answer = case.answer if name == case.name else cache.answering(name).reconstruct(case.noisy)
        title = cache.title(name)
        found.append(Competitor(title, answer, f"The digit as denoised by {title}", "output"))
    return found


def _best_filter(case: Case) -> Competitor:
    kind, level = case.tuned_for
    dataset = cache.sample_dataset(cache.card(case.name).dataset).name
    best = classical.best(cache.filters(dataset, kind, level))
    record = classical.CLASSICAL[best.name]
    noise = "scribbles, the nearest to damage by hand" if case.kind == BY_HAND else "this noise"
    why = (
        f"{record.description} The best of median, Gaussian, total variation and non-local means for {noise}, "
        "with the parameter that suits it best. Both were chosen on other images, before yours was seen."
    )
    setting = f"{record.parameter_title.lower()} {best.parameter:g} {record.unit}".strip()
    return Competitor(
        f"Best filter: {record.title}", best.apply(case.noisy), "The filtered digit", "plain", setting, why
    )


def _clean(case: Case) -> None:
    with st.container(width=SIDE, gap="xsmall"):
        st.markdown(theme.coloured("Clean", "input"))
        pictures.show(case.clean, alt="Your clean digit", scale=SCALE)
        st.caption("what all are compared with")


def _entry(
    entry: Competitor,
    figures: Sequence[float],
    *,
    is_best: bool,
    before: Sequence[float] | None = None,
    repair: np.ndarray | None = None,
) -> None:
    """One competitor. Where it did something: the figures `before` that, and the pixels of `repair`, too."""
    with st.container(width=BESIDE if repair is None else 2 * SIDE + 4, gap="xsmall"):
        mark = " :material/trophy:" if is_best else ""
        st.markdown(theme.coloured(theme.escaped(entry.title), entry.role) + mark, help=entry.help)
        with st.container(horizontal=True, gap="xxsmall", wrap=False):
            pictures.show(entry.image, alt=entry.alt, scale=SCALE)
            if repair is not None:
                alt = f"{entry.alt}: {counts(repair)}; {LEGEND}"
                pictures.show(repair_map(repair[0]), alt=alt, scale=SCALE)
        with st.container(horizontal=True, gap="small", wrap=False):
            for place, (figure, value) in enumerate(zip(FIGURES, figures, strict=True)):
                gain = None if before is None else figure.gain.format(value - before[place])
                st.metric(figure.title, figure.shown(value), gain, help=figure.help, width="content")
        words = [] if repair is None else [counts(repair), *([entry.remark] if entry.remark else [])]
        if words:
            st.caption(theme.escaped(" · ".join(words)))


def counts(repair: np.ndarray) -> str:
    """How many pixels came visibly nearer to the clean image, and how many went away from it."""
    repaired, harmed = denoising.repaired_and_harmed(repair)
    return f"{repaired} pixels repaired, {harmed} harmed"


def verdict(before: float, by_filter: float, after: float, winner: str | bool = False) -> str:
    """One sentence on PSNRs in dB: of the damaged image, the filter's, the network's; and who else has won."""
    if before >= metrics.PSNR_CAP:
        return "There is no damage to take away. Raise the level, or scribble."
    if winner:
        return f"{winner} does it best."
    if before >= max(by_filter, after):
        return "Doing nothing is best here: both take away more ink than noise. Raise the level."
    if after >= by_filter:
        return f"The network is {after - by_filter:.1f} dB better than the best filter: it knows digits."
    return f"The filter is {by_filter - after:.1f} dB better here. Try Gaussian noise, or more of it."
