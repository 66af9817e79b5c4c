"""Labels of any kind → numbers of classes, and the classes' names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aemodels.data.own.limits import refused
from aemodels.data.own.naming import class_name
from aemodels.data.own.record import check_classes


def unlabelled(count: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """As many images without labels: all of one class."""
    return np.zeros(count, np.uint8), ("image",)


def coded(raw: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (n,), whole numbers or texts, in the order of their classes.

    Returns:
        uint8 (n,) from 0 on, and the name of each class: numbers by size, texts by alphabet.

    Raises:
        DatasetError: more than 100 classes, a name that is not acceptable, or a number that is not whole.
    """
    if raw.dtype.kind == "f":
        if not np.isfinite(raw).all() or (raw != np.round(raw)).any() or np.abs(raw).max() > 2**31:
            row = int(np.flatnonzero(~np.isfinite(raw) | (raw != np.round(raw)) | (np.abs(raw) > 2**31))[0])
            raise refused(
                f"The label of image {row + 1} is no whole number.", "Labels are whole numbers or names."
            )
        raw = raw.astype(np.int64)
    if raw.dtype.kind == "b":
        raw = raw.astype(np.uint8)
    values, numbers = np.unique(raw, return_inverse=True)
    check_classes(len(values))
    if raw.dtype.kind == "S":
        texts = [value.decode("utf-8", errors="replace") for value in values.tolist()]
    else:
        texts = [str(value) for value in values.tolist()]
    return merged(numbers.astype(np.uint8), texts)


def merged(numbers: np.ndarray, texts: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """The same with tidied names, and classes as one whose names are the same then."""
    tidy = [class_name(text) for text in texts]
    names = list(dict.fromkeys(tidy))
    table = np.asarray([names.index(name) for name in tidy], np.uint8)
    return table[numbers], tuple(names)
