"""Trainings that outlive their server: what is noted of a job in its folder, and the job made of it again."""

from __future__ import annotations

import base64
import dataclasses
import io
from typing import TYPE_CHECKING, Any

from aemodels.errors import AemodelsError, StoreError
from aemodels.training.checkpoint import Checkpoint
from aemodels.training.history import Epoch, History
from aemodels.training.jobs import Job, Result, State
from aemodels.training.progress import Progress, Snapshot, marked, thinned
from aemodels.training.run_folder import RunFolder
from aemodels.training.spec import TrainingSpec

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset


def keep(job: Job) -> None:
    """Give `job` a folder from now on. Raises OSError where none can be made."""
    folder = RunFolder.create(job.token)
    try:
        if job.own is not None:
            folder.write_own(job.own)
        note(job, folder)
    except OSError:
        folder.remove()  # one without a record is nobody's
        raise
    job.folder = folder


def note(job: Job, folder: RunFolder) -> None:
    """Write where `job` stands, and its result once it has one. Raises OSError."""
    ended = _ended(job)
    if ended is not None:
        folder.write_result(ended, job.progress)
    elif not job.state.active and job.state is not State.LOST:
        folder.drop_checkpoint()
    folder.write_record(_record(job))


def sent(job: Job) -> dict[str, Any]:
    """What `note` writes, as plain values to send: for a worker whose disk takes nothing any more."""
    ended = _ended(job)
    data = b"" if ended is None else ended.to_bytes()
    return {"record": _record(job), "result": base64.b64encode(data).decode()}


def take_result(job: Job, folder: RunFolder, said: dict[str, Any] | None = None) -> None:
    """Take over what a worker has noted as the result of `job`, or what it has `sent` instead.

    Raises StoreError where there is none.
    """
    if said is None:
        noted, _ = _noted(folder)
    else:
        data = base64.b64decode(said["result"])
        noted = _job(
            folder, said["record"], Checkpoint.from_file(io.BytesIO(data)) if data else None, job.own
        )
    if noted.result is None:
        raise StoreError("The training has ended without a model. Start it again.")
    job.spec, job.result = noted.spec, noted.result
    best = Snapshot(noted.result.history.best_epoch, noted.result.weights)
    others = [shot for shot in job.progress.snapshots if shot.epoch != best.epoch]
    shots = tuple(sorted((*others, best), key=lambda shot: shot.epoch))
    job.publish(snapshots=thinned(marked(shots, best.epoch)))


def _ended(job: Job) -> Checkpoint | None:
    """The result of `job` as it is kept; None where there is none yet, or it counts for nothing."""
    result = job.result
    if result is None or job.state is State.FAILED or not result.history.epochs:
        return None
    history = result.history
    return Checkpoint(history.epochs, result.weights, (), max(1, history.best_epoch), ())


def _record(job: Job) -> dict[str, Any]:
    """Where `job` stands, in plain values."""
    result = job.result
    return {
        "visitor": job.visitor,
        "created": job.created,
        "spec": job.spec.to_json(),
        "begun_as": job.begun_as.to_json(),
        "title": job.title,
        "state": job.state,
        "error": job.error,
        "rounds": job.rounds,
        "continued_from": job.continued_from,
        "has_result": result is not None,
        "stopped": result is not None and result.history.stopped,
        "best_epoch": 0 if result is None else result.history.best_epoch,
        "metrics": {} if result is None else result.metrics,
    }


def waiting(folder: RunFolder) -> Job:
    """The job of a folder, for a worker that is to do it. Raises StoreError where there is no whole record."""
    job, _ = _noted(folder)
    job.before, job.result = (job.result, None) if job.continued_from else (None, None)
    job.start = folder.checkpoint()
    if job.start is not None:
        job.progress = dataclasses.replace(job.progress, epochs=_counted(job, job.start))
    job.folder = folder
    return job


def recovered(folder: RunFolder) -> Job:
    """The job of a folder as its server left it; what was under way is lost. Raises StoreError for no whole one."""
    job, record = _noted(folder)
    job.folder = folder
    if job.state.active and job.result is not None and record.get("has_result"):
        # It was being measured: all that is missing are the figures.
        job.state = State.STOPPED if job.result.history.stopped else State.DONE
    elif job.state.active or job.state is State.LOST:
        _lose(job, folder)
    elif job.result is None and job.state is not State.FAILED:
        raise StoreError("This training has left nothing.")  # withdrawn before an epoch had ended
    job.finished.set()
    return job


def _noted(folder: RunFolder) -> tuple[Job, dict[str, Any]]:
    """The job as it was noted, with its result if it has one. Raises StoreError."""
    record = folder.record()
    job = _job(folder, record, folder.result(), folder.own())
    job.progress = dataclasses.replace(
        folder.looks(), phase=job.progress.phase, epochs=job.progress.epochs, snapshots=job.progress.snapshots
    )
    return job, record


def _job(folder: RunFolder, record: dict[str, Any], ended: Checkpoint | None, own: Dataset | None) -> Job:
    """The job of a record. Raises StoreError for a damaged one."""
    try:
        spec, state = TrainingSpec.from_json(record["spec"]), State(record["state"])
        job = Job(spec, str(record["visitor"]), own, token=folder.token, state=state)
        job.error = record["error"]
        job.created = float(record["created"])
        job.begun_as = TrainingSpec.from_json(record.get("begun_as", record["spec"]))
        job.title = str(record.get("title", ""))
        job.rounds, job.continued_from = int(record["rounds"]), int(record["continued_from"])
        if ended is not None:
            _with_result(job, ended, record)
    except (AemodelsError, KeyError, TypeError, ValueError) as error:
        raise StoreError("The record of this training is damaged.") from error
    return job


def _with_result(job: Job, ended: Checkpoint, record: dict[str, Any]) -> None:
    history = History(ended.epochs, int(record["best_epoch"]) or ended.best_epoch, bool(record["stopped"]))
    job.result = Result(job.spec, _frozen(ended.weights), history, dict(record["metrics"]))
    job.progress = Progress(
        phase="finished",
        fraction=1.0,
        epochs=ended.epochs,
        snapshots=(Snapshot(history.best_epoch, job.result.weights, final=True),),
    )


def _lose(job: Job, folder: RunFolder) -> None:
    """Mark it as lost, with what its last checkpoint knows."""
    job.state = State.LOST
    job.before, job.result = job.result, None
    epochs = job.progress.epochs
    checkpoint = folder.checkpoint()
    snapshots = job.progress.snapshots
    if checkpoint is not None:
        epochs = _counted(job, checkpoint)
        snapshots = (Snapshot(epochs[-1].epoch, _frozen(checkpoint.weights)),)
    looks = tuple(look for look in job.progress.looks if look.epoch <= (epochs[-1].epoch if epochs else 0))
    job.progress = dataclasses.replace(
        job.progress, phase="lost", epochs=epochs, snapshots=snapshots, looks=looks
    )
    job.note()


def _counted(job: Job, checkpoint: Checkpoint) -> tuple[Epoch, ...]:
    """All epochs until the checkpoint, those before the job was continued among them."""
    before = job.progress.epochs[: job.continued_from]
    counted = (
        dataclasses.replace(epoch, epoch=job.continued_from + epoch.epoch) for epoch in checkpoint.epochs
    )
    return (*before, *counted)


def _frozen(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    for array in arrays:
        array.setflags(write=False)
    return arrays
