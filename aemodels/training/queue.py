"""The trainings of a process: one at a time, a fair queue, one a visitor.

A job that pauses makes room for the next one; to go on, it waits for its turn again.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import gc
import itertools
import logging
import statistics
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from aemodels import heaps
from aemodels.data.datasets import DATASETS
from aemodels.errors import ConfigError, StoreError
from aemodels.training import journal, limits, recovery, run_folder
from aemodels.training.estimate import Estimate, Measured, estimate
from aemodels.training.jobs import Job, State
from aemodels.training.spec import TrainingSpec
from aemodels.training.speed import machine_speed

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset

_log = logging.getLogger(__name__)

MOST_WAITING = 8
MOST_PAUSED = 4
"""Trainings that may pause at the same time, each with its network in memory: the one that has longest, ends."""
MOST_FINISHED = 16
"""Finished jobs that are kept with their models, the newest ones: memory has an end."""
MOST_OWN = 256 * 2**20
"""Bytes of visitors' own data that finished jobs hold; the newest one is kept however much it holds."""


MOST_ALIKE = 8
"""Trainings, the newest ones, from which the time of another is told."""


class JobQueue:
    """All jobs of a process. Safe to call from any thread; every method returns at once.

    `keep`: whether they leave on the disk what it takes to go on with them after this process. `speed` tells how
    fast this machine is, for estimates.
    """

    def __init__(
        self,
        run: Callable[[Job], None] = Job.run,
        *,
        keep: bool = False,
        speed: Callable[[], float] = machine_speed,
    ) -> None:
        self._run = run
        self._keep = keep
        self._speed = speed
        self._lock = threading.RLock()
        self._waiting: collections.deque[Job] = collections.deque()
        self._jobs: collections.OrderedDict[str, Job] = collections.OrderedDict()
        self._running: Job | None = None  # whose turn it is
        self._parked: list[Job] = []  # whose threads wait: paused ones, and ones that are to go on

    def submit(self, spec: TrainingSpec, visitor: str, own: Dataset | None = None) -> Job:
        """Queue a training for a visitor, of their `own` data where the spec names none of the table.

        Raises `ConfigError` if it is too large, they have one already, or the queue is full.
        """
        limits.check(self.estimate(spec, None if own is None else len(own.train)))
        with self._lock:
            self._check_room(visitor)
            for earlier in self._jobs.values():
                if earlier.visitor == visitor:
                    earlier.forget_snapshots()
            job = Job(spec, visitor, own)
            if self._keep:
                try:
                    recovery.keep(job)
                except OSError as error:  # it is trained all the same, and gone with this process
                    _log.warning(
                        "A training could not be noted on the disk: %s.",
                        error.strerror,
                        extra={"job": job.id, "reason": error.strerror},
                    )
            self._add(job)
            self._waiting.append(job)
            journal.changed(job, None)
            self._forget_oldest()
            self._next()
            return job

    def recover(self) -> None:
        """Take up what earlier processes left on the disk: ended trainings, and lost ones that can go on."""
        for folder in run_folder.left_over():
            try:
                job = recovery.recovered(folder)
            except StoreError:
                folder.remove()
                continue
            with self._lock:
                self._add(job)
                self._forget_oldest()

    def estimate(self, spec: TrainingSpec, examples: int | None = None) -> Estimate:
        """What a training would cost, told from the trainings that have run here, where there are such.

        `examples`: how many there are to train with, where the spec names no data set of the table.
        """
        with self._lock:
            runs = [run for job in self._jobs.values() if (run := _measured(job)) is not None]
        return estimate(spec, examples=examples, speed=self._speed(), measured=runs[-MOST_ALIKE:])

    def extend(self, job: Job, epochs: int) -> None:
        """Train what an ended job has learned for `epochs` more. Raises `ConfigError` as `submit` does."""
        more = dataclasses.replace(job.spec, training=job.spec.training.replace(epochs=epochs))
        limits.check(self.estimate(more, None if job.own is None else len(job.own.train)))
        with self._lock:
            self._check_room(job.visitor)
            job.prepare_more(epochs)
            self._jobs[job.token] = job
            self._jobs.move_to_end(job.token)
            self._waiting.append(job)
            self._next()

    def get(self, token: str | None) -> Job | None:
        """The job of a token; None for one that never was or was forgotten."""
        with self._lock:
            return self._jobs.get(token) if isinstance(token, str) else None

    def of(self, visitor: str | None) -> tuple[Job, ...]:
        """All jobs of a visitor that are still known, the oldest first."""
        with self._lock:
            return tuple(job for job in self._jobs.values() if job.visitor == visitor)

    def counts(self) -> collections.Counter[State]:
        """How many of all known jobs are in each state."""
        with self._lock:
            return collections.Counter(job.state for job in self._jobs.values())

    def ahead(self, job: Job) -> int:
        """How many trainings come before a queued one, the running one included."""
        with self._lock:
            with contextlib.suppress(ValueError):
                return self._waiting.index(job) + (self._running is not None)
            return 0

    def wait(self, job: Job) -> float:
        """About how many seconds a queued job still waits: what is left of those that come before it."""
        with self._lock:
            before = list(itertools.takewhile(lambda other: other is not job, self._waiting))
            before += [] if self._running is None else [self._running]
        return sum(self._left(other) for other in before)

    def _left(self, job: Job) -> float:
        if job.progress.seconds_left is not None:
            return job.progress.seconds_left
        return self.estimate(job.spec, None if job.own is None else len(job.own.train)).seconds

    def pause(self, job: Job) -> None:
        """Let a running job wait from its next batch on."""
        with self._lock:
            if job.state is State.RUNNING:
                job.steering.pause()

    def resume(self, job: Job, epochs: int | None = None) -> None:
        """Let a paused job go on when it is its turn; with `epochs`, pause again after so many.

        A lost one goes on from its last checkpoint. Raises `ConfigError` as `submit` does.
        """
        with self._lock:
            if job.state is State.LOST:
                self._check_room(job.visitor)
                job.prepare_again()
                self._waiting.append(job)
                self._next()
                return
            if job is self._running:  # it has not reached its pause yet
                job.steering.resume(epochs)
            elif job.state is State.PAUSED:
                job.state = State.QUEUED
                job.epochs_to_go = epochs
                self._waiting.append(job)
                self._next()

    def stop(self, job: Job) -> None:
        """Stop a job; a waiting one never starts, a paused one ends with what it has learned."""
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
            if job in self._parked:
                self._parked.remove(job)
                job.state = State.STOPPING
            elif job.state is State.QUEUED:
                job.withdraw()
                return
            job.stop()

    def forget(self, job: Job) -> None:
        """Let go of a finished job and its model."""
        with self._lock:
            if not job.state.active:
                self._drop(job)

    def _add(self, job: Job) -> None:
        job.on_pause = lambda: self._park(job)
        self._jobs[job.token] = job

    def _drop(self, job: Job) -> None:
        self._jobs.pop(job.token, None)
        folder, job.folder = job.folder, None
        if folder is not None:
            folder.remove()

    def _check_room(self, visitor: str) -> None:
        if any(job.visitor == visitor and job.state.active for job in self._jobs.values()):
            raise ConfigError(
                "You have a training under way. Stop it, or wait for it, before starting another."
            )
        if len(self._waiting) >= MOST_WAITING:
            raise ConfigError(
                f"The queue is full: {len(self._waiting)} trainings wait. Try again in a minute."
            )

    def _forget_oldest(self) -> None:
        finished = [job for job in self._jobs.values() if not job.state.active]
        held = 0
        for number, job in enumerate(reversed(finished)):
            own = 0 if job.own is None else job.own.size
            if number >= MOST_FINISHED or (number and own and held + own > MOST_OWN):
                self._drop(job)
            else:
                held += own

    def _next(self) -> None:
        """Whose turn it is now, under the lock: nobody may see a job that neither waits nor runs."""
        if self._running is not None or not self._waiting:
            return
        job = self._running = self._waiting.popleft()
        job.state = State.RUNNING
        if job in self._parked:
            self._parked.remove(job)
            job.steering.resume(job.epochs_to_go)
        else:
            threading.Thread(target=self._work, args=(job,), name="training", daemon=True).start()

    def _work(self, job: Job) -> None:
        try:
            self._run(job)
        finally:
            with self._lock:
                if self._running is job:
                    self._running = None
                self._next()
            gc.collect()  # a network is a circle of references, and there may be little else that is new for long
            heaps.give_back()

    def _park(self, job: Job) -> None:
        """`job` begins to wait: the next one may run. Called in its own thread."""
        with self._lock:
            if not job.steering.paused:  # it was asked to go on in the meantime
                job.state = State.STOPPING if job.steering.stopped else State.RUNNING
                return
            self._parked.append(job)
            self._running = None
            paused = [other for other in self._parked if other.state is State.PAUSED]
            if len(paused) > MOST_PAUSED:
                self.stop(paused[0])
            self._next()


def _measured(job: Job) -> Measured | None:
    """How long an epoch of `job` took; the first one, in which the network is traced, counts where it is alone."""
    epochs = job.progress.epochs[job.continued_from :]
    if not epochs:
        return None
    seconds = statistics.median(epoch.seconds for epoch in epochs[1:] or epochs)
    examples = DATASETS[job.spec.dataset].examples if job.own is None else len(job.own.train)
    return Measured(job.spec, examples, seconds) if seconds > 0 else None
