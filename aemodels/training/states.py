"""Where a training stands."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """Where a job stands. `stopped` and `done` have a model; `failed` has a sentence.

    `lost`: its server ended in the middle of it; it can go on from its last checkpoint.
    """

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"

    @property
    def active(self) -> bool:
        """Whether anything will still change."""
        return self in (State.QUEUED, State.RUNNING, State.PAUSED, State.STOPPING)
