"""Trainings in the background: one thread, a fair queue, and snapshots that nobody can change.

A job is a function of its spec and knows nothing of pages. What it publishes are frozen records, made in the
training thread between two steps, so that no reader ever sees weights of a step half done. One job runs, a few
wait, one a visitor.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import enum
import logging
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from aemodels.errors import AemodelsError, ConfigError
from aemodels.training.spec import TrainingSpec

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Dataset
    from aemodels.training.fit import Batch, Epoch, History

MOST_WAITING = 8
MOST_FINISHED = 16
"""Finished jobs that are kept with their models, the newest ones: memory has an end."""
MAP_POINTS = 2000
SNAPSHOT_BYTES = 32 * 1024 * 1024
"""Of the weights that one job keeps of its epochs: the first, the newest, and as many between as fit."""
MOST_SNAPSHOTS = 24

_log = logging.getLogger(__name__)


class State(enum.StrEnum):
    """Where a job stands. `stopped` and `done` have a model; `failed` has a sentence."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether anything will still change."""
        return self in (State.QUEUED, State.RUNNING, State.STOPPING)


@dataclasses.dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights after an epoch, as `Autoencoder.get_weights` gives them, read-only; `final`: those that stay."""

    epoch: int
    weights: tuple[np.ndarray, ...]
    final: bool = False

    @property
    def size(self) -> int:
        """Bytes of the weights."""
        return sum(weight.nbytes for weight in self.weights)


def thinned(snapshots: tuple[Snapshot, ...]) -> tuple[Snapshot, ...]:
    """At most so many as memory allows: the first and the last stay, and of the others the one goes that leaves the
    smallest gap, as a ratio of epochs, so that the early ones, in which most happens, lie closer together."""
    kept = list(snapshots)
    most = max(2, min(MOST_SNAPSHOTS, SNAPSHOT_BYTES // max(1, kept[-1].size))) if kept else 0
    while len(kept) > most:
        gaps = [kept[index + 1].epoch / kept[index - 1].epoch for index in range(1, len(kept) - 1)]
        gaps = [np.inf if kept[index].final else gap for index, gap in enumerate(gaps, 1)]
        del kept[1 + int(np.argmin(gaps))]
    return tuple(kept)


@dataclasses.dataclass(frozen=True, eq=False)
class Progress:
    """What is known of a job at one moment; frozen, and its arrays are read-only.

    `inputs` and `reconstructions` are the same ten test images, `(10, 28, 28, 1)`; `map_codes` `(n, 2)` with
    `map_labels` are the codes of the first test images of a two-dimensional model; None before the first epoch.
    """

    phase: str = "waiting"
    fraction: float = 0.0  # of the present phase
    epochs: tuple[Epoch, ...] = ()
    batch: Batch | None = None
    seconds_left: float | None = None
    inputs: np.ndarray | None = None
    reconstructions: np.ndarray | None = None
    map_codes: np.ndarray | None = None
    map_labels: np.ndarray | None = None
    snapshots: tuple[Snapshot, ...] = ()


@dataclasses.dataclass(frozen=True, eq=False)
class Result:
    """What a finished job leaves: enough to save the model."""

    model: Autoencoder
    history: History
    dataset: Dataset
    metrics: dict[str, float | str]


class Job:
    """One training. Readers look at `state`, `progress`, `result` and `error`; each is replaced as a whole."""

    def __init__(self, spec: TrainingSpec, visitor: str) -> None:
        self.token = secrets.token_urlsafe(16)
        self.spec = spec
        self.visitor = visitor
        self.state = State.QUEUED
        self.progress = Progress()
        self.dataset: Dataset | None = None
        self.result: Result | None = None
        self.error: str | None = None
        self.finished = threading.Event()
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask it to end at the next batch; it keeps what it has learned."""
        self._stop.set()
        if self.state is State.RUNNING:
            self.state = State.STOPPING

    def run(self) -> None:
        """Do all of it, in the calling thread. Errors end up in `error`, as a sentence."""
        try:
            if self._stop.is_set():
                self.state = State.STOPPED
                return
            self.state = State.RUNNING
            self._train()
            self.state = State.STOPPED if self._stop.is_set() else State.DONE
        except AemodelsError as error:
            self._fail(str(error))
        except MemoryError:
            self._fail(
                "There is not enough memory for this training. Choose smaller layers or smaller batches."
            )
        except Exception:
            _log.exception("A training ended unexpectedly.")
            self._fail("The training ended unexpectedly; nothing was saved. Try again with other settings.")
        finally:
            self.finished.set()

    def _fail(self, sentence: str) -> None:
        self.error = sentence
        self.state = State.FAILED

    def _publish(self, **changes: object) -> None:
        self.progress = dataclasses.replace(self.progress, **changes)  # type: ignore[arg-type]

    def _train(self) -> None:
        from aemodels import report
        from aemodels.autoencoder import build
        from aemodels.data import datasets
        from aemodels.training.fit import train

        self._publish(phase="fetching the data set")
        dataset = datasets.load(
            self.spec.dataset,
            progress=lambda done, total: self._publish(fraction=done / total if total else 0.0),
        )
        self.dataset = dataset
        self._publish(phase="building the network", fraction=0.0)
        model = build(self.spec.model, seed=self.spec.seed)
        watch = _Watch(model, dataset)

        def on_batch(batch: Batch) -> None:
            # The first step includes tracing the network, so the time left is told from the later ones.
            left = batch.seconds / batch.step * (batch.steps - batch.step) if batch.step > 20 else None
            self._publish(phase="training", fraction=batch.step / batch.steps, batch=batch, seconds_left=left)

        def on_epoch(epoch: Epoch) -> None:
            snapshots = (*self.progress.snapshots, _snapshot(model, epoch.epoch))
            epochs = (*self.progress.epochs, epoch)
            self._publish(epochs=epochs, snapshots=thinned(snapshots), **watch.look())

        history = train(
            model,
            dataset,
            self.spec.training,
            on_epoch=on_epoch,
            on_batch=on_batch,
            should_stop=self._stop.is_set,
            seed=self.spec.seed,
        )
        if history.epochs and not np.isfinite(history.epochs[-1].loss):
            raise ConfigError(
                "The loss is no longer a number: the learning rate is too high. Choose a lower one."
            )
        self._publish(phase="measuring on the test set", fraction=0.0, seconds_left=None, **watch.look())
        metrics = report.evaluate(
            model, dataset, denoises=False, progress=lambda done, total: self._publish(fraction=done / total)
        )
        self.result = Result(model, history, dataset, metrics)
        final = _snapshot(model, history.best_epoch, final=True)
        others = [shot for shot in self.progress.snapshots if shot.epoch != history.best_epoch]
        shots = sorted((*others, final), key=lambda shot: shot.epoch)
        self._publish(phase="finished", fraction=1.0, snapshots=thinned(tuple(shots)))


