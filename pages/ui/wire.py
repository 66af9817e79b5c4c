"""How many visitors are connected, and how long they wait for what they clicked: counted beside Streamlit.

The time of a run is that from the message of a browser until the one which says that the script has ended. So it
holds what the server does before and after the script, too, and the wait for other visitors' runs.

Whoever goes is cleared up after (`departed`). A browser that goes while it is being told something makes Streamlit
close the connection once more, which fails, with a traceback in the log. That is nobody's fault, and ends here.
"""

from __future__ import annotations

import time
from typing import Any, Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from aemodels.exposition import Durations, Tally
from pages.ui.departed import CLEARING

SHORT: Final = 1024  # bytes; the message that a run has ended is shorter
INTERRUPTED: Final = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
RERUN: Final = BackMsg.RERUN_SCRIPT_FIELD_NUMBER << 3 | 2
"""How a message begins that asks for a run of the script: the field's number and that a length follows."""

SESSIONS: Final = Tally()  # that are connected now
VISITS: Final = Tally()  # connections since the start
RUNS: Final = Durations((0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0))
"""Seconds from a visitor's click until the script had answered it."""


class Wire:
    """The middleware around every websocket. It changes nothing of what is said."""

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
        except WebSocketDisconnected:
            if not watched.gone:
                raise
        finally:
            watched.end()


class _Watched:
    """One websocket. A click that comes while an earlier one is being answered is answered together with it."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._asked: float | None = None  # when what is being answered was asked for
        self._connected = False
        self.gone = False  # it could not be told something

    async def receive(self) -> Message:
        message = await self._receive()
        data = message.get("bytes")
        if self._asked is None and data and data[0] == RERUN:
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
        try:
            await self._send(message)
        except OSError:
            self.gone = True
            raise

    def end(self) -> None:
        """It is closed."""
        if self._connected:
            SESSIONS.add(-1)
            CLEARING.gone()


def _ends_a_run(data: bytes) -> bool:
    """Whether a message of the server says that the run of a script has come to its end."""
    told: Any = ForwardMsg()
    try:
        told.ParseFromString(data)
    except DecodeError:
        return False
    return told.WhichOneof("type") == "script_finished" and told.script_finished != INTERRUPTED
