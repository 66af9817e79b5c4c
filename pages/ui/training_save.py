"""Keeping what a training has learned: in the store, as one zip, and as a script that does it again."""

from __future__ import annotations

import functools
from typing import Final

import streamlit as st

from aemodels import run_card
from aemodels.errors import AemodelsError
from aemodels.store import access
from aemodels.training.jobs import Job, State
from pages.ui import cache, model_figures, navigation, state, theme

NO_FIGURES: Final = (
    "Its process or the server ended before its figures were measured; the network itself is whole. Once it is "
    "saved, `python -m aemodels evaluate NAME --write` adds them."
)


def training_save(job: Job) -> None:
    """The figures of a finished training on the test set, and the ways to keep it, once those are known."""
    if job.result is None:
        return
    with theme.card("Keep it", role="output", key="keep_card"):
        if not job.settled:  # its figures come above the name, which would lose what is typed into it
            st.caption("Its figures are being measured on the test images; then it can be kept.")
            return
        if job.result.metrics:
            model_figures.first(job.result.metrics)
            model_figures.rest(job.result.metrics, key="run_all_figures")
        else:
            st.caption(NO_FIGURES)
        _store(job)
        _take_along(job)


def _store(job: Job) -> None:
    """Saving under a name; where that was done, where the model is now."""
    if job.result is None:
        return
    saved = state.SAVED_AS.get().get(job.token)
    if saved is not None:
        st.success(f"Saved as **{theme.escaped(saved)}**. It is in the model picker of every page.")
        if job.spec.model.code_size == 2 and not job.spec.model.linear_output:
            navigation.link("latent", "Walk through its map", model=saved)
        else:
            navigation.link("reconstruct", "Draw for it", model=saved)
        return
    if job.state is State.STOPPED:
        st.caption("Stopped early: this is the best network it had until then.")
    if not access.is_open():
        st.caption(
            "Nothing is saved on this server. Download the run: a playground of your own loads it again."
        )
        return
    if job.own is not None:
        st.caption(
            "Your images stay private and are no part of what is saved. The network, the names of your classes, "
            "and the codes and labels of your test images, are there for everybody then."
        )
    shown = f"{job.token}/{job.rounds}"
    if state.SAVE_FOR.get() != shown or not state.SAVE_NAME.is_there():
        state.SAVE_FOR.set(shown)  # another run, or one that went on: a name of its own that is free
        state.SAVE_PROBLEM.set(None)
        state.SAVE_NAME.set(suggestion(job))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Name",
            key=state.SAVE_NAME.name,
            max_chars=40,
            width=260,
            help="1 to 40 small letters, digits and hyphens.",
        )
        st.button("Save the model", key="train_save", type="primary", on_click=_save, args=(job,))
    if problem := state.SAVE_PROBLEM.get():
        st.error(theme.escaped(problem), icon=":material/info:")


def _take_along(job: Job) -> None:
    """The zip, made when it is asked for, and the script."""
    name = state.SAVED_AS.get().get(job.token) or suggestion(job)
    script = cache.script(job)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Download the run",
            functools.partial(run_card.pack, job, name),
            file_name=f"{name}-run.zip",
            mime="application/zip",
            key="run_zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
        st.download_button(
            "Reproduce: the script",
            script,
            file_name=f"{job.spec.recipe}.py",
            mime="text/x-python",
            key="run_script",
            icon=":material/code:",
            on_click="ignore",
        )
    again = " Load it again under Your models." if access.is_open() else ""
    st.caption(f"The run is a zip: model, settings, figures, pictures, script and a TensorBoard log.{again}")
    with st.expander("Read the script", icon=":material/menu_book:"):
        st.caption(
            "The same training in one file, with TensorFlow, Keras and NumPy alone. It prints this run's losses."
        )
        st.code(script, language="python", height=420)


def suggestion(job: Job) -> str:
    """A free name for the model of `job`: my-RECIPE, my-RECIPE-2, …"""
    taken = {card.name for card in cache.cards()} | set(cache.damaged())
    stem = f"my-{job.spec.recipe}"[:36]
    return next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _save(job: Job) -> None:
    result = job.result
    name = str(state.SAVE_NAME.get()).strip()
    if result is None:
        return
    try:
        run_card.save(job, result, name)
    except AemodelsError as error:
        state.SAVE_PROBLEM.set(str(error))
        return
    state.SAVE_PROBLEM.set(None)
    state.SAVED_AS.set({**state.SAVED_AS.get(), job.token: name})
    cache.forget_cards()
