"""A training in the background: a function of its spec and of what is asked of it while it runs.

It knows nothing of pages. What it publishes are frozen records (`progress`), made in the training thread between
two steps, so that no reader ever sees weights of a step half done. Whose turn it is, a queue decides (`queue`).
"""

from __future__ import annotations

import dataclasses
import enum
import logging
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from aemodels.data.datasets import OWN
from aemodels.errors import AemodelsError, ConfigError
from aemodels.training.progress import MOST_LOOKS, Progress, marked, spread, thinned
from aemodels.training.spec import TrainingSpec
from aemodels.training.steering import Steering

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Dataset
    from aemodels.training.history import Batch, Epoch, History

_log = logging.getLogger(__name__)


class State(enum.StrEnum):
    """Where a job stands. `stopped` and `done` have a model; `failed` has a sentence."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether anything will still change."""
        return self in (State.QUEUED, State.RUNNING, State.PAUSED, State.STOPPING)


@dataclasses.dataclass(frozen=True, eq=False)
class Result:
    """What a finished job leaves: enough to save the model."""

    model: Autoencoder
    history: History
    dataset: Dataset
    metrics: dict[str, float | str]


class Job:
    """One training. Readers look at `state`, `progress`, `result` and `error`; each is replaced as a whole.

    `own` is the data set of a spec that names none of the table.

    `steering` is what is asked of it while it runs; a queue is asked first to pause, to go on and to stop.
    Continued after its end (`prepare_more`), it counts its epochs on; where that fails, it is what it was before.
    """

    def __init__(self, spec: TrainingSpec, visitor: str, own: Dataset | None = None) -> None:
        if (spec.dataset == OWN) != (own is not None):
            raise ConfigError("The data set of this training is not here any more. Bring it again.")
        self.token = secrets.token_urlsafe(16)
        self.spec = spec
        self.own = own
        self.visitor = visitor
        self.state = State.QUEUED
        self.progress = Progress()
        self.dataset: Dataset | None = None
        self.result: Result | None = None
        self.error: str | None = None
        self.finished = threading.Event()
        self.on_pause: Callable[[], None] = lambda: None
        self.steering = Steering(on_pause=self._pausing)
        self.epochs_to_go: int | None = None  # after which it pauses again, once it is its turn to go on
        self.rounds = 0  # how often it was continued after it had ended
        self.continued_from = 0  # epochs that had ended by then
        self._before: tuple[Result, list[np.ndarray]] | None = None  # what it goes on from, with its weights

    def stop(self) -> None:
        """Ask it to end at the next batch; it keeps what it has learned."""
        self.steering.stop()
        if self.state in (State.RUNNING, State.PAUSED):
            self.state = State.STOPPING

    def run(self) -> None:
        """Do all of it, in the calling thread. Errors end up in `error`, as a sentence."""
        try:
            if self.steering.stopped:
                self.withdraw()
                return
            self.state = State.RUNNING
            self._train()
            self.state = State.STOPPED if self.steering.stopped else State.DONE
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
            self._before = None
            self.finished.set()

    def prepare_more(self, epochs: int) -> None:
        """Get ready to train what it has learned for `epochs` more. Raises ConfigError where there is nothing."""
        if self.state.active or self.result is None:
            raise ConfigError("Only a training that has ended with a model can go on. Start a new one.")
        self.spec = dataclasses.replace(self.spec, training=self.spec.training.replace(epochs=epochs))
        self.steering = Steering(on_pause=self._pausing)
        self.finished = threading.Event()
        self.continued_from = len(self.result.history.epochs)
        self._before = (self.result, self.result.model.get_weights())
        self.result = self.error = None
        self.rounds += 1
        self.state = State.QUEUED
        self._publish(
            phase="waiting",
            fraction=0.0,
            batch=None,
            seconds_left=None,
            epochs=self._before[0].history.epochs,
            snapshots=marked(self.progress.snapshots, None),
        )

    def withdraw(self) -> None:
        """End it before it has begun; what was to be continued stays as it was."""
        self.steering.stop()
        self._go_back()
        self.state = State.STOPPED
        self.finished.set()

    def forget_snapshots(self) -> None:
        """Let go of the weights of its epochs: a visitor looks at those of the newest training only."""
        self._publish(snapshots=())

    def _fail(self, sentence: str) -> None:
        self.error = sentence
        self._go_back()
        self.state = State.FAILED

    def _go_back(self) -> None:
        """Be what it was before it was continued, if it was."""
        if self._before is None:
            return
        result, weights = self._before
        result.model.set_weights(weights)
        last, best = self.continued_from, result.history.best_epoch
        snapshots = tuple(shot for shot in self.progress.snapshots if shot.epoch <= last)
        self._publish(
            phase="finished",
            fraction=1.0,
            seconds_left=None,
            epochs=result.history.epochs,
            snapshots=marked(snapshots, best),
            looks=tuple(look for look in self.progress.looks if look.epoch <= last),
        )
        self.result, self._before = result, None

    def _pausing(self) -> None:
        self.state = State.PAUSED
        self.on_pause()

    def _publish(self, **changes: object) -> None:
        self.progress = dataclasses.replace(self.progress, **changes)  # type: ignore[arg-type]

    def _train(self) -> None:
        from aemodels import report
        from aemodels.autoencoder import build
        from aemodels.data import datasets
        from aemodels.training.fit import train
        from aemodels.training.watch import Watch

        self._publish(phase="fetching the data set")
        dataset = self.own or datasets.load(
            self.spec.dataset,
            progress=lambda done, total: self._publish(fraction=done / total if total else 0.0),
        )
        self.dataset = dataset
        self._publish(phase="building the network", fraction=0.0)
        before = self._before
        model = build(self.spec.model, seed=self.spec.seed) if before is None else before[0].model
        watch = Watch(model, dataset)
        self._publish(inputs=watch.inputs, labels=watch.labels)
        if before is None:
            self._publish(looks=(watch.look(0),))

        def on_batch(batch: Batch) -> None:
            # The first step includes tracing the network, so the time left is told from the later ones.
            left = batch.seconds / batch.step * (batch.steps - batch.step) if batch.step > 20 else None
            self._publish(phase="training", fraction=batch.step / batch.steps, batch=batch, seconds_left=left)

        def on_epoch(epoch: Epoch) -> None:
            number = self.continued_from + epoch.epoch
            self._publish(
                epochs=(*self.progress.epochs, dataclasses.replace(epoch, epoch=number)),
                snapshots=thinned((*self.progress.snapshots, watch.snapshot(number))),
                looks=spread((*self.progress.looks, watch.look(number)), MOST_LOOKS),
            )

        history = train(
            model,
            dataset,
            self.spec.training,
            on_epoch=on_epoch,
            on_batch=on_batch,
            steering=self.steering,
            seed=self.spec.seed,
            again=self.rounds,
        )
        if history.epochs and not np.isfinite(history.epochs[-1].loss):
            raise ConfigError(
                "The loss is no longer a number: the learning rate is too high. Choose a lower one."
            )
        if before is not None:
            history = _joined(model, before, history, keep_best=self.spec.training.keep_best)
        if history.best_epoch:
            # β may have been changed while it ran: the network is one of the β that its weights were trained with.
            model.config = model.config.replace(beta=history.epochs[history.best_epoch - 1].beta)
            self.spec = dataclasses.replace(self.spec, model=model.config)
        self._publish(phase="measuring on the test set", fraction=0.0, seconds_left=None)
        metrics = report.evaluate(
            model, dataset, denoises=False, progress=lambda done, total: self._publish(fraction=done / total)
        )
        self.result = Result(model, history, dataset, metrics)
        best = history.best_epoch
        others = [shot for shot in self.progress.snapshots if shot.epoch != best]
        shots = tuple(sorted((*others, watch.snapshot(best)), key=lambda shot: shot.epoch))
        self._publish(phase="finished", fraction=1.0, snapshots=thinned(marked(shots, best)))


def _joined(
    model: Autoencoder, before: tuple[Result, list[np.ndarray]], after: History, *, keep_best: bool
) -> History:
    """Both trainings as one. `model` gets its weights of before where none of the new ones is better."""
    earlier, weights = before[0].history, before[1]
    if not after.epochs:  # stopped before an epoch had ended
        model.set_weights(weights)
        return dataclasses.replace(earlier, stopped=after.stopped)
    joined = after.after(earlier.epochs)
    if not keep_best or not earlier.best_epoch:
        return joined
    old, new = (joined.epochs[best - 1] for best in (earlier.best_epoch, joined.best_epoch))
    if old.beta == new.beta and old.val_loss < new.val_loss:
        model.set_weights(weights)
        return dataclasses.replace(joined, best_epoch=earlier.best_epoch)
    return joined
