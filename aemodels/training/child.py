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
from types import TracebackType
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
SILENCE: Final = 60
"""Seconds after which a child that has not said a word is taken for dead; it says one every two seconds."""
_NO_PLACE: Final = (
    "There is no place on the disk for this training. Free some space, or set AEMODELS_HOME to a folder "
    "that can be written."
)
_SILENT: Final = (
    "The process of this training did not answer any more and was ended. Go on from its last epoch, or start "
    "another."
)
_ENDED: Final = (
    "The process of this training ended unexpectedly; it may have taken more memory than it was given. "
    "Go on from its last epoch, or start one with smaller layers or smaller batches."
)


def train_in_child(job: Job) -> None:
    """Have `job` trained by a child process, and tell of it as if it were trained here."""
    folder = job.folder
    if folder is None:
        raise ConfigError(_NO_PLACE)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    with _log_of(folder) as log:
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
    pulse = _Pulse(process)
    try:
        with _told(job, process), pulse:
            last = _follow(job, folder, process.stdout, pulse)
    finally:
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if last is None and job.result is not None:  # only the figures are missing
        job.publish(phase="finished", fraction=1.0, seconds_left=None)
    elif last is None and not job.abandoned:
        raise LostError(_SILENT if pulse.gone else _ENDED)
    if last is not None and last["error"]:
        raise ConfigError(str(last["error"]))
    if last is not None:
        recovery.take_result(job, folder, last.get("result"))


class _Pulse:
    """Ends a child that has not said anything for `SILENCE`: one that was stopped, or hangs.

    A context manager. Seconds are counted only while this process runs, so that whoever stops both of them, or
    closes a laptop, goes on with both.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._over = threading.Event()
        self._silent = 0
        self.gone = False

    def __enter__(self) -> None:
        threading.Thread(target=self._watch, name="pulse", daemon=True).start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()

    def felt(self) -> None:
        """It has said something."""
        self._silent = 0

    def _watch(self) -> None:
        while not self._over.wait(1.0):
            self._silent += 1
            if self._silent > SILENCE:
                self.gone = True
                self._process.kill()
                return


def _log_of(folder: RunFolder) -> IO[bytes]:
    try:
        return (folder.path / "worker.log").open("ab")
    except OSError as error:
        raise ConfigError(_NO_PLACE) from error


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


def _follow(job: Job, folder: RunFolder, lines: IO[str], pulse: _Pulse) -> dict[str, Any] | None:
    """Take over what the child tells, until its last word; None if it ended without one."""
    for line in lines:
        pulse.felt()
        try:
            said = json.loads(line)
        except ValueError:  # it was killed in the middle of a line
            return None
        if "state" in said:
            return said
        if "paused" in said:
            job.steering.paused_elsewhere()
            job.pausing()
            continue
        if said and not job.abandoned:
            job.publish(**_changes(job, folder, said))
        if said.get("phase") == MEASURING and job.result is None:
            recovery.take_result(job, folder, said.get("result"))
            if job.steering.stopped:
                job.stopped()
    return None


def _changes(job: Job, folder: RunFolder, said: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: said[name] for name in worker.COUNTERS if name in said}
    if "batch" in said:
        changes["batch"] = Batch(*said["batch"])
    if said.get("epochs"):
        changes["epochs"] = (*job.progress.epochs, *(Epoch(**epoch) for epoch in said["epochs"]))
    if "file" in said or "data" in said:
        found = worker.news(folder.path, said)
        if found["looks"]:
            found["looks"] = spread((*job.progress.looks, *found["looks"]), MOST_LOOKS)
        if found["snapshots"]:
            found["snapshots"] = thinned((*job.progress.snapshots, *found["snapshots"]))
        changes |= {name: value for name, value in found.items() if len(value)}
    return changes


def asked_for() -> bool:
    """Whether the environment asks for child processes: `AEMODELS_WORKER=process`."""
    return environment.WORKER.value() == "process"
