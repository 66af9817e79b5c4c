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


def newest() -> int | None:
    """The epoch that one wants to see: the last one while it learns, then that of the network that stays."""
    own = job()
    shots = () if own is None else own.progress.snapshots
    wanted = [shot.epoch for shot in shots if shot.final] or [shot.epoch for shot in shots]
    return wanted[-1] if wanted else None


def look(page: str) -> None:
    """Settle on an epoch for the run of a page that begins: the newest when the page is opened, then the same.

    Nothing changes under a visitor's hands; `news` has the way to a newer one.
    """
    opened = state.EPOCH_PAGE.get() != (page, state.JOB.get())
    state.EPOCH_PAGE.set((page, state.JOB.get()))
    if opened or state.EPOCH_SHOWN.get() not in epochs():
        advance()


def advance() -> None:
    """Show the newest epoch from now on."""
    state.EPOCH_SHOWN.set(newest())


def name() -> str | None:
    """The name of the epoch that is shown, for the caches; None before the first one has ended."""
    own, epoch = job(), state.EPOCH_SHOWN.get()
    return None if own is None or epoch is None else trainings.name_of(own, epoch)


def news(shown: str) -> None:
    """While the training goes on: a line that says so, and the way to a newer epoch than `shown`."""
    own = job()
    if own is None or not trainings.is_one(shown):
        return
    watched = own.state.active
    st.fragment(_news, run_every=NEWS_EVERY if watched else None)(own, trainings.epoch_of(shown), watched)


def _news(own: trainings.Job, shown: int, watched: bool) -> None:
    going = f"It is learning; this is epoch {shown} of {own.spec.training.epochs}."
    ended = f"This is your training after epoch {shown}, not saved yet."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(going if own.state.active else ended, width="content")
        newer = newest()
        if newer not in (None, shown) and st.button(
            f"Show epoch {newer}", key="show_newer", type="tertiary", on_click=advance
        ):
            st.rerun()
    if watched and not own.state.active:
        st.rerun()  # it has ended: nothing more to ask for, the epoch stays
