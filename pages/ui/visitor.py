"""Who a training belongs to: a session is a visitor, known by a random token that never leaves the server."""

from __future__ import annotations

import secrets

from aemodels.data.datasets import OWN
from aemodels.errors import AemodelsError
from aemodels.training.spec import TrainingSpec
from pages.ui import cache, own_sets, state


def name() -> str:
    """The visitor's random name, drawn when it is first asked for."""
    if state.VISITOR.get() is None:
        state.VISITOR.set(secrets.token_urlsafe(16))
    return str(state.VISITOR.get())


def ask_to_start() -> None:
    """What the button does. The settings are read when the form is drawn again (`start_if_asked`): one that was
    typed just before the click arrives together with it."""
    state.START_ASKED.set(True)


def start_if_asked(spec: TrainingSpec | None) -> None:
    """Queue a training for this visitor where they asked for one; a refusal is remembered as a sentence."""
    asked = state.START_ASKED.get()
    state.START_ASKED.set(False)
    if not asked or spec is None:
        return
    try:
        own = own_sets.dataset() if spec.dataset == OWN else None
        job = cache.jobs().submit(spec, name(), own)
    except AemodelsError as error:
        state.TRAIN_PROBLEM.set(str(error))
        return
    state.TRAIN_PROBLEM.set(None)
    state.SAVE_PROBLEM.set(None)
    state.JOB.set(job.token)