def _snapshot(model: Autoencoder, epoch: int, *, final: bool = False) -> Snapshot:
    weights = tuple(model.get_weights())
    for weight in weights:
        weight.setflags(write=False)
    return Snapshot(epoch, weights, final)


class _Watch:
    """Looks at a model from outside, always at the same images."""

    def __init__(self, model: Autoencoder, dataset: Dataset) -> None:
        from aemodels.data.datasets import Split

        labels = dataset.test.labels
        chosen = [int(np.flatnonzero(labels == label)[0]) for label in np.unique(labels)[:10]]
        self._model = model
        self._images = dataset.test.values.ndim == 3
        self._inputs = Split(dataset.test.values[chosen], labels[chosen]).x
        first = Split(dataset.test.values[:MAP_POINTS], labels[:MAP_POINTS])
        self._map_x = first.x if model.latent_dim == 2 else None
        self._map_labels = first.labels

    def look(self) -> dict[str, np.ndarray | None]:
        seen: dict[str, np.ndarray | None] = {}
        if self._images:
            seen |= {"inputs": self._inputs, "reconstructions": self._model.reconstruct(self._inputs)}
        if self._map_x is not None:
            seen |= {"map_codes": self._model.encode(self._map_x), "map_labels": self._map_labels}
        for value in seen.values():
            if value is not None:
                value.setflags(write=False)
        return seen


class JobQueue:
    """All jobs of a process. Safe to call from any thread; `submit` and `stop` return at once."""

    def __init__(self, run: Callable[[Job], None] = Job.run) -> None:
        self._run = run
        self._lock = threading.Condition()
        self._waiting: collections.deque[Job] = collections.deque()
        self._jobs: collections.OrderedDict[str, Job] = collections.OrderedDict()
        self._thread: threading.Thread | None = None

    def submit(self, spec: TrainingSpec, visitor: str) -> Job:
        """Queue a training for a visitor. Raises `ConfigError` if they have one already or the queue is full."""
        with self._lock:
            if any(job.visitor == visitor and job.state.active for job in self._jobs.values()):
                raise ConfigError(
                    "You have a training under way. Stop it, or wait for it, before starting another."
                )
            if len(self._waiting) >= MOST_WAITING:
                raise ConfigError(
                    f"The queue is full: {len(self._waiting)} trainings wait. Try again in a minute."
                )
            job = Job(spec, visitor)
            self._jobs[job.token] = job
            self._waiting.append(job)
            self._forget_oldest()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="training", daemon=True)
                self._thread.start()
            return job

    def get(self, token: str | None) -> Job | None:
        """The job of a token; None for one that never was or was forgotten."""
        with self._lock:
            return self._jobs.get(token) if isinstance(token, str) else None

    def ahead(self, job: Job) -> int:
        """How many trainings come before a queued one, the running one included."""
        with self._lock:
            running = any(other.state in (State.RUNNING, State.STOPPING) for other in self._jobs.values())
            with contextlib.suppress(ValueError):
                return self._waiting.index(job) + running
            return 0

    def stop(self, job: Job) -> None:
        """Stop a job; a waiting one never starts."""
        with self._lock:
            job.stop()
            if job in self._waiting:
                self._waiting.remove(job)
                job.state = State.STOPPED
                job.finished.set()

    def forget(self, job: Job) -> None:
        """Let go of a finished job and its model."""
        with self._lock:
            if not job.state.active:
                self._jobs.pop(job.token, None)

    def _forget_oldest(self) -> None:
        finished = [token for token, job in self._jobs.items() if not job.state.active]
        for token in finished[: max(0, len(finished) - MOST_FINISHED)]:
            del self._jobs[token]

    def _work(self) -> None:
        """Run what waits, one after the other; the thread ends when nothing does."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                job = self._waiting.popleft()
                # Under the lock: nobody may see a job that is neither waiting nor running.
                job.state = State.RUNNING
            self._run(job)
