"""The checkpoints of a training, one an epoch: encoder and decoder to take along, each as a Keras file."""

from __future__ import annotations

import functools

import numpy as np
import streamlit as st

from aemodels.training.jobs import Job
from aemodels.training.progress import Snapshot
from pages.ui import state


def checkpoints(job: Job) -> None:
    """Which epochs are kept, and the two files of the one that is chosen."""
    shots = job.progress.snapshots
    if not shots:
        st.caption("The first checkpoint comes with the first epoch.")
        return
    key = state.r4_epoch(job.token)
    epochs = [shot.epoch for shot in shots]
    chosen_by_hand = state.r4_epoch_chosen(job.token)
    if key.get() not in epochs or not chosen_by_hand.get():  # the newest, until somebody has picked one
        key.set(next((shot.epoch for shot in shots if shot.final), epochs[-1]))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Checkpoint",
            epochs,
            key=key.name,
            format_func=lambda epoch: words(next(shot for shot in shots if shot.epoch == epoch)),
            width=190,
            on_change=chosen_by_hand.set,
            args=(True,),
            help="The network after each epoch, as the tutorial keeps it. Of long trainings fewer are kept, the "
            "early ones more densely.",
        )
        chosen = next(shot for shot in shots if shot.epoch == key.get())
        for part in ("encoder", "decoder"):
            st.download_button(
                part.capitalize(),
                functools.partial(packed, job, chosen, part),
                file_name=f"{job.spec.recipe}-epoch-{chosen.epoch}-{part}.keras",
                mime="application/octet-stream",
                key=f"recipe_{part}",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(
        "Each is a Keras file for use elsewhere. Of a saved model: `python -m aemodels export MODEL "
        "encoder.keras --part encoder`."
    )


def words(shot: Snapshot) -> str:
    """`epoch 7, the best` for the one that stays."""
    return f"epoch {shot.epoch}{', the best' if shot.final else ''}"


def packed(job: Job, shot: Snapshot, part: str) -> bytes:
    """Half of the network after an epoch, as a `.keras` file."""
    from aemodels.store import export
    from aemodels.training.networks import NETWORKS

    model = NETWORKS.take(job.spec.model)
    try:
        model.set_weights([np.array(weight) for weight in shot.weights])
        return export.keras_file(model, part)
    finally:
        NETWORKS.give_back(model)
