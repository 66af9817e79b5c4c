"""The trainings of this visitor in a table: one is shown by a click, several are compared."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from aemodels import architectures, recipes
from aemodels.data.datasets import OWN
from aemodels.figures import run_curves
from aemodels.training.jobs import Job
from pages.ui import cache, model_figures, run_look, state, theme
from pages.ui.training_panel import WORDS

HEIGHT: Final = 260  # pixels of the figure
ROW: Final = 46  # pixels of a row, for a picture in which one sees something
NEWS_EVERY: Final = 2.0  # seconds
LONGEST_NAME: Final = 40


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
    with theme.card("Your runs", aside="kept for a week", key="runs_card"):
        _dataframe(jobs)
        picked = _picked(jobs)
        if not picked:
            st.caption("Tick a run to see it above and to rename it, tick several to compare them.")
            return
        if len(picked) == 1:
            _one(picked[0])
            return
        named = {title(job, jobs): job for job in picked}
        logarithmic = st.toggle("Logarithmic", key="runs_log")
        st.plotly_chart(
            run_curves.run_curves(
                # Plotly reads tags in the names of its lines.
                {html.escape(name): losses(job) for name, job in named.items() if job.progress.epochs},
                logarithmic=logarithmic,
            ),
            key="runs_curves",
            height=HEIGHT,
            config={"displayModeBar": False},
            alt="Validation loss by epoch of " + ", ".join(named),
        )
        run_look.side_by_side(named)
        _forget_button(picked)


def _dataframe(jobs: Sequence[Job]) -> None:
    """The table itself."""
    figures = [] if not any(figure(job, "mse") for job in jobs) else ["mse", "knn_accuracy"]
    if figures and any(figure(job, "nelbo") for job in jobs):
        figures.append("nelbo")
    maps = all(job.spec.model.latent_dim == 2 for job in jobs)
    columns = {
        "Picture": [run_look.thumbnail(job) for job in jobs],
        "Run": [title(job, jobs) for job in jobs],
        "Changed": [changed(job) for job in jobs],
        "Validation loss": [_last(job) for job in jobs],
        **{name: [figure(job, name) for job in jobs] for name in figures},
        "Curve": [losses(job) for job in jobs],
        "Epochs": [len(job.progress.epochs) for job in jobs],
        "State": [WORDS[job.state] for job in jobs],
    }
    st.dataframe(
        columns,
        key=_table(),
        hide_index=True,
        row_height=ROW,
        on_select=lambda: _select(jobs),
        selection_mode="multi-row",
        column_config={
            "Picture": st.column_config.ImageColumn(
                "",
                width=55 if maps else 105,
                help="The map of the test images, or some of them as drawn last.",
            ),
            "Run": st.column_config.TextColumn(width=125),
            "Changed": st.column_config.TextColumn(width=100, help="Settings other than the recipe's."),
            "Validation loss": st.column_config.NumberColumn(
                "Loss",
                width=50,
                format="%.1f",
                help="Of the validation images after the last epoch, in nats.",
            ),
            **{name: model_figures.column(name, width=57, unit=False) for name in figures},
            "Epochs": st.column_config.NumberColumn(width=65),
            "Curve": st.column_config.LineChartColumn(width=70, help="The validation loss by epoch."),
            "State": st.column_config.TextColumn(width=70),
        },
    )


def _one(job: Job) -> None:
    """What one does with a single run."""
    key = state.run_name(job.token)
    if not key.is_there():
        key.set(job.title)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Name of this run",
            key=key.name,
            max_chars=LONGEST_NAME,
            placeholder=recipes.get(job.spec.recipe).title,
            width=280,
            on_change=_rename,
            args=(job,),
        )
        _forget_button([job])


def _forget_button(picked: Sequence[Job]) -> None:
    over = [job for job in picked if not job.state.active]
    words = "Forget these" if len(picked) > 1 else "Forget it"
    st.button(words, key="runs_forget", disabled=not over, on_click=_forget, args=(over,))


def title(job: Job, jobs: Sequence[Job]) -> str:
    """Which run this is: its number, from this visitor's first that is still known, and its name or recipe."""
    return f"{jobs.index(job) + 1} · {job.title or recipes.get(job.spec.recipe).title}"


def plain_name(text: str) -> str:
    """A name as somebody typed it in one line that can be shown: at most 40 signs, none of them invisible."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[
        :LONGEST_NAME
    ].strip()


def changed(job: Job) -> str:
    """The settings that differ from the recipe's, and another data set or seed."""
    recipe = recipes.get(job.spec.recipe)
    architecture = architectures.architecture_of(job.spec.model)
    model = architectures.converted(recipe.model, architecture)
    found = [] if model == recipe.model else [architectures.ARCHITECTURES[architecture].title.lower()]
    found += [
        f"{field.metadata['label']} {_text(getattr(now, field.name))}"
        for now, then in ((job.spec.model, model), (job.spec.training, recipe.training))
        for field in dataclasses.fields(now)
        if getattr(now, field.name) != getattr(then, field.name)
    ]
    if job.spec.dataset != recipe.dataset:
        found.append("your own data" if job.spec.dataset == OWN else f"data {job.spec.dataset}")
    if job.spec.seed:
        found.append(f"seed {job.spec.seed}")
    return ", ".join(found) or "nothing"


def losses(job: Job) -> list[float]:
    """The validation loss after each epoch."""
    return [epoch.val_loss for epoch in job.progress.epochs]


def figure(job: Job, name: str) -> float | None:
    """A figure of the test set, once it was measured."""
    value = None if job.result is None else job.result.metrics.get(name)
    return None if value is None or isinstance(value, str) else value


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


def _rename(job: Job) -> None:
    key = state.run_name(job.token)
    job.title = plain_name(str(key.get()))
    key.set(job.title)
    job.note()


def _forget(jobs: Sequence[Job]) -> None:
    state.RUNS_FORGOTTEN.set(state.RUNS_FORGOTTEN.get() + 1)
    for job in jobs:
        cache.jobs().forget(job)
        state.run_name(job.token).forget()
        if state.JOB.get() == job.token:
            state.JOB.set(None)
