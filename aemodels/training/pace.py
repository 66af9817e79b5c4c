"""What a training tells of itself between two batches: the time that is left, and the memory that it occupies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aemodels.training.memory import resident

if TYPE_CHECKING:
    from aemodels.training.history import Batch

TOLD_AFTER: Final = 10  # steps beside the first one, in which the network is traced
LOOK_EVERY: Final = 0.5  # seconds between two looks at the memory


class Told:
    """For one training, from its first batch on: what `Progress` says of its time and its memory."""

    def __init__(self) -> None:
        self._first: Batch | None = None
        self._looked: float | None = None
        self._memory = 0

    def after(self, batch: Batch) -> dict[str, float | int | None]:
        """`seconds_left` and `steps_a_second` at the pace so far, once they can be told; bytes of `memory`."""
        if self._first is None:
            self._first = batch
        if self._looked is None or batch.seconds - self._looked >= LOOK_EVERY:
            self._looked, self._memory = batch.seconds, resident()
        steps = batch.step - self._first.step
        if steps < TOLD_AFTER:
            return {"seconds_left": None, "steps_a_second": None, "memory": self._memory}
        pace = max(1e-9, batch.seconds - self._first.seconds) / steps
        left = pace * (batch.steps - batch.step)
        return {"seconds_left": left, "steps_a_second": 1 / pace, "memory": self._memory}
