"""Recipes R4a and R4b: the map of two numbers, the faults of a plain one measured, the three running losses."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS
from aemodels.errors import AemodelsError
from aemodels.figures import class_areas, images, term_curves
from aemodels.latent import faults
from aemodels.measure import classifier
from aemodels.published import TUTORIAL_BETA, TUTORIAL_PIXELS
from aemodels.training.jobs import Job, State
from pages.ui import cache, recipe_case, recipe_checkpoints, recipe_prepare, state, theme
from pages.ui.recipe_case import Case, shipped
from pages.ui.recipe_rows import show_rows

HEIGHT: Final = 300  # pixels
ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "own": ("Test images' own codes", "where the decoder has practised"),
    "drawn": ("Drawn from N(0, I)", "the prior, which only R4b was trained for"),
    "box": ("Drawn from the box around the codes", "what one would try without a prior"),
    "holes": ("The emptiest places between the codes", "ringed and numbered on the map"),
}
BETAS: Final = (0.1, 0.25, 0.5, 1.0, 2.048, 4.0, 8.0, 16.0)


def conv_2d(own: Case | None, better: Case | None) -> bool:
    """R4a: the map, and its three faults, beside the same figures of what does better."""
    case = own or shipped("dense-mnist-2d")
    complete = True
    if case is not None:
        _stand_in(own, case)
        complete = _faults(case, key="own")
    if better is not None:
        st.markdown(f"**The same of the better choice** · {theme.escaped(better.title)}")
        complete = _faults(better, key="better") and complete
    if own is not None and own.job is not None:
        recipe_checkpoints.checkpoints(own.job)
    return complete


def conv_vae_2d(own: Case | None, better: Case | None) -> bool:
    """R4b: the three running losses, β, the map and what is drawn from the prior."""
    case = own or shipped("vae-fashion-2d")
    complete = True
    _beta(own)
    if case is not None:
        _stand_in(own, case)
        _losses(case)
        complete = _faults(case, key="own")
    if better is not None and better.model is None:
        st.markdown(f"**The same of the better choice** · {theme.escaped(better.title)}")
        complete = _faults(better, key="better") and complete
    if own is not None and own.job is not None:
        recipe_checkpoints.checkpoints(own.job)
    return complete


def _faults(case: Case, *, key: str) -> bool:
    """The map with its areas, and rows of what decodes where."""
    found = case.codes()
    if found is None or not np.isfinite(found[0]).all():
        st.caption("The map comes with the first epoch.")
        return True
    codes, labels = found
    areas = faults.areas(codes, labels)
    classes = [int(label) for label in areas.labels]
    made, complete = rows(case, codes)
    empty = made["holes"].places if made and "holes" in made else None
    names = case.class_names
    left, right = st.columns((3, 2), gap="small")
    with left:
        st.plotly_chart(
            class_areas.map_of_areas(
                codes, labels, areas.ellipses, classes, holes=empty, class_names=names, theme=theme.shown()
            ),
            key=f"recipe_map_{key}",
            height=HEIGHT,
            config={"displayModeBar": False},
            alt=f"Codes of {len(codes):,} test images coloured by class, an ellipse around each class at one "
            "standard deviation, and the emptiest places ringed",
        )
    with right:
        st.plotly_chart(
            class_areas.area_bars(areas.area, classes, class_names=names, theme=theme.shown()),
            key=f"recipe_areas_{key}",
            height=HEIGHT,
            config={"displayModeBar": False},
            alt=f"Area of each class: the largest is {areas.ratio:.1f} times the smallest",
        )
    st.caption(
        f"**Areas**: the largest class takes {areas.ratio:.1f} times the area of the smallest (the ellipse "
        "at one standard deviation; σ is that of all codes)."
    )
    if made:
        _rows(made)
    else:
        st.caption("What decodes where is being made.")
    return complete


def rows(case: Case, codes: np.ndarray) -> tuple[dict[str, faults.Row] | None, bool]:
    """What the case decodes where, as far as it is made, and whether that is of its newest epoch."""
    judge = _judge(case)
    if case.job is None:
        made = cache.made_of_model(
            str(case.model), "faults", lambda network: faults.rows(network.decode, codes, judge=judge)
        )
        return made, True
    job = case.job
    if not case.epoch:
        return None, True

    def make() -> dict[str, faults.Row]:
        with cache.network_of(job) as network:
            return faults.rows(network.decode, codes, judge=judge)

    return cache.latest().ask((job.token, "faults"), case.epoch, make, learning=job.state.active)


def _judge(case: Case) -> faults.Judge | None:
    name = case.job.spec.dataset if case.job is not None else cache.card(str(case.model)).dataset
    try:
        judge = classifier.load(name)
    except AemodelsError:  # of data of one's own
        return None
    return lambda images: judge.judge(images)[1]


def _rows(made: Mapping[str, faults.Row]) -> None:
    for name, (title, words) in ROWS.items():
        if name not in made:
            continue
        row = made[name]
        told = [] if name == "own" else [f"{row.distance:.2f} σ from the nearest code"]
        if row.recognised is not None:
            told.append(f"{row.recognised:.0%} recognised by the judge")
        st.caption(f"**{title}**, {words} · {' · '.join(told)}")
        show_rows([images.grid(row.images, len(row.images), 1)], f"{title}: ten places, decoded")


def _losses(case: Case) -> None:
    """Total, reconstruction and KL, in training and in validation; in the tutorial's own scaling by a switch."""
    scaled = st.toggle(
        "In the tutorial's scaling",
        key=state.R4_SCALING.name,
        persist_state="session",
        help="There the reconstruction is the mean of the cross-entropy over 1,024 pixels, and the total is 500 "
        "times that plus the KL. The 240 pixels of the padding are taken as drawn perfectly. Otherwise: nats an "
        "image, the sum over pixels, plus β times the KL.",
    )
    terms = running(case.history, scaled=scaled)
    if not terms:
        st.caption("The three losses come with the first epoch.")
        return
    st.plotly_chart(
        term_curves.term_curves(terms, theme=theme.shown()),
        key="recipe_terms",
        height=210,
        config={"displayModeBar": False},
        alt="By epoch: "
        + "; ".join(f"{name} ends at {pair[1][-1]:.3g} in validation" for name, pair in terms.items()),
    )


