"""What the log tells of trainings: each change of a state. It names a job by `Job.id`, which opens nothing."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aemodels.training.jobs import Job, State

LENGTH: Final = 12  # of an id: enough to tell some millions apart

_log = logging.getLogger(__name__)


def id_of(token: str) -> str:
    """A name for the job of a token, from which the token cannot be found: the beginning of its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()[:LENGTH]


def changed(job: Job, before: State | None) -> None:
    """Tell that `job` is in another state than `before`; None for a new one."""
    if job.state is before:
        return
    _log.info(
        "A training has changed its state.",
        extra={
            "event": "training",
            "job": job.id,
            "before": None if before is None else before.value,
            "state": job.state.value,
            "recipe": job.spec.recipe,
            "dataset": job.spec.dataset,
            "epochs": len(job.progress.epochs),
        },
    )
