"""The trainings of this visitor in a table: one is shown by a click, several are laid over each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from aemodels import recipes
from aemodels.figures import run_curves
from aemodels.training.jobs import Job
from pages.ui import cache, state, theme
from pages.ui.training_panel import WORDS

HEIGHT: Final = 260  # pixels of the figure
NEWS_EVERY: Final = 2.0  # seconds


def runs() -> None:
    """The card, once there are two of them; while one is under way, it follows."""
    jobs = cache.jobs().of(state.VISITOR.get())
    if len(jobs) < 2:
        return
    active = any(job.state.active for job in jobs)
    st.fragment(_card, run_every=NEWS_EVERY if active else None)(jobs, state.JOB.get())


def _card(jobs: Sequence[Job], shown: str | None) -> None:
    if state.JOB.get() != shown:
        st.rerun()  # another run was picked, or some were forgotten: the rest of the page shall say so
    with theme.card("Your runs", aside="until the server starts anew", key="runs_card"):
        st.dataframe(
            {
                "Run": [title(job, jobs) for job in jobs],
                "Changed": [changed(job) for job in jobs],
                "Epochs": [len(job.progress.epochs) for job in jobs],
                "Validation loss": [_last(job) for job in jobs],
                "Curve": [losses(job) for job in jobs],
                "State": [WORDS[job.state] for job in jobs],
            },
            key=_table(),
            hide_index=True,
            on_select=lambda: _select(jobs),
            selection_mode="multi-row",
            column_config={
                "Run": st.column_config.TextColumn(width=150),
                "Changed": st.column_config.TextColumn(width=160, help="Settings other than the recipe's."),
                "Epochs": st.column_config.NumberColumn(width=65),
                "Validation loss": st.column_config.NumberColumn(
                    "Loss",
                    width=65,
                    format="%.1f",
                    help="Of the validation images after the last epoch, in nats.",
                ),
                "Curve": st.column_config.LineChartColumn(width=80, help="The validation loss by epoch."),
                "State": st.column_config.TextColumn(width=70),
            },
        )
        picked = _picked(jobs)
        if len(picked) < 2:
            st.caption("Tick a run to see it above, tick several to compare their curves.")
            return
        logarithmic = st.toggle("Logarithmic", key="runs_log")
        st.plotly_chart(
            run_curves.run_curves(
                {title(job, jobs): losses(job) for job in picked if job.progress.epochs},
                logarithmic=logarithmic,
            ),
            key="runs_curves",
            height=HEIGHT,
            config={"displayModeBar": False},
            alt="Validation loss by epoch of " + ", ".join(title(job, jobs) for job in picked),
        )
        over = [job for job in picked if not job.state.active]
        st.button("Forget these", key="runs_forget", disabled=not over, on_click=_forget, args=(over,))


def title(job: Job, jobs: Sequence[Job]) -> str:
    """Which run this is: its number, counted from this visitor's first that is still known, and its recipe."""
    return f"{jobs.index(job) + 1} · {recipes.get(job.spec.recipe).title}"


def changed(job: Job) -> str:
    """The settings that differ from the recipe's, and another data set or seed."""
    recipe = recipes.get(job.spec.recipe)
    found = [
        f"{field.metadata['label']} {_text(getattr(now, field.name))}"
        for now, then in ((job.spec.model, recipe.model), (job.spec.training, recipe.training))
        for field in dataclasses.fields(now)
        if getattr(now, field.name) != getattr(then, field.name)
    ]
    if job.spec.dataset != recipe.dataset:
        found.append(f"data {job.spec.dataset}")
    if job.spec.seed:
        found.append(f"seed {job.spec.seed}")
    return ", ".join(found) or "nothing"


def losses(job: Job) -> list[float]:
    """The validation loss after each epoch."""
    return [epoch.val_loss for epoch in job.progress.epochs]


def _last(job: Job) -> float | None:
    return job.progress.epochs[-1].val_loss if job.progress.epochs else None


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _picked(jobs: Sequence[Job]) -> list[Job]:
    """The runs whose rows a browser claims to have ticked; rows that are none are left out."""
    selection: Any = state.chart(_table()).get() or {}
    rows = selection.get("selection", {}).get("rows", [])
    return [jobs[row] for row in rows if isinstance(row, int) and 0 <= row < len(jobs)]


def _select(jobs: Sequence[Job]) -> None:
    picked = _picked(jobs)
    if len(picked) == 1:
        state.JOB.set(picked[0].token)


def _table() -> str:
    """The table's key: another one once runs are gone, for the browser ticks rows by their place."""
    return f"runs_{state.RUNS_FORGOTTEN.get()}"


def _forget(jobs: Sequence[Job]) -> None:
    state.RUNS_FORGOTTEN.set(state.RUNS_FORGOTTEN.get() + 1)
    for job in jobs:
        cache.jobs().forget(job)
        if state.JOB.get() == job.token:
            state.JOB.set(None)
