"""A training in a process of its own: `python -m aemodels.training.worker FOLDER`.

FOLDER is that of a run (`run_folder`). What is asked of the training comes as JSON lines on standard input; what it
has to tell goes out as JSON lines on standard output, arrays in files of the folder that the lines name. The end of
standard input means that the server is gone: then this process ends, too, and the last checkpoint is what is left.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import dataclasses
import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from aemodels.errors import AemodelsError
from aemodels.store import files
from aemodels.training import recovery
from aemodels.training.jobs import Job
from aemodels.training.progress import PARTS, Look, Snapshot
from aemodels.training.run_folder import RunFolder
from aemodels.training.work import MEASURING, train_here

NICE: Final = 10
"""How much the pages come first, from 0 to 19; `AEMODELS_WORKER_NICE`."""
MEMORY_LIMIT: Final = 6 * 1024**3
"""Bytes of data that a training may take, where the system can hold it to that; `AEMODELS_WORKER_MEMORY` in MiB."""
COUNTERS: Final = ("phase", "fraction", "seconds_left", "steps_a_second", "memory")
COUNTERS_EVERY: Final = 0.2  # seconds
BEAT: Final = 2.0  # seconds between two signs of life
ASKED: Final = ("stop", "pause", "resume", "set_rate", "set_beta")
SERVER_GONE: Final = 3  # exit status


def main(arguments: Sequence[str]) -> int:
    """Do the training of the folder. Returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m aemodels.training.worker FOLDER", file=sys.stderr)
        return 2
    _be_modest()
    try:
        job = recovery.waiting(RunFolder(Path(arguments[0])))
    except AemodelsError as error:
        print(error, file=sys.stderr)
        return 2
    reporter = Reporter(job, sys.stdout)
    threading.Thread(target=_obey, args=(job, sys.stdin), name="asked", daemon=True).start()
    threading.Thread(target=reporter.beat, name="beat", daemon=True).start()
    job.on_pause = reporter.paused
    job.on_news = reporter.changed
    job.run(train_here)
    reporter.ended()
    return 0


class Reporter:
    """Tells the server what changes."""

    def __init__(self, job: Job, out: IO[str]) -> None:
        self._job, self._out = job, out
        self._folder = job.folder.path if job.folder is not None else Path()
        self._lock = threading.Lock()
        self._told = {look.epoch for look in job.progress.looks}
        self._epochs = len(job.progress.epochs)
        self._files = 0
        self._counted, self._phase = 0.0, ""

    def changed(self, changes: dict[str, Any]) -> None:
        """Some of the job's progress was replaced."""
        now = time.monotonic()
        plain: dict[str, Any] = {name: changes[name] for name in COUNTERS if name in changes}
        counters = set(changes) <= {*plain, "batch"} and changes.get("phase", self._phase) == self._phase
        if counters and now < self._counted + COUNTERS_EVERY:
            return
        self._counted, self._phase = now, changes.get("phase", self._phase)
        if changes.get("batch") is not None:
            plain["batch"] = dataclasses.astuple(changes["batch"])
        if "epochs" in changes:
            plain["epochs"] = [dataclasses.asdict(epoch) for epoch in changes["epochs"][self._epochs :]]
            self._epochs = len(changes["epochs"])
        arrays: dict[str, Any] = self._arrays(changes)
        if arrays:
            plain |= self._handed_over(arrays)
        if plain.get("phase") == MEASURING and not self._job.noted:
            plain["result"] = recovery.sent(self._job)
        if plain:
            self._say(plain)

    def _handed_over(self, arrays: dict[str, Any]) -> dict[str, str]:
        """The name of a file with these arrays; where the disk takes none, the file itself as text."""
        self._files += 1
        name = f"news-{self._files:06d}.npz"
        try:
            with files.replacing(self._folder / name, lasting=False) as file:
                np.savez(file, **arrays)
        except OSError:
            buffer = io.BytesIO()
            np.savez(buffer, **arrays)
            return {"data": base64.b64encode(buffer.getvalue()).decode()}
        return {"file": name}

    def paused(self) -> None:
        """It begins to wait."""
        self._say({"paused": True})

    def ended(self) -> None:
        """It has ended, one way or another; its result lies in the folder."""
        last: dict[str, Any] = {"state": self._job.state, "error": self._job.error}
        if not self._job.noted:
            last["result"] = recovery.sent(self._job)
        self._say(last)

    def beat(self) -> None:
        """Say every few seconds that this process is alive: a silent one is ended."""
        with contextlib.suppress(OSError, ValueError):  # the server is gone
            while not self._job.finished.wait(BEAT):
                self._say({})

    def _arrays(self, changes: dict[str, Any]) -> dict[str, np.ndarray]:
        """What is new of them, by name: a look's and a snapshot's have the number of their epoch in it."""
        arrays = {name: changes[name] for name in ("inputs", "labels") if changes.get(name) is not None}
        for look in changes.get("looks", ()):
            if look.epoch not in self._told:
                self._told.add(look.epoch)
                arrays[f"look.{look.epoch}"] = np.zeros(0)
                arrays |= {
                    f"{part}.{look.epoch}": getattr(look, part)
                    for part in PARTS
                    if getattr(look, part) is not None
                }
        if "epochs" in changes:
            for shot in changes.get("snapshots", ())[-1:]:
                arrays |= {f"weights.{shot.epoch}.{i:03d}": weight for i, weight in enumerate(shot.weights)}
        return arrays

    def _say(self, what: dict[str, Any]) -> None:
        with self._lock:
            print(json.dumps(what), file=self._out, flush=True)


