"""Writing a file so that no crash can halve it: beside its place, flushed, then renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

BESIDE = ".new-"
"""What the names of files that are being written have in them: leftovers of a crash, if nobody writes."""


@contextlib.contextmanager
def replacing(path: Path, *, lasting: bool = True) -> Iterator[IO[bytes]]:
    """A new file to write; when the block ends well it becomes `path`. Raises OSError.

    Not `lasting`: it need not outlive a loss of power, so nobody waits for the disk.
    """
    fresh = path.with_name(f".{path.name}{BESIDE}{secrets.token_hex(4)}")
    try:
        with fresh.open("xb") as file:
            yield file
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        os.replace(fresh, path)
        if lasting:
            flush(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have what was written of a file, or of a folder's list of names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
