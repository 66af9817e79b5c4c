"""Results of studies, kept beside a model: `study-NAME.npz` in its folder, plain arrays.

A result belongs to the very model and data set that it was made with: a model that is saved anew under its name has
a new folder, and results of another data set are not read.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from aemodels.errors import StoreError
from aemodels.store import access, folders, models

Arrays = dict[str, np.ndarray]

_FINGERPRINT = "_fingerprint"  # of the data set that a result was made with


def read(name: str, study: str) -> Arrays | None:
    """The stored result of a study of the model `name`; None where there is none that fits the model's data set.

    Raises `StoreError` where there is no such model.
    """
    path = folders.find(name) / f"study-{study}.npz"
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: np.asarray(file[key]) for key in file.files}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None  # it can be made again, and is
    if str(arrays.pop(_FINGERPRINT, "")) != models.read_card(name).fingerprint:
        return None
    return arrays


def write(name: str, study: str, arrays: Mapping[str, np.ndarray], *, fingerprint: str) -> None:
    """Keep a result beside its model, atomically. `fingerprint`: of the data set that it was made with.

    Raises `StoreError` for another data set than the model's own, for a folder that cannot be written, and in a
    store for reading only.
    """
    access.insist_on_open()
    folder = folders.find(name)
    if fingerprint != models.read_card(name).fingerprint:
        raise StoreError(f"A study of {name!r} is kept only if it was made with the model's own data set.")
    try:
        with folders.replacing(folder) as fresh:
            for path in folder.iterdir():
                shutil.copy2(path, fresh / path.name)
            marked: dict[str, Any] = {_FINGERPRINT: np.asarray(fingerprint), **arrays}
            np.savez_compressed(fresh / f"study-{study}.npz", **marked)
    except OSError as error:
        raise StoreError(f"The study could not be saved beside {name!r}: {error.strerror}.") from error
