"""A training in the background: its spec, where it stands, and what is asked of it while it runs.

It knows nothing of pages. What it publishes are frozen records (`progress`), made in the training thread between
two steps, so that no reader ever sees weights of a step half done. Whose turn it is, a queue decides (`queue`); the
work itself is done in this process (`work`) or in one of its own (`child`), and nobody else can tell which.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from aemodels.data.datasets import OWN
from aemodels.errors import AemodelsError, ConfigError, DatasetError
from aemodels.training import journal
from aemodels.training.progress import Progress, marked
from aemodels.training.spec import TrainingSpec
from aemodels.training.states import State
from aemodels.training.steering import Steering

if TYPE_CHECKING:
    import numpy as np

    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Dataset
    from aemodels.training.checkpoint import Checkpoint
    from aemodels.training.history import History
    from aemodels.training.run_folder import RunFolder

BEFORE_STEPS: Final = ("waiting", "fetching the data set", "building the network")
"""Phases of a training that has not taken a step yet."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, eq=False)
class Result:
    """What a finished job leaves: enough to save the model. `metrics` are empty until they are measured."""

    spec: TrainingSpec
    weights: tuple[np.ndarray, ...]
    history: History
    metrics: dict[str, float | str]

    @property
    def model(self) -> Autoencoder:
        """The network, built anew at each call: a job that waits to be saved holds no network on TensorFlow."""
        from aemodels.autoencoder import build

        model = build(self.spec.model)
        model.set_weights(list(self.weights))
        return model


class LostError(Exception):
    """Whoever worked at a job is gone in the middle of it. The sentence is for the visitor."""


