"""A training that may be cut off and goes on: a folder with its newest checkpoint, and with what it is one of."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aemodels.errors import StoreError
from aemodels.store import files
from aemodels.training.checkpoint import Checkpoint

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset
    from aemodels.training.spec import TrainingSpec


class Kept:
    """The folder of one training. `identity` is what `identity` below says of it."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self._identity = identity
        self._record, self._checkpoint = folder / "training.json", folder / "checkpoint.npz"

    def read(self) -> bytes:
        """The file of its checkpoint; nothing before its first epoch has ended.

        Raises StoreError for a folder of another training, and for a checkpoint that is not whole.
        """
        if not self._checkpoint.exists():
            return b""
        try:
            found = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        if found != self._identity:
            raise StoreError(
                f"{self._checkpoint.parent} holds the checkpoint of a training with other settings or data. Name "
                "another folder, or remove it."
            )
        Checkpoint.read(self._checkpoint)
        return self._checkpoint.read_bytes()

    def write(self, copy: Callable[[], Checkpoint]) -> None:
        """Keep this one instead of the one before. Raises OSError."""
        self._record.parent.mkdir(parents=True, exist_ok=True)
        if not self._record.exists():
            with files.replacing(self._record) as file:
                file.write(json.dumps(self._identity).encode())
        copy().write(self._checkpoint)


def checkpoint(data: bytes) -> Checkpoint | None:
    """What `Kept.read` gave, on whatever machine. Raises StoreError where it is not whole."""
    if not data:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.npz"
        path.write_bytes(data)
        return Checkpoint.read(path)


def identity(
    spec: TrainingSpec, data: Dataset, first: Iterable[np.ndarray], *, mixed: bool
) -> dict[str, Any]:
    """All that decides how a training goes, but for the versions and the devices; plain JSON values."""
    return {
        **spec.to_json(),
        "mixed": mixed,
        "images": digest([data.train.values]),
        "first_weights": digest(first),
    }


def digest(arrays: Iterable[np.ndarray]) -> str:
    """16 hexadecimal digits that stand for the values of these arrays, bit by bit."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()[:16]
