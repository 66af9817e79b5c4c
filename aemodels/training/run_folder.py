"""The folder of a run under `AEMODELS_HOME`: what of a training outlives the process that serves it.

    run.json         whose it is, its spec, and where it stands
    own.npz          the data set, where it is none of the table
    checkpoint.npz   the training after one of its epochs, while it goes on
    looks.npz        what was seen of its epochs by then
    result.npz       the weights that it ended with

Whoever serves the run holds a lock on the folder, which the system lets go of however that process ends: a folder
that can be locked belongs to nobody, and what was under way in it is lost until somebody resumes it.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import re
import shutil
import weakref
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from aemodels.data.datasets import OWN, Dataset, Split
from aemodels.errors import StoreError
from aemodels.store import files, folders
from aemodels.training.checkpoint import Checkpoint
from aemodels.training.progress import PARTS, Look, Progress

MOST_KEPT = 16
"""Runs that are kept on the disk, the newest ones."""
LONGEST_KEPT = datetime.timedelta(days=7)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class RunFolder:
    """One of them. Writing raises OSError; reading StoreError, where there is nothing whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: weakref.finalize[..., RunFolder] | None = None  # closes its file

    @classmethod
    def create(cls, token: str) -> RunFolder:
        """A new one, held by this process."""
        path = parent().resolve() / token
        path.mkdir(mode=0o700, parents=True)
        folder = cls(path)
        folder.hold()
        return folder

    @property
    def token(self) -> str:
        """The secret name of the run."""
        return self.path.name

    def hold(self) -> bool:
        """Take the lock; False where another process, or another of this one, has it."""
        if self._lock is not None:
            return True
        try:
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self._lock = weakref.finalize(self, os.close, lock)
        return True

    def release(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            self._lock()
            self._lock = None

    def remove(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def sweep(self) -> None:
        """Delete what a crash left half written, and what a worker had to say to a server that is gone."""
        for path in (*self.path.glob(f".*{files.BESIDE}*"), *self.path.glob("news-*.npz")):
            path.unlink(missing_ok=True)

    def write_record(self, record: dict[str, Any]) -> None:
        """Write `run.json`."""
        with files.replacing(self.path / "run.json") as file:
            file.write(json.dumps(record, indent=1).encode())

    def record(self) -> dict[str, Any]:
        """What `write_record` wrote."""
        try:
            record = json.loads((self.path / "run.json").read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError("There is no record of this training.") from error
        if not isinstance(record, dict):
            raise StoreError("There is no record of this training.")
        return record

    def write_checkpoint(self, checkpoint: Checkpoint, progress: Progress) -> None:
        """Write where a training stands, and what was seen of it."""
        self.write_looks(progress)
        checkpoint.write(self.path / "checkpoint.npz")

    def checkpoint(self) -> Checkpoint | None:
        """The last checkpoint, if there is a whole one."""
        with contextlib.suppress(StoreError):
            return Checkpoint.read(self.path / "checkpoint.npz")
        return None

    def write_result(self, result: Checkpoint, progress: Progress) -> None:
        """Write what a training ended with; the checkpoint on the way there is no longer needed."""
        self.write_looks(progress)
        result.write(self.path / "result.npz")
        self.drop_checkpoint()

    def drop_checkpoint(self) -> None:
        """Forget the checkpoint."""
        (self.path / "checkpoint.npz").unlink(missing_ok=True)

    def result(self) -> Checkpoint | None:
        """What it ended with, if it did."""
        with contextlib.suppress(StoreError):
            return Checkpoint.read(self.path / "result.npz")
        return None

    def write_looks(self, progress: Progress) -> None:
        """Write what was seen of its epochs."""
        arrays = {
            f"{part}.{look.epoch}": getattr(look, part)
            for look in progress.looks
            for part in PARTS
            if getattr(look, part) is not None
        }
        arrays |= {
            name: array
            for name, array in (("inputs", progress.inputs), ("labels", progress.labels))
            if array is not None
        }
        arrays["epochs"] = np.array([look.epoch for look in progress.looks], np.int64)
        with files.replacing(self.path / "looks.npz") as file:
            np.savez(file, **arrays)

    def looks(self) -> Progress:
        """What was seen of its epochs, as a progress with nothing else; empty where nothing can be read."""
        path = self.path / "looks.npz"
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return Progress()
        for array in arrays.values():
            array.setflags(write=False)
        looks = tuple(
            Look(int(epoch), *(arrays.get(f"{part}.{epoch}") for part in PARTS))
            for epoch in arrays.get("epochs", ())
        )
        return Progress(inputs=arrays.get("inputs"), labels=arrays.get("labels"), looks=looks)

    def write_own(self, dataset: Dataset) -> None:
        """Keep a data set that is none of the table."""
        words = {"title": dataset.title, "class_names": dataset.class_names, "source": dataset.source}
        with files.replacing(self.path / "own.npz") as file:
            np.savez(
                file,
                words=np.frombuffer(
                    json.dumps({**words, "fingerprint": dataset.fingerprint}).encode(), np.uint8
                ),
                x_train=dataset.train.values,
                y_train=dataset.train.labels,
                x_test=dataset.test.values,
                y_test=dataset.test.labels,
            )

    def own(self) -> Dataset | None:
        """The data set that `write_own` kept, if there is one."""
        path = self.path / "own.npz"
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                words = json.loads(file["words"].tobytes())
                train, test = (Split(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test"))
            names = tuple(words["class_names"])
            return Dataset(OWN, words["title"], train, test, names, words["source"], words["fingerprint"])
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return None


def parent() -> Path:
    """The folder of all runs."""
    return folders.home() / "runs"


def left_over() -> Iterator[RunFolder]:
    """The runs that no process serves, now held by this one, the oldest first; those kept too long are deleted."""
    found = []
    with contextlib.suppress(OSError):
        found = [
            (path.stat().st_mtime, path)
            for path in parent().iterdir()
            if path.is_dir() and not path.is_symlink() and _TOKEN.fullmatch(path.name)
        ]
    oldest = (datetime.datetime.now() - LONGEST_KEPT).timestamp()
    kept = sorted(found, reverse=True)[:MOST_KEPT]
    for modified, path in sorted(found):
        folder = RunFolder(path)
        if not folder.hold():
            continue
        if modified < oldest or (modified, path) not in kept:
            folder.remove()
            continue
        folder.sweep()
        yield folder
