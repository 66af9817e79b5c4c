"""Weights on disk: one uncompressed `.npz`, an array a variable, read into a network that is already built.

Nothing is deserialised into code. Names, shapes and types are compared with the network's before a byte of
the arrays is read, so a file cannot ask for more memory than the network has.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from aemodels.errors import StoreError

DTYPES = ("float32", "float16")

_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,
    SyntaxError,
    TokenError,
    zipfile.BadZipFile,
)
"""What reading a broken archive or header raises; NumPy parses a header with Python's own tokenizer."""


def names(encoder: Any, decoder: Any) -> list[str]:
    """A stable name for each weight, in the order of `Autoencoder.get_weights`: `encoder.00.kernel`, …"""
    return [
        f"{part}.{index:02d}.{variable.name}"
        for part, network in (("encoder", encoder), ("decoder", decoder))
        for index, variable in enumerate(network.weights)
    ]


def write(path: Path, named: dict[str, np.ndarray], *, half_precision: bool = False) -> None:
    """Write named arrays; `half_precision` stores 16 bits a weight, half the bytes to clone."""
    dtype = np.float16 if half_precision else np.float32
    with path.open("wb") as file:
        np.savez(file, **{name: value.astype(dtype) for name, value in named.items()})  # type: ignore[arg-type]


def read(path: Path, shapes: dict[str, tuple[int, ...]] | None = None) -> dict[str, np.ndarray]:
    """The named arrays as float32, all finite. `shapes` is what the network expects, name by name.

    Without `shapes` (the NumPy preview of a file that came with the program) sizes are still those of the
    headers. Raises `StoreError` with the first thing that does not fit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if len(members) != len(archive.infolist()) or (
                shapes is not None and set(members) != set(shapes)
            ):
                raise StoreError("The weights do not belong to the network that the card describes.")
            result = {}
            for name, info in members.items():
                with archive.open(info) as file:
                    result[name] = _array(file, info, name, None if shapes is None else shapes[name])
            return result
    except _DAMAGED as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            "The model's weights are damaged or missing. Train or copy the model again."
        ) from error


def _array(file: Any, info: zipfile.ZipInfo, name: str, expected: tuple[int, ...] | None) -> np.ndarray:
    if info.compress_type != zipfile.ZIP_STORED:
        raise StoreError(f"The weight {name} is compressed; ours never are.")
    if np.lib.format.read_magic(file) != (1, 0):
        raise StoreError(f"The weight {name} is in an unknown version of the format.")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.name not in DTYPES or fortran_order or (expected is not None and shape != expected):
        raise StoreError(f"The weight {name} has the shape {shape}; the network expects {expected}.")
    if info.file_size != file.tell() + int(np.prod(shape)) * dtype.itemsize:
        raise StoreError(f"The weight {name} is not as long as its header says.")
    values = np.frombuffer(file.read(), dtype).reshape(shape).astype(np.float32)
    if not np.isfinite(values).all():
        raise StoreError(f"The weight {name} holds a number that is not finite.")
    return values
