"""The header of an array in NumPy's format, read without a pickle and before any memory is taken."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from tokenize import TokenError
from typing import IO, Final

import numpy as np

from aemodels.data.own.limits import LONGEST_CLASS, MOST_UNPACKED, megabytes, refused
from aemodels.data.own.naming import spoken
from aemodels.data.own.pixels import shape_words
from aemodels.errors import DatasetError

_READERS: Final = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_BROKEN: Final = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    SyntaxError,
    TokenError,
    MemoryError,
    RecursionError,
)


@dataclass(frozen=True)
class Header:
    """What an array says of itself: `size` bytes of data follow its `start`."""

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran_order: bool
    start: int

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(file: IO[bytes], name: str) -> Header:
    """The header at the beginning of `file`. Raises DatasetError for one that is damaged, or of another type.

    Allowed are bool, whole numbers, floats of up to 8 bytes, and texts of up to 160 bytes: no objects, no records.
    """
    try:
        version = np.lib.format.read_magic(file)
        if version not in _READERS:
            raise ValueError("unknown version")
        shape, fortran_order, dtype = _READERS[version](file)
    except _BROKEN as error:
        raise refused(
            f"The array {spoken(name)} has no readable header.",
            "Write it with numpy.savez, and send it again.",
        ) from error
    if dtype.hasobject:
        raise refused(
            f"The array {spoken(name)} holds Python objects, which are never unpickled here.",
            "Save numbers: images as uint8, labels as whole numbers or texts.",
        )
    if not _allowed(dtype):
        raise refused(
            f"The array {spoken(name)} is of the type {str(dtype)[:40]}.",
            "Allowed are bool, whole numbers, floats of up to 64 bits and short texts.",
        )
    if any(type(length) is not int or length < 0 for length in shape) or len(shape) > 8:
        raise refused(f"The array {spoken(name)} has an impossible shape.", "Save it again.")
    header = Header(shape, dtype, fortran_order, file.tell())
    if header.size > MOST_UNPACKED:
        raise DatasetError(
            f"The array {spoken(name)} of shape {shape_words(shape)} would take {megabytes(header.size)}; "
            f"at most {megabytes(MOST_UNPACKED)} are allowed. Save it as uint8, or send fewer images."
        )
    return header


def read_values(file: IO[bytes], header: Header) -> np.ndarray:
    """The array behind its header, read to the end of `file` so that its checksum is looked at.

    Raises DatasetError for texts of numbers that are no signs, of which Python can make no text.
    """
    values = np.frombuffer(file.read(header.size + 1), header.dtype)
    if header.dtype.kind == "U":
        signs = values.view(np.dtype(np.uint32).newbyteorder(header.dtype.byteorder))
        if signs.size and signs.max() > sys.maxunicode:
            raise refused("An array of texts holds numbers that are no signs.", "Save it again.")
    return values.reshape(header.shape, order="F" if header.fortran_order else "C")


def _allowed(dtype: np.dtype) -> bool:
    if dtype.subdtype is not None or dtype.names is not None:
        return False
    if dtype.kind in "US":
        return 0 < dtype.itemsize <= 4 * LONGEST_CLASS
    return dtype.kind in "biuf" and dtype.itemsize <= 8
