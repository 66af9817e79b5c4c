"""All that it takes to go on with a training after one of its epochs, and how it lies on the disk.

One uncompressed `.npz`: a JSON record of the epochs, the weights, the optimizer's variables, and the weights of the
best epoch. It is written beside and renamed, so that a crash leaves the checkpoint before it or this one.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from aemodels.errors import StoreError
from aemodels.store import files
from aemodels.training.history import Epoch

Arrays = tuple[np.ndarray, ...]

_GROUPS = ("weights", "optimizer", "best")


@dataclasses.dataclass(frozen=True, eq=False)
class Checkpoint:
    """A training after the last of `epochs`.

    `weights` and `best`, those of `best_epoch`, are in the order of `Autoencoder.get_weights`; `optimizer` are the
    optimizer's variables in its own order. `rate` and `beta` are those of its steering.
    """

    epochs: tuple[Epoch, ...]
    weights: Arrays
    optimizer: Arrays
    best_epoch: int
    best: Arrays
    rate: float = 1.0
    beta: float | None = None

    def write(self, path: Path) -> None:
        """Write it to `path`, all or nothing. Raises OSError."""
        with files.replacing(path) as file:
            self._write(file)

    def to_bytes(self) -> bytes:
        """The same file, where there is no disk to write it to."""
        buffer = io.BytesIO()
        self._write(buffer)
        return buffer.getvalue()

    def _write(self, file: IO[bytes]) -> None:
        record = {
            "epochs": [dataclasses.asdict(epoch) for epoch in self.epochs],
            "best_epoch": self.best_epoch,
            "rate": self.rate,
            "beta": self.beta,
        }
        arrays = {
            f"{group}.{index:03d}": array
            for group in _GROUPS
            for index, array in enumerate(getattr(self, group))
        }
        np.savez(file, record=np.frombuffer(json.dumps(record).encode(), np.uint8), **arrays)

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """What `write` wrote. Raises StoreError where there is no whole checkpoint."""
        try:
            with path.open("rb") as opened:
                return cls.from_file(opened)
        except OSError as error:
            raise StoreError("There is no whole checkpoint of this training.") from error

    @classmethod
    def from_file(cls, opened: IO[bytes]) -> Checkpoint:
        """The same of a file that is open, or of `to_bytes`. Raises StoreError."""
        try:
            with np.load(opened, allow_pickle=False) as file:
                record = json.loads(file["record"].tobytes())
                for group in _GROUPS:
                    record[group] = tuple(
                        file[name] for name in sorted(file.files) if name.startswith(f"{group}.")
                    )
            record["epochs"] = tuple(Epoch(**epoch) for epoch in record["epochs"])
            if not 1 <= record["best_epoch"] <= len(record["epochs"]):
                raise ValueError("there is no such epoch")
            return cls(**record)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise StoreError("There is no whole checkpoint of this training.") from error
