"""What is made in the background, one after another: whoever wants it asks again until it is there."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

from aemodels.errors import AemodelsError

MOST_KEPT: Final = 128  # results; the one that was asked for longest ago makes room

_log = logging.getLogger(__name__)


class Background:
    """One daemon thread at a time that makes what was asked for; it ends when there is nothing more to make."""

    def __init__(self, *, after: threading.Event | None = None) -> None:
        """`after`: what the thread waits for before it makes anything."""
        self._after = after
        self._lock = threading.Lock()
        self._wanted: OrderedDict[Hashable, Callable[[], Any]] = OrderedDict()
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._failed: dict[Hashable, str] = {}
        self._thread: threading.Thread | None = None

    def ask(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gave for this key, or None for now; then it is made, unless that has failed before."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            if key not in self._failed:
                self._wanted.setdefault(key, make)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="background", daemon=True)
                    self._thread.start()
            return None

    def failed(self, key: Hashable) -> bool:
        """Whether making it was tried in vain."""
        return key in self._failed

    def _run(self) -> None:
        if self._after is not None:
            self._after.wait()
        while True:
            with self._lock:
                if not self._wanted:
                    self._thread = None
                    return
                key, make = next(iter(self._wanted.items()))
            made, problem = None, None
            try:
                made = make()
            except AemodelsError as error:
                problem = str(error)
            except Exception as error:  # one that cannot be made must not keep the others waiting
                _log.warning("Could not be made in the background: %s", key, exc_info=True)
                problem = str(error)
            with self._lock:
                del self._wanted[key]
                if problem is not None:
                    self._failed[key] = problem
                    while len(self._failed) > MOST_KEPT:
                        del self._failed[next(iter(self._failed))]
                    continue
                self._made[key] = made
                while len(self._made) > MOST_KEPT:
                    self._made.popitem(last=False)
