"""A gzip file, unpacked to a size that is known beforehand, and never beyond it."""

from __future__ import annotations

import zlib
from typing import Final

from aemodels.data.own.limits import refused
from aemodels.data.own.naming import spoken

MAGIC: Final = b"\x1f\x8b"
_PART: Final = 2**20
_GZIP: Final = 16 + zlib.MAX_WBITS


def beginning(data: bytes, count: int, name: str) -> bytes:
    """The first `count` bytes of what is packed, or of `data` itself where it is no gzip. Raises DatasetError."""
    if not data.startswith(MAGIC):
        return data[:count]
    try:
        return zlib.decompressobj(_GZIP).decompress(data, count)
    except zlib.error as error:
        raise _damaged(name) from error


def whole(data: bytes, most: int, name: str) -> bytes:
    """All of it: at most `most` bytes, of which one more is an error. Raises DatasetError."""
    if not data.startswith(MAGIC):
        if len(data) > most:
            raise _longer(name)
        return data
    length = _length(data, most, name)
    return zlib.decompressobj(_GZIP).decompress(data, length + 1)


def _length(data: bytes, most: int, name: str) -> int:
    """How long it is unpacked, found out in small parts that are thrown away. Raises DatasetError."""
    unpacker, length, rest = zlib.decompressobj(_GZIP), 0, data
    while not unpacker.eof:
        try:
            part = len(unpacker.decompress(rest, _PART))
        except zlib.error as error:
            raise _damaged(name) from error
        length, rest = length + part, unpacker.unconsumed_tail
        if length > most:
            raise _longer(name)
        if not part and not rest and not unpacker.eof:
            raise _damaged(name)
    return length


def _damaged(name: str) -> Exception:
    return refused(f"The packed file {spoken(name)} is damaged or cut off.", "Send it again.")


def _longer(name: str) -> Exception:
    return refused(f"The file {spoken(name)} is longer than it should be.", "Nothing of it was used.")
