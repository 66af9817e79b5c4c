"""The visitor's own training as a model: while it learns, and before it is saved, every page can use it.

In the picker and in the address it is `training/latest`, which means something to this session alone; the name with
the token that the caches know stays on the server.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import state
from pages.ui.cache import trainings

LATEST: Final = f"{trainings.PREFIX}latest"
TITLE: Final = "Your training"
NEWS_EVERY: Final = 2.0  # seconds


def job() -> trainings.Job | None:
    """The visitor's last training, if the process still knows it."""
    return trainings.jobs().get(state.JOB.get()) if state.JOB.get() is not None else None


def epochs() -> list[int]:
    """The epochs of it whose networks are kept, the first one first."""
    own = job()
    return [] if own is None else [snapshot.epoch for snapshot in own.progress.snapshots]


def look() -> None:
    """Take the newest epoch from now on: once at the beginning of a page's run, so that all of it shows one."""
    own = job()
    shots = () if own is None else own.progress.snapshots
    best = [shot.epoch for shot in shots if shot.final] or [shot.epoch for shot in shots]
    state.EPOCH_SHOWN.set(best[-1] if best else None)


def name() -> str | None:
    """The name of the epoch that is shown, for the caches; None before the first one has ended."""
    own, epoch = job(), state.EPOCH_SHOWN.get()
    return None if own is None or epoch is None else trainings.name_of(own, epoch)


def news(shown: str) -> None:
    """While the training goes on: a line that says so, and the way to a newer epoch than `shown`."""
    own = job()
    if own is None or not trainings.is_one(shown):
        return
    st.fragment(_news, run_every=NEWS_EVERY if own.state.active else None)(own, trainings.epoch_of(shown))


def _news(own: trainings.Job, shown: int) -> None:
    kept = epochs()
    newer = kept[-1] if kept and kept[-1] > shown and own.state.active else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        going = f"It is learning, epoch {shown} of {own.spec.training.epochs}." if own.state.active else ""
        ended = "" if own.state.active else f"This is your training after epoch {shown}, not saved yet."
        st.caption(going or ended, width="content")
        if newer is not None and st.button(f"Show epoch {newer}", key="show_newer", type="tertiary"):
            st.rerun()
