"""A zip from a stranger, looked at before anything of it is unpacked.

What a zip says of itself may be false: a directory of a million entries, a name that leads out of its folder, a
megabyte that unpacks to a gigabyte, two members of one name. The list of its members is bounded before Python's
`zipfile` reads it, each member before it is unpacked.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Final

from aemodels.errors import StoreError

MOST_PACKED: Final = 64 * 2**20
"""Bytes of a zip."""
MOST_UNPACKED: Final = 192 * 2**20
"""Bytes of all members together."""
MOST_MEMBERS: Final = 64
MOST_RATIO: Final = 200
"""How much smaller a member may be packed: text of ours reaches 20, a bomb a thousand."""
SMALL: Final = 64 * 2**10
"""Bytes up to which nobody asks for the ratio."""

_END: Final = struct.Struct("<4s4H2LH")
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error)


class Archive:
    """The members of a zip by name. Raises `StoreError` with the first thing that is not as it should be."""

    def __init__(self, data: bytes, *, most_members: int = MOST_MEMBERS, what: str = "The file") -> None:
        self._what = what
        if len(data) > MOST_PACKED:
            raise StoreError(f"{what} is larger than {MOST_PACKED // 2**20} MB.")
        self._check_end(data, most_members)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise StoreError(f"{what} is no zip that can be read, or only a part of one.") from error
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            self._check(info)
            if not info.is_dir():
                self.members[info.filename] = info
        if sum(info.file_size for info in self.members.values()) > MOST_UNPACKED:
            raise StoreError(f"{what} would unpack to more than {MOST_UNPACKED // 2**20} MB.")

    def only(self, allowed: Iterable[str]) -> None:
        """Raises `StoreError` where there is a member of another name."""
        for name in self.members.keys() - set(allowed):
            raise StoreError(f"{self._what} has a member that does not belong into it: {name[:80]}.")

    def size(self, name: str) -> int:
        """Bytes that a member says it has."""
        return self.members[name].file_size

    def read(self, name: str, most: int) -> bytes:
        """A member, unpacked, its checksum compared. Raises `StoreError` for one of more than `most` bytes."""
        info = self.members.get(name)
        if info is None:
            raise StoreError(f"{self._what} has no {name}.")
        if info.file_size > most:
            raise StoreError(f"{name} has {info.file_size:,} bytes; at most {most:,} were expected.")
        try:
            with self._zip.open(info) as file:
                data = file.read(most + 1)
        except (*_BROKEN, NotImplementedError) as error:
            raise StoreError(f"{name} in it is damaged.") from error
        if len(data) != info.file_size:
            raise StoreError(f"{name} in it is not as long as it says.")
        return data

    def _check_end(self, data: bytes, most_members: int) -> None:
        """The last record of a zip says how many members there are, and how long their list is."""
        if len(data) < _END.size or not data.startswith(b"PK\3\4"):
            raise StoreError(f"{self._what} is no zip.")
        signature, disk, first, here, count, length, _, comment = _END.unpack(data[-_END.size :])
        if signature != b"PK\5\6" or comment or disk or first or here != count:
            raise StoreError(f"{self._what} is no zip that can be read, or only a part of one.")
        if count > most_members or length > most_members * 512:
            raise StoreError(f"{self._what} has more than {most_members} members.")

    def _check(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        shown = "".join(sign if sign.isprintable() else "?" for sign in info.orig_filename[:80])
        if name != info.orig_filename or len(name) > 200 or not _NAME.fullmatch(name):
            raise StoreError(f"{self._what} has a member with a name that is not allowed: {shown}.")
        if name in self.members:
            raise StoreError(f"{self._what} has two members of the name {shown}.")
        if info.flag_bits & 0x1:
            raise StoreError(f"{shown} is encrypted. Make the zip anew, without a password.")
        mode = info.external_attr >> 16
        if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
            raise StoreError(f"{shown} is a link or something else that is no plain file.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise StoreError(f"{shown} is packed in an unusual way. Make the zip anew, with deflate.")
        if info.file_size > max(SMALL, MOST_RATIO * info.compress_size):
            raise StoreError(f"{shown} would unpack to more than {MOST_RATIO} times its size.")
