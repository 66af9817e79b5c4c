"""Writing to the disk beside a training: a disk that stalls for a second holds up neither a step nor a stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final

MOST: Final = 64
"""Pieces of work that may wait: with more, whoever brings another one waits too, and memory has an end."""

_log = logging.getLogger(__name__)


class Scribe:
    """One thread that does what it is given, in order; a context manager, whose end waits for all of it.

    What the work raises is logged. The work looks after the errors that are to be expected itself.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="scribe")
        self._room = threading.BoundedSemaphore(MOST)

    def __enter__(self) -> Scribe:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def later(self, work: Callable[..., object], *arguments: Any) -> None:
        """Have `work(*arguments)` done; the arguments must not change any more."""
        self._room.acquire()
        self._pool.submit(self._do, work, arguments)

    def _do(self, work: Callable[..., object], arguments: tuple[Any, ...]) -> None:
        try:
            work(*arguments)
        except Exception:
            _log.exception("Something could not be written beside a training.")
        finally:
            self._room.release()
