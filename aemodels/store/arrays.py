"""Arrays of an `.npz` from a stranger: headers are compared with what is expected before values are read."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from tokenize import TokenError

import numpy as np

from aemodels.errors import StoreError
from aemodels.store.archive import Archive

HEADER = 1024  # bytes of an .npy before its values; NumPy's own have 128

LONGEST = 40
"""Characters of a shape or a type that a sentence repeats."""

Fits = Callable[[tuple[int, ...], np.dtype], bool]
"""Whether an array of this shape and type is what is expected."""


def read(data: bytes, expected: Mapping[str, Fits], *, most: int, what: str) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file, exactly those of `expected`, all finite; `most` bytes each.

    Raises `StoreError` that begins with `what`, the file's name. Nothing is unpickled.
    """
    archive = Archive(data, most_members=len(expected) + 1, what=what)
    if archive.members.keys() != {f"{name}.npy" for name in expected}:
        raise StoreError(f"{what} holds other arrays than it should.")
    for name in expected:
        if archive.size(f"{name}.npy") > most + HEADER:
            raise StoreError(f"{what}: the array {name} is too large.")
    return {name: _array(archive, name, fits, most, what) for name, fits in expected.items()}


def _array(archive: Archive, name: str, fits: Fits, most: int, what: str) -> np.ndarray:
    file = io.BytesIO(archive.read(f"{name}.npy", most + HEADER))
    try:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    except (ValueError, EOFError, SyntaxError, TokenError, RecursionError, TypeError) as error:
        raise StoreError(f"{what}: the array {name} has no header that can be read.") from error
    if dtype.kind not in "fui" or fortran_order or not fits(shape, dtype):
        raise StoreError(
            f"{what}: the array {name} has the shape {_shown(shape)} and the type {_shown(dtype)}; "
            "others were expected."
        )
    rest = file.getbuffer()[file.tell() :]
    if rest.nbytes != int(np.prod([int(side) for side in shape], dtype=object)) * dtype.itemsize:
        raise StoreError(f"{what}: the array {name} is not as long as its header says.")
    values = np.frombuffer(rest, dtype).reshape(shape)
    if not np.isfinite(values).all():
        raise StoreError(f"{what}: the array {name} holds a number that is not finite.")
    return values


def _shown(claimed: object) -> str:
    """What a header claims, as a sentence may repeat it: a shape may have a thousand sides, a type any names."""
    text = "".join(sign if sign.isprintable() else "?" for sign in str(claimed))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
