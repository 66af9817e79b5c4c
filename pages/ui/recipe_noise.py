"""Recipe R3: noisy, original and reconstructed test images, the losses by epoch, and ReLU against leaky ReLU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import noise
from aemodels.figures import images, term_curves
from aemodels.measure import metrics
from aemodels.published import PIXELS
from aemodels.training.jobs import Job
from pages.ui import cache, recipe_case, recipe_prepare, state, theme
from pages.ui.recipe_case import Case, shipped, ten
from pages.ui.recipe_rows import show_rows

NAME: Final = "denoising-conv"
SIGMA: Final = 0.5
SEED: Final = 0
MEASURED: Final = 200  # test images that the PSNR is the mean of
HEIGHT: Final = 240  # pixels
ACTIVATIONS: Final[Mapping[str, str]] = {"leaky_relu": "Leaky ReLU", "relu": "ReLU"}


@dataclass(frozen=True, eq=False)
class Triples:
    """Ten test images as they go in, as they are, and as they come out, uint8 (10, 28, 28); PSNR in dB of
    more."""

    noisy: np.ndarray
    clean: np.ndarray
    drawn: np.ndarray
    before: float
    after: float


def denoising_conv(own: Case | None, better: Case | None) -> bool:
    """The triples, the curves, and the switch between the activations."""
    runs = of_activations(own)
    wanted = st.segmented_control(
        "Activation",
        list(ACTIVATIONS),
        format_func=ACTIVATIONS.__getitem__,
        key=state.R3_ACTIVATION.name,
        default=state.R3_ACTIVATION.first,
        required=True,
        help="A leaky ReLU lets a tenth of what is below 0 pass, so that no unit is dead. It is the tutorial's.",
    )
    complete = True
    if not runs:
        stand_in = shipped("denoising-mnist")
        if stand_in is not None:
            st.caption(
                f"Nobody has trained it here yet: this is {stand_in.title}, a dense network with 128 numbers."
            )
            complete = _triples(stand_in)
    for activation in sorted(runs, key=lambda name: name != wanted):
        st.caption(f"**{ACTIVATIONS[activation]}** · {theme.escaped(runs[activation].title)}")
        complete = _triples(runs[activation]) and complete
    if wanted in ACTIVATIONS and wanted not in runs:
        recipe_prepare.button(
            f"Prepare it with {ACTIVATIONS[wanted]}",
            NAME,
            *recipe_case.like(NAME, own, activation=wanted),
            key="prepare_activation",
            icon=":material/swap_horiz:",
        )
    _curves(runs, better)
    if better is not None and better.job is not None:
        st.caption(f"**The better choice** · {theme.escaped(better.title)}")
        complete = _triples(better) and complete
    return complete


def of_activations(own: Case | None) -> dict[str, Case]:
    """The visitor's newest training of the recipe with each activation; the one that is shown comes first."""
    shown = own.job if own is not None else None
    found: dict[str, Case] = {}
    for job in recipe_case.of_visitor(shown):
        if recipe_case.is_own(NAME, job):
            found[job.spec.model.activation] = recipe_case.of_job(job)
    if own is not None and shown is not None:
        found[shown.spec.model.activation] = own
    return {name: case for name, case in found.items() if name in ACTIVATIONS}


def _curves(runs: Mapping[str, Case], better: Case | None) -> None:
    lines = {ACTIVATIONS[name]: _losses(case) for name, case in runs.items()}
    if better is not None and better.job is not None:
        lines["the better choice"] = _losses(better)
    lines = {name: pair for name, pair in lines.items() if pair[1]}
    if not lines:
        st.caption("The losses of training and validation come with the first epoch.")
        return
    st.plotly_chart(
        term_curves.paired_curves(lines, unit="cross-entropy a pixel", theme=theme.shown()),
        key="recipe_curves",
        height=HEIGHT,
        config={"displayModeBar": False},
        alt="Loss by epoch against the clean image: "
        + "; ".join(f"{name} ends at {pair[1][-1]:.4f} in validation" for name, pair in lines.items()),
    )


def _losses(case: Case) -> tuple[list[float], list[float]]:
    columns = (case.history.get(name, ()) for name in ("loss", "val_loss"))
    training, validation = ([value / PIXELS for value in column] for column in columns)
    return training, validation


def _triples(case: Case) -> bool:
    found, complete = triples(case)
    if found is None:
        st.caption("The first images come with the first epoch.")
        return complete
    blocks = [images.grid(block, len(block), 1) for block in (found.noisy, found.clean, found.drawn)]
    show_rows(
        blocks, "Three rows of ten test images: with noise, the originals, and what the network makes of them"
    )
    st.caption(
        f"Noisy (σ = {SIGMA:g}), original, reconstructed · epoch {case.epoch} · of {MEASURED} test images "
        f"{found.before:.1f} dB go in and {found.after:.1f} dB come out (PSNR, higher is better)"
    )
    return complete


def triples(case: Case) -> tuple[Triples | None, bool]:
    """Those of a case, as far as they are made, and whether they are the newest."""
    data = case.dataset
    if data is None or data.test.values.ndim != 3:
        return None, True
    chosen = ten(data.test)
    others = np.setdiff1d(np.arange(min(len(data.test), MEASURED)), chosen)
    part = data.test.take(np.concatenate([chosen, others])[:MEASURED])

    def make_of(network: object) -> Triples:
        noisy = noise.gaussian(part.x, SIGMA, np.random.default_rng(SEED))
        drawn = np.asarray(network.reconstruct(noisy))  # type: ignore[attr-defined]
        shown = len(chosen)
        return Triples(
            images.to_uint8(noisy[:shown]),
            part.values[:shown],
            images.to_uint8(drawn[:shown]),
            float(metrics.psnr(part.x, noisy).mean()),
            float(metrics.psnr(part.x, drawn).mean()),
        )

    job: Job | None = case.job
    if job is None:
        return cache.made_of_model(str(case.model), "triples", make_of), True
    if not case.epoch:
        return None, True

    def make() -> Triples:
        with cache.network_of(job) as network:
            return make_of(network)

    return cache.latest().ask((job.token, "triples"), case.epoch, make, learning=job.state.active)