def news(folder: Path, said: dict[str, Any]) -> dict[str, Any]:
    """The arrays of a line, as changes of a progress: `looks` and `snapshots` are the new ones alone."""
    path = folder / said["file"] if "file" in said else None
    data = path.read_bytes() if path is not None else base64.b64decode(said["data"])
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files}
    if path is not None:
        path.unlink()
    for array in arrays.values():
        array.setflags(write=False)
    changes: dict[str, Any] = {key: arrays[key] for key in ("inputs", "labels") if key in arrays}
    numbers = sorted({int(key.split(".")[1]) for key in arrays if key.startswith("look.")})
    changes["looks"] = tuple(
        Look(number, *(arrays.get(f"{part}.{number}") for part in PARTS)) for number in numbers
    )
    shots = sorted({int(key.split(".")[1]) for key in arrays if key.startswith("weights.")})
    changes["snapshots"] = tuple(
        Snapshot(number, tuple(arrays[key] for key in sorted(arrays) if key.startswith(f"weights.{number}.")))
        for number in shots
    )
    return changes


def _obey(job: Job, asked: IO[str]) -> None:
    for line in asked:
        name, value = json.loads(line)
        if name in ASKED:
            method = getattr(job.steering, name)
            method() if name in ("stop", "pause") else method(value)
    if not job.finished.is_set():
        os._exit(SERVER_GONE)


_PR_SET_PDEATHSIG: Final = 1  # of prctl, in linux/prctl.h


def _be_modest() -> None:
    """Come after the pages: lower priority, a core less, an end of memory, and none of it after the server."""
    nice = os.environ.get("AEMODELS_WORKER_NICE", "")
    os.nice(min(19, int(nice)) if nice.isdecimal() else NICE)
    if sys.platform == "linux":  # also where this process is stopped, and cannot see the end of its input
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, threads)
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    import resource

    asked = os.environ.get("AEMODELS_WORKER_MEMORY", "")
    limit = int(asked) * 1024**2 if asked.isdecimal() else MEMORY_LIMIT
    if sys.platform == "linux":  # elsewhere the system does not keep to it
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # taking TensorFlow apart would take a second for nothing
