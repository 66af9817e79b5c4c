"""Bytes that somebody sent → an immutable record of images and labels, whatever kind of file they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aemodels.data.own import archive, csv_file, idx_file, npz_file, packed, picture_zip
from aemodels.data.own.limits import MOST_FILES, MOST_PACKED, megabytes, refused
from aemodels.data.own.naming import spoken
from aemodels.data.own.record import Brought, File

KINDS = ".npz, a zip of pictures, CSV or idx files"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


def read(files: Sequence[File], *, label_column: str | None = None) -> Brought:
    """Read what was sent: one .npz, zip or CSV file, or up to four idx files; what it is, its bytes say.

    Args:
        files: at most 20 MB together.
        label_column: of a CSV file, where it has none of the usual names.

    Raises:
        DatasetError: what was wrong, with the first member or line that is, and what is allowed.
    """
    if not files:
        raise refused("No file was sent.", f"Send {KINDS}.")
    if len(files) > MOST_FILES:
        raise refused(f"{len(files)} files were sent.", f"Send one file, or up to {MOST_FILES} idx files.")
    total = sum(len(file.data) for file in files)
    if total > MOST_PACKED:
        raise refused(
            f"There are {megabytes(total)}; at most {megabytes(MOST_PACKED)} are allowed.",
            "Pack them (.npz, .zip, .gz), or send fewer images.",
        )
    for file in files:
        if not file.data:
            raise refused(f"The file {spoken(file.name)} is empty.", f"Send {KINDS}.")
    if all(idx_file.is_one(file) for file in files):
        return idx_file.read(files)
    if len(files) > 1:
        other = next(file for file in files if not idx_file.is_one(file))
        raise refused(
            f"{spoken(other.name)} is no idx file.", "Send it alone, or several idx files together."
        )
    file = files[0]
    if file.data.startswith((_ZIP, _EMPTY_ZIP)):
        with archive.opened(file.data) as (opened, members):
            arrays = any(member.filename.endswith(".npy") for member in members)
            return (npz_file if arrays else picture_zip).read(file, opened, members)
    if packed.beginning(file.data, 6, file.name) == b"\x93NUMPY":
        raise refused(
            "This is a single array without labels.",
            "Send it as .npz: numpy.savez(file, images=…, labels=…).",
        )
    if not _is_text(packed.beginning(file.data, 4096, file.name)):
        raise refused(f"{spoken(file.name)} is no file that can be read here.", f"Send {KINDS}.")
    return csv_file.read(file, label_column)


def read_path(path: str | Path) -> Brought:
    """The same of a file on this machine. Raises DatasetError where it is none, or too large."""
    try:
        with Path(path).open("rb") as file:
            return read([File(Path(path).name, file.read(MOST_PACKED + 1))])
    except OSError as error:
        raise refused(
            f"The file {spoken(str(path))} cannot be read ({error.strerror}).", f"Give {KINDS}."
        ) from error


def _is_text(data: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 32 for byte in data)
