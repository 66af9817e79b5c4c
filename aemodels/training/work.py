"""Doing a training in this process: from the data set to the figures on the test set."""

from __future__ import annotations

import dataclasses
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from aemodels.errors import ConfigError
from aemodels.training.jobs import Job, Result
from aemodels.training.networks import NETWORKS
from aemodels.training.pace import Told
from aemodels.training.progress import MOST_LOOKS, Progress, marked, spread, thinned
from aemodels.training.run_log import RunLog
from aemodels.training.scribe import Scribe

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.training.checkpoint import Checkpoint
    from aemodels.training.history import Batch, Epoch, History

_log = logging.getLogger(__name__)

MEASURING: Final = "measuring on the test set"
"""The phase in which a training has its result, but for the figures."""
RARELY: Final = 20.0
"""A checkpoint is written when this many times as long has passed as the last one took: at most 5 % of the time."""


def train_here(job: Job) -> None:
    """Train `job`, from its start or from where it goes on, and measure it."""
    with Scribe() as scribe:
        model = _train(job, scribe)
    if not job.abandoned:
        job.note()
        _measure(job, model)
    NETWORKS.give_back(model)


def _train(job: Job, scribe: Scribe) -> Autoencoder:
    """The network of `job`, trained; the job has its result then, or was abandoned."""
    from aemodels.data import datasets
    from aemodels.training.fit import train
    from aemodels.training.watch import Watch

    job.publish(phase="fetching the data set")
    dataset = job.own or datasets.load(
        job.spec.dataset,
        progress=lambda done, total: job.publish(fraction=done / total if total else 0.0),
    )
    job.dataset = dataset
    job.publish(phase="building the network", fraction=0.0)
    model = NETWORKS.take(job.spec.model, seed=job.spec.seed)
    if job.before is not None:
        model.set_weights(list(job.before.weights))
    watch = Watch(model, dataset)
    job.publish(inputs=watch.inputs, labels=watch.labels)
    if not job.progress.looks:
        job.publish(looks=(watch.look(0),))

    told = Told()

    def on_batch(batch: Batch) -> None:
        part = batch.step / batch.steps
        job.publish(phase="training", fraction=part, batch=batch, **told.after(batch))

    def on_epoch(epoch: Epoch) -> None:
        number = job.continued_from + epoch.epoch
        counted, look = dataclasses.replace(epoch, epoch=number), watch.look(number)
        job.publish(
            epochs=(*job.progress.epochs, counted),
            snapshots=thinned((*job.progress.snapshots, watch.snapshot(number))),
            looks=spread((*job.progress.looks, look), MOST_LOOKS),
        )
        log.epoch(counted, look, watch.inputs)

    before = job.continued_from * job.spec.training.steps(len(dataset.train))
    path = None if job.folder is None else job.folder.path
    with RunLog(scribe, path, job.spec.model, before=before) as log:
        history = train(
            model,
            dataset,
            job.spec.training,
            on_epoch=on_epoch,
            on_batch=on_batch,
            steering=job.steering,
            seed=job.spec.seed,
            again=job.rounds,
            start=job.start,
            on_checkpoint=None if job.folder is None else _Checkpoints(job, scribe),
            on_losses=log.losses,
        )
    if job.abandoned:
        return model
    if history.epochs and not np.isfinite(history.epochs[-1].loss):
        raise ConfigError(
            "The loss is no longer a number: the learning rate is too high. Choose a lower one."
        )
    if job.before is not None:
        history = _joined(model, job.before, history, keep_best=job.spec.training.keep_best)
    if history.best_epoch:
        # β may have been changed while it ran: the network is one of the β that its weights were trained with.
        model.config = model.config.replace(beta=history.epochs[history.best_epoch - 1].beta)
        job.spec = dataclasses.replace(job.spec, model=model.config)
    best = watch.snapshot(history.best_epoch)
    others = [shot for shot in job.progress.snapshots if shot.epoch != best.epoch]
    shots = tuple(sorted((*others, best), key=lambda shot: shot.epoch))
    job.publish(snapshots=thinned(marked(shots, best.epoch)))
    job.result = Result(job.spec, best.weights, history, metrics={})
    if job.steering.stopped:  # the figures come when they are measured
        job.stopped()
    return model


def _measure(job: Job, model: Autoencoder) -> None:
    from aemodels import report

    assert job.result is not None
    assert job.dataset is not None
    job.publish(phase=MEASURING, fraction=0.0, seconds_left=None)
    metrics = report.evaluate(
        model, job.dataset, denoises=False, progress=lambda done, total: job.publish(fraction=done / total)
    )
    job.result = dataclasses.replace(job.result, metrics=metrics)
    job.publish(phase="finished", fraction=1.0)


class _Checkpoints:
    """Has them written into the job's folder, as often as is cheap."""

    def __init__(self, job: Job, scribe: Scribe) -> None:
        self._job, self._scribe = job, scribe
        self._next = 0.0  # the moment from which on another one is cheap; infinite while one is written

    def __call__(self, copy: Callable[[], Checkpoint]) -> None:
        begun = time.monotonic()
        if begun < self._next:
            return
        self._next = math.inf
        self._scribe.later(self._write, copy(), self._job.progress, begun)

    def _write(self, checkpoint: Checkpoint, progress: Progress, begun: float) -> None:
        folder = self._job.folder
        try:
            if folder is not None:
                folder.write_checkpoint(checkpoint, progress)
        except OSError as error:
            _log.warning("A checkpoint could not be written: %s.", error.strerror)
        finally:
            ended = time.monotonic()
            self._next = ended + RARELY * (ended - begun)


def _joined(model: Autoencoder, before: Result, after: History, *, keep_best: bool) -> History:
    """Both trainings as one. `model` gets its weights of before where none of the new ones is better."""
    earlier, weights = before.history, list(before.weights)
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
