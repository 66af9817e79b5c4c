"""Saving what a training has learned: a name, a button, and the model is in every picker."""

from __future__ import annotations

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.store import models
from aemodels.training.jobs import Job, State
from pages.ui import cache, navigation, sidebar, state, theme


def training_save(job: Job) -> None:
    """The figures of a finished training on the test set, and the way to keep its model."""
    if job.result is None:
        return
    with theme.card("Keep it", role="output", aside=sidebar.main_figure(job.result.metrics)):
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
        if job.own is not None:
            st.caption(
                "Your images stay private and are no part of what is saved. The network, the names "
                "of your classes, and "
                "the codes and labels of your test images, are there for everybody then."
            )
        st.text_input(
            "Name",
            suggestion(job),
            key=state.SAVE_NAME.name,
            max_chars=40,
            help="1 to 40 small letters, digits and hyphens.",
        )
        st.button("Save the model", key="train_save", type="primary", on_click=_save, args=(job,))
        if problem := state.SAVE_PROBLEM.get():
            st.error(problem, icon=":material/info:")


def suggestion(job: Job) -> str:
    """A free name for the model of `job`: my-RECIPE, my-RECIPE-2, …"""
    taken = {card.name for card in cache.cards()}
    stem = f"my-{job.spec.recipe}"[:36]
    return next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _save(job: Job) -> None:
    result, dataset = job.result, job.dataset
    name = str(state.SAVE_NAME.get()).strip()
    if result is None or dataset is None:
        return
    try:
        models.save(
            result.model,
            name,
            recipe=job.spec.recipe,
            dataset=job.spec.dataset,
            fingerprint=dataset.fingerprint,
            test=dataset.test,
            training=job.spec.training.to_json(),
            seed=job.spec.seed,
            history=result.history,
            metrics=result.metrics,
            class_names=() if job.own is None else job.own.class_names,
        )
    except AemodelsError as error:
        state.SAVE_PROBLEM.set(str(error))
        return
    state.SAVE_PROBLEM.set(None)
    state.SAVED_AS.set({**state.SAVED_AS.get(), job.token: name})
    cache.forget_cards()
