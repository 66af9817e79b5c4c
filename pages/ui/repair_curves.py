"""Over the test set: PSNR against the level of the chosen noise, a curve for each denoiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.data.datasets import DATASETS
from aemodels.figures.denoising_curves import Curve, denoising_curves, mark
from aemodels.measure import classical, denoising
from pages.ui import cache, state, theme
from pages.ui.noise_controls import BY_HAND
from pages.ui.repair_case import Case

STUDY: Final = "denoising"
HEIGHT: Final = 340  # pixels
SECONDS: Final = {"dense": 8, "conv": 20}  # that a study takes, about


@dataclass(frozen=True)
class Source:
    """The data set on whose test images a study was, or would be, made: `name` in the table, and which images."""

    name: str
    title: str
    fingerprint: str


def curves_card(case: Case) -> None:
    """The figure, or the way to it; with a mark at the level of the slider."""
    source = source_of(case.name)
    aside = f"{denoising.TEST_IMAGES} test images of {source.title}: median, and the middle half"
    with theme.card("Over the test set", aside=aside, key="curves_card"):
        if case.kind == BY_HAND:
            st.caption("Damage by hand has no level to draw a curve over. Choose a kind of noise above.")
            return
        # Curves of different images cannot be compared: the picked model is there if it is of the same data set.
        names = [name for name in dict.fromkeys([case.name, case.picked]) if source_of(name) == source]
        studies = {name: found for name in names if (found := _study(name)) is not None}
        curves = [*_networks(studies, case), *_others(studies, case, source)]
        if curves:
            _show(case, curves)
        for name in names:
            if name not in studies:
                _offer(name)


def source_of(name: str) -> Source:
    """The model's own data set where its study is stored or the data set is at hand; else the bundled digits."""
    card = cache.card(name)
    if cache.stored_study(name, STUDY) is not None and card.dataset in DATASETS:
        return Source(card.dataset, DATASETS[card.dataset].title, card.fingerprint)
    data = cache.sample_dataset(card.dataset)
    return Source(data.name, data.title, data.fingerprint)


def _study(name: str) -> dict[str, np.ndarray] | None:
    """What is stored, or what this visitor has asked for and is kept in the cache."""
    stored = cache.stored_study(name, STUDY)
    if stored is None and name in state.CURVES_WANTED.get():
        with st.spinner(
            f"Denoising {denoising.TEST_IMAGES} test images at every level of every kind of noise"
        ):
            return cache.make_study(name, STUDY)
    return stored


def _networks(studies: dict[str, dict[str, np.ndarray]], case: Case) -> list[Curve]:
    found = []
    for name, arrays in studies.items():
        quartiles = denoising.curve(arrays, "network", case.kind)
        if quartiles is not None:
            found.append(
                Curve(cache.title(name), "network" if name == case.name else "second network", quartiles)
            )
    return found


def _others(studies: dict[str, dict[str, np.ndarray]], case: Case, source: Source) -> list[Curve]:
    """Doing nothing, and the filters where they were measured."""
    nothing = [denoising.curve(arrays, "nothing", case.kind) for arrays in studies.values()]
    found = [Curve("doing nothing", "nothing", curve) for curve in nothing[:1] if curve is not None]
    filters = cache.filter_curves(source.name, source.fingerprint, case.kind)
    titles = {name: f"{classical.CLASSICAL[name].title} filter" for name in filters}
    return found + [Curve(titles[name], "filter", quartiles) for name, quartiles in filters.items()]


def _show(case: Case, curves: list[Curve]) -> None:
    record = CORRUPTIONS[case.kind]
    figure = denoising_curves(denoising.levels(case.kind), curves, unit=f"{record.title}: {record.unit}")
    here = {
        curve.title: float(denoising.at_level(case.kind, curve.quartiles, case.level)[1]) for curve in curves
    }
    st.plotly_chart(
        mark(figure, case.level),
        key="denoising_curves",
        height=HEIGHT,
        config={"displayModeBar": False},
        alt=f"PSNR against the level of {record.title.lower()}; at level {case.level:g}: "
        + ", ".join(f"{title} {value:.1f} dB" for title, value in here.items()),
    )
    st.caption(theme.escaped(said(here)))


def said(here: dict[str, float]) -> str:
    """The medians in dB at one level, by denoiser, as a sentence; at no noise doing nothing is flawless."""
    if here.get("doing nothing", 0.0) >= denoising.FAINT:
        return "There is next to no noise here: whatever is done harms more than it repairs."
    best = max(here, key=here.__getitem__)
    others = {title: value for title, value in here.items() if title != best}
    if not others:
        return f"Half of the test images are above {here[best]:.1f} dB with {best}."
    second = max(others, key=others.__getitem__)
    return (
        f"At the level of the slider {best} does best, with half of the images above {here[best]:.1f} dB; "
        f"next comes {second} with {others[second]:.1f} dB. The bands hold the middle half of the images."
    )


def _offer(name: str) -> None:
    card = cache.card(name)
    seconds = SECONDS.get(card.kind, max(SECONDS.values()))
    st.caption(
        f"{theme.escaped(cache.title(name))} has not been measured over all kinds and levels of noise yet."
    )
    st.button(
        f"Measure it, about {seconds} seconds",
        key=f"measure_{name}",
        icon=":material/monitoring:",
        on_click=lambda: state.CURVES_WANTED.set(state.CURVES_WANTED.get() | {name}),
    )
