"""Doing a training in a child process: the server's side of `worker`.

The pages keep their processor and their memory: the child comes after them, and what it took goes with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from aemodels import environment
from aemodels.errors import ConfigError
from aemodels.training import recovery, worker
from aemodels.training.history import Batch, Epoch
from aemodels.training.jobs import Job, LostError
from aemodels.training.progress import MOST_LOOKS, spread, thinned
from aemodels.training.run_folder import RunFolder
from aemodels.training.work import MEASURING

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 10.0  # seconds for a child that has said its last word
_ENDED: Final = (
    "The process of this training ended unexpectedly; it may have taken more memory than it was given. "
    "Go on from its last epoch, or start one with smaller layers or smaller batches."
)


def train_in_child(job: Job) -> None:
    """Have `job` trained by a child process, and tell of it as if it were trained here."""
    folder = job.folder
    if folder is None:
        raise ConfigError(
            "There is no place on the disk for this training. Free some space, or set AEMODELS_HOME to a folder "
            "that can be written."
        )
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    with (folder.path / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "aemodels.training.worker", str(folder.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            text=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with _told(job, process):
            last = _follow(job, folder, process.stdout)
    finally:
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if (
        last is None and not job.abandoned and job.result is None
    ):  # with a result, only the figures are missing
        raise LostError(_ENDED)
    if last is not None and last["error"]:
        raise ConfigError(str(last["error"]))
    if last is not None:
        recovery.take_result(job, folder)


@contextlib.contextmanager
def _told(job: Job, process: subprocess.Popen[str]) -> Iterator[None]:
    """Tell the child whatever is asked of the job from now on, and what was asked before."""
    lock = threading.Lock()
    out = process.stdin
    assert out is not None

    def tell(name: str, value: object) -> None:
        if job.abandoned:  # it has not begun yet, so there is nothing that it could keep
            process.kill()
        with lock, contextlib.suppress(OSError, ValueError):  # it may have ended meanwhile
            out.write(json.dumps([name, value]) + "\n")
            out.flush()

    steering = job.steering
    steering.on_change = tell
    tell("set_rate", steering.rate)
    if steering.beta is not None:
        tell("set_beta", steering.beta)
    if steering.stopped or steering.paused:
        tell("stop" if steering.stopped else "pause", None)
    try:
        yield
    finally:
        steering.on_change = lambda name, value: None


def _follow(job: Job, folder: RunFolder, lines: IO[str]) -> dict[str, Any] | None:
    """Take over what the child tells, until its last word; None if it ended without one."""
    for line in lines:
        said = json.loads(line)
        if "state" in said:
            return said
        if "paused" in said:
            job.steering.paused_elsewhere()
            job.pausing()
            continue
        if not job.abandoned:
            job.publish(**_changes(job, folder, said))
        if said.get("phase") == MEASURING and job.result is None:
            recovery.take_result(job, folder)
            if job.steering.stopped:
                job.stopped()
    return None


def _changes(job: Job, folder: RunFolder, said: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: said[name] for name in worker.COUNTERS if name in said}
    if "batch" in said:
        changes["batch"] = Batch(*said["batch"])
    if said.get("epochs"):
        changes["epochs"] = (*job.progress.epochs, *(Epoch(**epoch) for epoch in said["epochs"]))
    if "file" in said:
        found = worker.news(folder.path, said["file"])
        if found["looks"]:
            found["looks"] = spread((*job.progress.looks, *found["looks"]), MOST_LOOKS)
        if found["snapshots"]:
            found["snapshots"] = thinned((*job.progress.snapshots, *found["snapshots"]))
        changes |= {name: value for name, value in found.items() if len(value)}
    return changes


def asked_for() -> bool:
    """Whether the environment asks for child processes: `AEMODELS_WORKER=process`."""
    return environment.WORKER.value() == "process"
