"""What stands between a browser and Streamlit: what may pass, and how long an answer takes.

Streamlit obeys some messages that are meant for who develops an app, whoever sends them: one empties the caches of
all visitors, trainings included. None of them belongs to a visitor, and none passes here.
"""

from __future__ import annotations

import time
from typing import Any, Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from aemodels.exposition import Durations, Tally

OF_A_VISITOR: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
"""Messages of a browser that serve who looks at a page. What is not named here does not pass."""
REQUESTS_OF_A_VISITOR: Final = frozenset({"deferred_file", "dataframe_chunk"})
"""Of the requests that have an answer of their own."""
SHORT: Final = 1024  # bytes; the message that a run has ended is shorter
INTERRUPTED: Final = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN

SESSIONS: Final = Tally()  # that are connected now
VISITS: Final = Tally()  # connections since the start
REFUSED: Final = Tally()  # messages that did not pass
RUNS: Final = Durations((0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0))
"""Seconds from a visitor's click until the script had answered it, as the server sees them."""


class Wire:
    """The middleware around every websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, watched if it is a websocket."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        watched = _Watched(receive, send)
        try:
            await self._app(scope, watched.receive, watched.send)
        finally:
            watched.end()


class _Watched:
    """One websocket. A click that comes while an earlier one is being answered is answered together with it."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._asked: float | None = None  # when what is being answered was asked for
        self._connected = False

    async def receive(self) -> Message:
        while True:
            message = await self._receive()
            data = message.get("bytes")
            if message["type"] != "websocket.receive" or not data:
                return message
            kind = _kind(data)
            if kind is None:
                REFUSED.add()
                continue
            if kind == "rerun_script" and self._asked is None:
                self._asked = time.perf_counter()
            return message

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.accept" and not self._connected:
            self._connected = True
            SESSIONS.add()
            VISITS.add()
        data = message.get("bytes")
        if self._asked is not None and data and len(data) < SHORT and _ends_a_run(data):
            RUNS.add(time.perf_counter() - self._asked)
            self._asked = None
        await self._send(message)

    def end(self) -> None:
        """It is closed."""
        if self._connected:
            SESSIONS.add(-1)


def _kind(data: bytes) -> str | None:
    """What a browser's message is; None for one that does not pass. Streamlit itself refuses what is no message."""
    sent: Any = BackMsg()
    try:
        sent.ParseFromString(data)
    except DecodeError:
        return ""
    kind = sent.WhichOneof("type")
    if kind == "backend_operation_request":
        asked = sent.backend_operation_request.WhichOneof("payload")
        return kind if asked in REQUESTS_OF_A_VISITOR else None
    return kind if kind in OF_A_VISITOR else None


def _ends_a_run(data: bytes) -> bool:
    """Whether a message of the server says that the run of a script has come to its end."""
    told: Any = ForwardMsg()
    try:
        told.ParseFromString(data)
    except DecodeError:
        return False
    return told.WhichOneof("type") == "script_finished" and told.script_finished != INTERRUPTED
