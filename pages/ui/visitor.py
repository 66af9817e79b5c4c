"""Who a training belongs to: a session is a visitor, known by a random token that never leaves the server."""

from __future__ import annotations

import secrets

from aemodels.errors import AemodelsError
from aemodels.training.spec import TrainingSpec
from pages.ui import cache, state


def start(spec: TrainingSpec | None) -> None:
    """Queue a training for this visitor; a refusal is remembered as the sentence to show."""
    if spec is None:
        return
    if state.VISITOR.get() is None:
        state.VISITOR.set(secrets.token_urlsafe(16))
    try:
        job = cache.jobs().submit(spec, str(state.VISITOR.get()))
    except AemodelsError as error:
        state.TRAIN_PROBLEM.set(str(error))
        return
    state.TRAIN_PROBLEM.set(None)
    state.SAVE_PROBLEM.set(None)
    state.JOB.set(job.token)
