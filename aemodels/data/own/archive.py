"""A zip file, checked whole before a byte of it is unpacked: names, counts, sizes, ratios, kinds of members.

The sizes are those of the directory at its end; a member that unpacks to more is cut off there, and refused by its
checksum. Members that share their bytes (Fifield, "A better zip bomb", 2019) are refused, too.
"""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from aemodels.data.own import naming
from aemodels.data.own.limits import (
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_UNPACKED,
    RATIO_FROM,
    megabytes,
    refused,
)
from aemodels.errors import DatasetError

_ENTRY: Final = b"PK\x01\x02"  # how each member's line in the directory begins
_LOCAL_HEADER: Final = 30  # bytes before each member, beside its name
_PLAIN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES: Final = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst", ".jar", ".whl")
BROKEN: Final = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError, ValueError, KeyError),
    *(RuntimeError, NotImplementedError, IndexError, OverflowError, UnicodeError),
)


@contextlib.contextmanager
def opened(data: bytes) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """The archive and its files (no folders), in its order, all of them checked. Raises DatasetError."""
    if data.count(_ENTRY) > MOST_MEMBERS:  # before a record is made of each
        raise refused(f"The archive has more than {MOST_MEMBERS:,} members.", "Pack fewer images.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise refused("The archive is damaged or cut off.", "Pack it again and send it once more.") from error
    with archive:
        members = archive.infolist()
        _check(members, len(data))
        yield archive, [member for member in members if not member.is_dir()]


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of one member. Raises DatasetError where it is damaged."""
    try:
        with archive.open(member) as file:
            data = file.read(member.file_size + 1)
    except BROKEN as error:
        raise damaged(member.filename) from error
    if len(data) != member.file_size:
        raise damaged(member.filename)
    return data


def damaged(name: str) -> DatasetError:
    """The error for a member that cannot be unpacked."""
    return refused(f"The member {naming.spoken(name)} of the archive is damaged.", "Pack it again.")


def _check(members: list[zipfile.ZipInfo], size: int) -> None:
    seen: set[str] = set()
    total = 0
    for member in members:
        name = member.orig_filename if "\x00" in member.orig_filename else member.filename
        naming.check_member(name)
        if name in seen:
            raise refused(
                f"The archive holds two members named {naming.spoken(name)}.",
                "Pack it again, each file once.",
            )
        seen.add(name)
        _check_one(member)
        total += member.file_size
        if total > MOST_UNPACKED:
            raise refused(
                f"The archive unpacks to more than {megabytes(MOST_UNPACKED)}, reached at {naming.spoken(name)}.",
                "Send fewer or smaller images.",
            )
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            raise refused(
                f"The member {naming.spoken(member.filename)} shares its bytes with another one.",
                "Pack the files again with an ordinary program.",
            )
        end = member.header_offset + _LOCAL_HEADER + member.compress_size
        if end > size:
            raise damaged(member.filename)


def _check_one(member: zipfile.ZipInfo) -> None:
    name = naming.spoken(member.filename)
    if member.flag_bits & 0x41:  # bit 0: encrypted, bit 6: strongly so
        raise refused(f"The member {name} is encrypted.", "Pack the files without a password.")
    if member.compress_type not in _PLAIN:
        raise refused(
            f"The member {name} is packed by a method that is not read here.",
            "Use the ordinary one, deflate.",
        )
    mode = member.external_attr >> 16
    if member.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refused(f"The member {name} is a link or a device, no file.", "Pack the files themselves.")
    if member.filename.lower().endswith(_ARCHIVES):
        raise refused(f"The member {name} is an archive within the archive.", "Pack the images themselves.")
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(1, member.compress_size):
        raise refused(
            f"The member {name} would unpack from {megabytes(member.compress_size)} to "
            f"{megabytes(member.file_size)}, more than {MOST_RATIO} times as much.",
            "That is no ordinary image data; nothing was unpacked.",
        )