class Job:
    """One training. Readers look at `state`, `progress`, `result` and `error`; each is replaced as a whole.

    `own` is the data set of a spec that names none of the table. `steering` is what is asked of it while it runs; a
    queue is asked first to pause, to go on and to stop. Continued after its end (`prepare_more`), it counts its
    epochs on; where that fails, it is what it was before. `finished` is set when nobody works at it any more.
    """

    def __init__(
        self,
        spec: TrainingSpec,
        visitor: str,
        own: Dataset | None = None,
        *,
        token: str | None = None,
        state: State = State.QUEUED,
    ) -> None:
        if (spec.dataset == OWN) != (own is not None):
            raise ConfigError("The data set of this training is not here any more. Bring it again.")
        self.token = token or secrets.token_urlsafe(16)
        self.id = journal.id_of(self.token)  # what the log calls it
        self.spec = spec
        self.begun_as = spec  # `spec` follows what is done with it: more epochs, another β
        self.title = ""  # what its visitor calls it
        self.own = own
        self.visitor = visitor
        self.created = time.time()
        self._state = state
        self.progress = Progress()
        self.result: Result | None = None
        self.error: str | None = None
        self.finished = threading.Event()
        self.ended = threading.Event()  # it takes no more steps, though it may still be measured
        self.on_pause: Callable[[], None] = lambda: None
        self.on_news: Callable[[dict[str, Any]], None] = lambda changes: None
        self.steering = Steering(on_pause=self.pausing)
        self.epochs_to_go: int | None = None  # after which it pauses again, once it is its turn to go on
        self.rounds = 0  # how often it was continued after it had ended
        self.continued_from = 0  # epochs that had ended by then
        self.before: Result | None = None  # what it goes on from
        self.start: Checkpoint | None = None  # where a lost one goes on
        self.abandoned = False  # stopped before its first step: nothing of what is still done will be kept
        self.folder: RunFolder | None = None  # where it outlives this process
        self.noted = False  # whether that holds where it stands now
        self._dataset = own

    @property
    def state(self) -> State:
        """Where it stands; the log is told of every change."""
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        before, self._state = self._state, state
        journal.changed(self, before)

    @property
    def dataset(self) -> Dataset | None:
        """The data set that is trained on; None before it is at hand."""
        if self._dataset is None and (self.state is State.LOST or self.result is not None):
            from aemodels.data import datasets

            with contextlib.suppress(DatasetError):  # one that is no longer on this machine
                self._dataset = datasets.load(self.spec.dataset, download=False)
        return self._dataset

    @dataset.setter
    def dataset(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @property
    def settled(self) -> bool:
        """Whether it has ended, and its figures are measured."""
        return not self.state.active and self.finished.is_set()

    def stop(self) -> None:
        """Ask it to end at the next batch; it keeps what it has learned.

        Before its first step, which may be seconds away, there is nothing to keep: it is stopped at once.
        """
        if self.state is State.RUNNING and self.progress.phase in BEFORE_STEPS:
            self.abandoned = True
            self._leave_off()
        elif self.state is State.RUNNING and self.result is not None:  # it is being measured
            self.stopped()
        elif self.state in (State.RUNNING, State.PAUSED):
            self.state = State.STOPPING
        self.steering.stop()

    def run(self, work: Callable[[Job], None] | None = None) -> None:
        """Do all of it, in the calling thread. Errors end up in `error`, as a sentence."""
        from aemodels.training.work import train_here

        try:
            if self.steering.stopped:
                self.withdraw()
                return
            self.state = State.RUNNING
            self.note()
            (work or train_here)(self)
            if not self.abandoned:
                self.state = State.STOPPED if self.steering.stopped else State.DONE
        except LostError as error:
            self.error = str(error)
            self.state = State.LOST
        except AemodelsError as error:
            self._fail(str(error))
        except MemoryError:
            self._fail(
                "There is not enough memory for this training. Choose smaller layers or smaller batches."
            )
        except Exception:
            _log.exception("A training ended unexpectedly.", extra={"job": self.id})
            self._fail("The training ended unexpectedly; nothing was saved. Try again with other settings.")
        finally:
            self.start = None
            if self.state is not State.LOST:
                self.before = None
            self.note()
            self.ended.set()
            self.finished.set()

    def prepare_more(self, epochs: int) -> None:
        """Get ready to train what it has learned for `epochs` more. Raises ConfigError where there is nothing."""
        if self.state.active or self.result is None:
            raise ConfigError("Only a training that has ended with a model can go on. Start a new one.")
        if not self.finished.is_set():
            raise ConfigError("It is being measured. It can go on in a moment.")
        self.spec = dataclasses.replace(self.spec, training=self.spec.training.replace(epochs=epochs))
        self.continued_from = len(self.result.history.epochs)
        self.before = self.result
        self.result = None
        self.rounds += 1
        self._queued(epochs=self.before.history.epochs, snapshots=marked(self.progress.snapshots, None))

    def prepare_again(self) -> None:
        """Get ready to go on with a lost one, from its last checkpoint. Raises ConfigError for any other."""
        if self.state is not State.LOST or self.folder is None:
            raise ConfigError("This training is not lost.")
        self.start = self.folder.checkpoint()
        self._queued()
        if self.start is not None:
            self.steering.set_rate(self.start.rate)
            if self.start.beta is not None:
                self.steering.set_beta(self.start.beta)

    def _queued(self, **changes: object) -> None:
        self.steering = Steering(on_pause=self.pausing)
        self.finished, self.ended = threading.Event(), threading.Event()
        self.abandoned, self.error = False, None
        self.state = State.QUEUED
        self.publish(phase="waiting", fraction=0.0, batch=None, seconds_left=None, **changes)
        self.note()

    def withdraw(self) -> None:
        """End it before it has begun; what was to be continued stays as it was."""
        self.steering.stop()
        self._leave_off()
        self.note()
        self.finished.set()

    def forget_snapshots(self) -> None:
        """Let go of the weights of its epochs: a visitor looks at those of the newest training only."""
        self.publish(snapshots=())

    def publish(self, **changes: object) -> None:
        """Replace some of what is known of it. For whoever works at it."""
        self.progress = dataclasses.replace(self.progress, **changes)  # type: ignore[arg-type]
        self.on_news(changes)

    def note(self) -> None:
        """Write where it stands into its folder, if it has one: a full disk stops no training."""
        if self.folder is None:
            return
        from aemodels.training import recovery

        try:
            recovery.note(self, self.folder)
            self.noted = True
        except OSError as error:
            self.noted = False
            _log.warning(
                "A training could not be noted on the disk: %s.",
                error.strerror,
                extra={"job": self.id, "reason": error.strerror},
            )

    def _fail(self, sentence: str) -> None:
        self.error = sentence
        self._go_back()
        self.state = State.FAILED

    def stopped(self) -> None:
        """It was asked to end, and has a model from now on. For whoever works at it."""
        self.state = State.STOPPED
        self.ended.set()

    def _leave_off(self) -> None:
        """End without having begun: a lost one is as lost as it was."""
        self.ended.set()
        if self.start is not None:
            self.state = State.LOST
        else:
            self._go_back()
            self.state = State.STOPPED

    def _go_back(self) -> None:
        """Be what it was before it was continued, if it was."""
        result = self.before
        if result is None:
            return
        last, best = self.continued_from, result.history.best_epoch
        snapshots = tuple(shot for shot in self.progress.snapshots if shot.epoch <= last)
        self.publish(
            phase="finished",
            fraction=1.0,
            seconds_left=None,
            epochs=result.history.epochs,
            snapshots=marked(snapshots, best),
            looks=tuple(look for look in self.progress.looks if look.epoch <= last),
        )
        self.result, self.before = result, None

    def pausing(self) -> None:
        """It begins to wait. For whoever works at it."""
        self.state = State.PAUSED
        self.on_pause()