def running(history: Mapping[str, object], *, scaled: bool) -> dict[str, tuple[list[float], list[float]]]:
    """The three losses of R4, each in training and in validation, by epoch; empty before the first."""
    columns = {
        name: (list(history.get(name, ())), list(history.get(f"val_{name}", ())))  # type: ignore[call-overload]
        for name in ("loss", "reconstruction", "kl")
    }
    if not columns["loss"][1]:
        return {}
    if not scaled:
        return {
            "total, nats": columns["loss"],
            "reconstruction, nats": columns["reconstruction"],
            "KL, nats": columns["kl"],
        }
    means = tuple([value / TUTORIAL_PIXELS for value in part] for part in columns["reconstruction"])
    totals = tuple(
        [TUTORIAL_BETA * mean + kl for mean, kl in zip(part, kls, strict=True)]
        for part, kls in zip(means, columns["kl"], strict=True)
    )
    return {"total_loss": totals, "reconstruction_loss": means, "kl_loss": columns["kl"]}  # type: ignore[dict-item]


def _beta(own: Case | None) -> None:
    """β by a slider: of the training that goes on, else prepared for the next one."""
    job = None if own is None else own.job
    steers = job is not None and job.state in (State.RUNNING, State.PAUSED) and job.result is None
    present = 2.048 if job is None else job.spec.model.beta
    if steers and job is not None and job.steering.beta is not None:
        present = job.steering.beta
    options = sorted({*BETAS, float(present)})
    key = state.r4_beta(job.token if job is not None else "")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.select_slider(
            "β",
            options,
            value=float(present),
            key=key.name,
            format_func=lambda value: f"{value:g}",
            width=320,
            help="Weight of the KL. 1 is the ELBO; 2.048 is what the tutorial's 500 means here. "
            + (
                "It counts from the next batch on."
                if steers
                else "Prepare a training with it, and start that."
            ),
            on_change=functools.partial(_steer, job, key) if steers else None,
        )
        if not steers:
            recipe_prepare.button(
                f"Prepare it with β = {chosen:g}",
                "conv-vae-2d",
                *recipe_case.like("conv-vae-2d", own, beta=chosen),
                key="prepare_beta",
                icon=":material/tune:",
            )


def _steer(job: Job | None, key: state.Key[float]) -> None:
    if job is not None:
        job.steering.set_beta(key.get())


def _stand_in(own: Case | None, case: Case) -> None:
    if own is None:
        data = cache.card(str(case.model)).dataset
        st.caption(
            f"Nobody has trained it here yet: this is {theme.escaped(case.title)}, of "
            f"{DATASETS[data].title if data in DATASETS else data}."
        )
