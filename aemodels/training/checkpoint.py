"""All that it takes to go on with a training after one of its epochs, and how it lies on the disk.

One uncompressed `.npz`: a JSON record of the epochs, the weights, the optimizer's variables, and the weights of the
best epoch. It is written beside and renamed, so that a crash leaves the checkpoint before it or this one.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path

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
        with files.replacing(path) as file:
            np.savez(file, record=np.frombuffer(json.dumps(record).encode(), np.uint8), **arrays)

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """What `write` wrote. Raises StoreError where there is no whole checkpoint."""
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
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
