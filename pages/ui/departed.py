"""What visitors who have gone leave behind: let go once their sessions have expired, since nothing else does it.

Streamlit forgets an expired session when another one ends, so on a quiet server not at all; and it keeps the last
one that it heard of in hand even then, with its uploads and pictures. What of a session refers to itself (figures,
networks) lies until Python looks for such garbage, for no collection follows a run of a script
(`runner.postScriptGC`).
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import streamlit as st
from streamlit import runtime

from aemodels import heaps

GRACE: Final = 1.0  # seconds behind the end of a session's lifetime


class Clearing:
    """Clears up after those who have gone, `after()` seconds later: at most about once in that time.

    Everything but `clear`, which may take its time in a thread of its own, happens in the thread of the server.
    """

    def __init__(self, after: Callable[[], float], clear: Callable[[], Awaitable[None]]) -> None:
        self._after, self._clear = after, clear
        self._last = 0.0  # when somebody went last
        self._task: asyncio.Task[None] | None = None

    def gone(self) -> None:
        """A visitor's connection has ended."""
        self._last = time.monotonic()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._when_it_is_time())

    async def _when_it_is_time(self) -> None:
        cleared = -1.0  # those who went until then have been cleared up after
        while cleared < self._last:
            going = self._last
            await asyncio.sleep(max(0.0, going + self._after() - time.monotonic()))
            await self._clear()
            cleared = going


async def _clear() -> None:
    forget_expired()
    await asyncio.to_thread(_give_back)


def forget_expired() -> None:
    """Have Streamlit end the sessions whose time is over. In the thread of the server only.

    It has no word for that, so this is a look into its store of sessions.
    """
    if runtime.exists():
        manager: Any = runtime.get_instance()._session_mgr
        for _, known in manager._session_storage._cache.expire():
            known.session.shutdown()


def _give_back() -> None:
    gc.collect()
    heaps.give_back()


def _lifetime() -> float:
    return float(st.get_option("server.disconnectedSessionTTL")) + GRACE


CLEARING: Final = Clearing(_lifetime, _clear)
