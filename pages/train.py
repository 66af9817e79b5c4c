"""Train: choose a recipe, start, watch it learn, stop when you like, keep what it learned."""

import streamlit as st

from pages.ui import (
    cache,
    network_card,
    own_data,
    own_sets,
    recipe_section,
    run_address,
    runs,
    saved_models,
    sidebar,
    state,
    theme,
    training_form,
    training_panel,
    training_save,
    visitor,
)

name = sidebar.current_model()
st.title("Train", anchor=False)
st.markdown("Choose a recipe and press Start. The network begins with noise; watch digits appear.")
run_address.obey()
settings, watching = st.columns([1, 2], gap="medium")
with settings:
    with st.container(border=True, gap="xsmall"):
        spec = training_form.training_form()
        fits = network_card.planned(spec)
        visitor.start_if_asked(spec)
        job = cache.jobs().get(state.JOB.get())
        st.button(
            "Start training",
            key=state.TRAIN_START,
            type="primary",
            width="stretch",
            icon=":material/play_arrow:",
            disabled=not fits or (job is not None and job.state.active),
            on_click=visitor.ask_to_start,
        )
        network_card.remarks(spec)
        if problem := state.TRAIN_PROBLEM.get():
            st.error(theme.escaped(problem), icon=":material/info:")
    saved_models.saved_models()
run_address.write()
with watching:
    watched = job is not None and (job.state.active or job.own is not None)  # then that comes first
    if own_sets.is_chosen() and not watched:
        own_data.own_data()
    if job is None:
        training_panel.earlier_training(name)
        network_card.network(cache.card(name).config)
    else:
        training_panel.training_panel(job)
        network_card.network(job.spec.model)
        training_save.training_save(job)
    recipe_section.recipe_section(spec, job)
    if own_sets.is_chosen() and watched:
        own_data.own_data()
    runs.runs()
