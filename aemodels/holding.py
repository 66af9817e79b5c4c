"""Holding a file or a folder while it is being written, so that a crash leaves behind what nobody holds.

The lock is the system's and goes with the process, however that one ends: what is half written and can be locked
is a leftover, and whoever finds it may delete it. Where the file system knows no locks, nothing is taken for one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold `path`, which exists, until the block ends; waits for whoever looks at it just now. Raises OSError.

    FileNotFoundError: somebody took it for a leftover before it was held.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not os.path.samestat(os.fstat(descriptor), os.stat(path)):
            raise FileNotFoundError(f"{path} is another one now")
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def nobodys(path: Path) -> Iterator[bool]:
    """Whether nobody holds `path`; if so, it is held for the block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
