"""What who runs a server asks it: whether it is there (`/healthz`), and how it fares (`/metrics`).

Neither says anything of a visitor: numbers of sessions, runs and trainings, no name, no address, no token. Who may
read the numbers is `AEMODELS_METRICS`: `local`, those who ask on this machine and through no proxy; `open`,
anybody, for a server that only its proxy can reach; `off`, nobody. Streamlit's own numbers follow the same rule.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime import RuntimeState

from aemodels import environment, exposition
from aemodels.exposition import Family, Sample
from aemodels.store import access
from aemodels.training import memory
from aemodels.training.jobs import State
from pages.ui import cache, wire

OF_A_PROXY: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
STREAMLITS_OWN: Final = "/_stcore/metrics"
SERVING: Final = frozenset({RuntimeState.NO_SESSIONS_CONNECTED, RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED})
UNDER_WAY: Final = tuple(state for state in State if state.active)


async def health(request: Request) -> Response:
    """200 while visitors can connect, 503 otherwise; answered by the thread that serves all of them."""
    serving = runtime.exists() and runtime.get_instance().state in SERVING
    says = {
        "status": "ok" if serving else "not serving",
        "models": "ready" if cache.warm_up_state().done.is_set() else "not loaded yet",
        "store": "open" if access.is_open() else "readonly",
    }
    return JSONResponse(says, 200 if serving else 503, {"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """The numbers, for whoever may read them; for others there is no such address."""
    if not may_read(request.scope):
        return PlainTextResponse("Not Found", 404)
    said = await asyncio.to_thread(lambda: exposition.text(families()))
    return Response(said, headers={"Content-Type": exposition.CONTENT_TYPE, "Cache-Control": "no-store"})


def may_read(scope: Scope) -> bool:
    """Whether the numbers may be told to who asks."""
    rule = environment.METRICS.value()
    if rule != "local":
        return rule == "open"
    sent = {name.decode("latin-1").lower() for name, _ in scope["headers"]}
    client = scope.get("client")
    return client is not None and _is_this_machine(client[0]) and sent.isdisjoint(OF_A_PROXY)


def _is_this_machine(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # a socket without an address
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


class OwnNumbers:
    """The middleware that holds Streamlit's own numbers to the same rule."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but a request for those numbers by somebody who may not have them."""
        asked = scope["type"] == "http" and scope["path"].rstrip("/").endswith(STREAMLITS_OWN)
        if asked and not may_read(scope):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def families() -> list[Family]:
    """All that is counted, as it is now."""
    return [Family(name, kind, words, tuple(read())) for name, (kind, words, read) in _FAMILIES.items()]


def _one(read: Callable[[], float]) -> Callable[[], list[Sample]]:
    return lambda: [Sample(read())]


def _trainings() -> list[Sample]:
    counts = cache.jobs().counts()
    return [Sample(counts[state], {"state": state.value}) for state in UNDER_WAY]


_FAMILIES: Final[dict[str, tuple[str, str, Callable[[], list[Sample]]]]] = {
    "aemodels_sessions": ("gauge", "Visitors connected now.", _one(lambda: wire.SESSIONS.count)),
    "aemodels_visits_total": (
        "counter",
        "Connections of visitors since the start, reconnections included.",
        _one(lambda: wire.VISITS.count),
    ),
    "aemodels_run_seconds": (
        "histogram",
        "Time from a visitor's click until the script had answered it.",
        lambda: wire.RUNS.samples(),
    ),
    "aemodels_trainings": ("gauge", "Trainings under way, by their state.", _trainings),
    "aemodels_queue_length": (
        "gauge",
        "Trainings that wait for their turn.",
        _one(lambda: cache.jobs().counts()[State.QUEUED]),
    ),
    "aemodels_inferences_total": (
        "counter",
        "Images encoded and codes decoded.",
        _one(lambda: exposition.INFERENCES.count),
    ),
    "process_resident_memory_bytes": (
        "gauge",
        "Memory of the server, without trainings in processes of their own.",
        _one(memory.resident),
    ),
    "process_cpu_seconds_total": ("counter", "Processor time of the server.", _one(time.process_time)),
}
