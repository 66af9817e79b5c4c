"""Before the server: which messages of a browser come in, and how much a session may upload.

Streamlit's protocol has messages for who develops an app, and takes them from everybody: to empty the caches of all
visitors, to rerun when a file changes. It logs a traceback for a frame that is no message. Here passes what our
pages send, and nothing else; what is left out is left out silently, for there is nobody to tell.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from pages.ui import claims

LARGEST: Final = 16 * 2**20  # bytes of a message: a picture of 10 MB that was pasted comes as text within one
LARGE: Final = 64 * 2**10  # bytes from which on a message is looked at beside the other visitors' messages
LONGEST_QUERY: Final = 16 * 2**10  # characters behind the question mark of an address
MOST_KNOWN: Final = 20_000  # widgets that are remembered
MOST_UPLOADED: Final = (
    64 * 2**20
)  # bytes that a session may have uploaded at a time: three data sets of one's own
MOST_FILES: Final = 64  # that a session may have uploaded at a time
MOST_ALTOGETHER: Final = 512 * 2**20  # bytes that all sessions may have uploaded at a time
MOST_SESSIONS: Final = 4_000  # whose uploads are counted

PASSING: Final = (
    "rerun_script",
    "stop_script",
    "app_heartbeat",
    "file_urls_request",
    "backend_operation_request",
)
OPERATIONS: Final = ("deferred_file", "dataframe_chunk")

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

_known: OrderedDict[str, str] = OrderedDict()
"""The kind of each widget that was sent to any browser lately, by its id: the same for everybody."""


class Gate:
    """An ASGI middleware. `stored()` says how many bytes of uploads Streamlit holds."""

    def __init__(
        self, app: Callable[[Scope, Receive, Send], Awaitable[None]], stored: Callable[[], int] | None = None
    ) -> None:
        self._app = app
        self._stored = stored or _held_by_streamlit
        self._uploads: OrderedDict[str, dict[str, int]] = OrderedDict()
        self._on_the_way = 0  # bytes of uploads that are being sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._app(scope, *_watched(receive, send))
        elif scope["type"] == "http" and (found := _UPLOAD.search(scope["path"])):
            await self._upload(scope, receive, send, *found.groups())
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, session: str, file: str) -> None:
        """Count what a session has here. Streamlit keeps a file until it is taken back or the session ends."""
        held = self._uploads.setdefault(session, {})
        self._uploads.move_to_end(session)
        while len(self._uploads) > MOST_SESSIONS:
            self._uploads.popitem(last=False)
        if scope["method"] == "DELETE":
            held.pop(file, None)
        if scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"")
        size = int(length) if length.isdigit() and len(length) < 12 else LARGEST
        before = held.get(file)
        if (before is None and len(held) >= MOST_FILES) or (
            sum(held.values()) - (before or 0) + size > MOST_UPLOADED
        ):
            await _refused(send, 413, b"Too much is uploaded here. Reload the page.")
            return
        if self._stored() + self._on_the_way + size > MOST_ALTOGETHER:
            await _refused(
                send, 503, b"Visitors have uploaded too much just now. Try again in a few minutes."
            )
            return
        held[file] = size

        async def noted(event: Event) -> None:
            if event["type"] == "http.response.start" and event["status"] >= 400:
                held.pop(file, None)
                if before is not None:  # what was there still is
                    held[file] = before
            await send(event)

        self._on_the_way += size
        try:
            await self._app(scope, receive, noted)
        finally:
            self._on_the_way -= size


async def _refused(send: Send, status: int, why: bytes) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]}
    )
    await send({"type": "http.response.body", "body": why})


def _held_by_streamlit() -> int:
    from streamlit import runtime

    if not runtime.exists():
        return 0
    found = runtime.get_instance().uploaded_file_mgr.get_stats()
    return sum(each.byte_length for family in found.values() for each in family)


_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{0,200}")  # of what Streamlit repeats in its log
_UPLOAD: Final = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")


def _watched(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """One browser's connection: what it was told, and what it is heard to say."""
    here: dict[str, Any] = {}

    async def told(event: Event) -> None:
        if event["type"] == "websocket.send" and event.get("bytes"):
            note(event["bytes"], here)
        await send(event)

    async def heard() -> Event:
        while True:
            event = await receive()
            if event["type"] != "websocket.receive":
                return event
            frame = event.get("bytes")
            if frame is None or len(frame) > LARGEST:
                return await _closed(send, 1003 if frame is None else 1009)
            try:
                passed = (
                    await asyncio.to_thread(passing, frame, here)
                    if len(frame) > LARGE
                    else passing(frame, here)
                )
            except ValueError:
                return await _closed(send, 1002)
            if passed is not None:
                return {"type": "websocket.receive", "bytes": passed}

    return heard, told


async def _closed(send: Send, code: int) -> Event:
    await send({"type": "websocket.close", "code": code})
    return {"type": "websocket.disconnect", "code": code}


def passing(frame: bytes, here: dict[str, Any]) -> bytes | None:
    """What passes of a browser's message: all of it, a part, or None. Raises ValueError where it is no message.

    `here`: the widgets that this browser was told of, by their ids.
    """
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError as error:
        raise ValueError("no message") from error
    kind = message.WhichOneof("type")
    if kind not in PASSING:
        return None
    if kind == "backend_operation_request":
        request = message.backend_operation_request
        return (
            frame
            if request.WhichOneof("payload") in OPERATIONS and _NAME.fullmatch(request.request_id)
            else None
        )
    if kind != "rerun_script":
        return frame
    script = message.rerun_script
    if not _NAME.fullmatch(script.fragment_id):
        return None
    kept = [each for each in script.widget_states.widgets[: claims.MOST_WIDGETS] if _acceptable(each, here)]
    if len(kept) == len(script.widget_states.widgets) and len(script.query_string) <= LONGEST_QUERY:
        return frame
    del script.widget_states.widgets[:]
    script.widget_states.widgets.extend(kept)
    if len(script.query_string) > LONGEST_QUERY:
        script.query_string = ""
    return message.SerializeToString()


def _acceptable(claim: Any, here: dict[str, Any]) -> bool:
    identity = claims.owner(claim.id)
    if not identity.startswith(claims.WIDGET):
        return False  # Streamlit looks for an entry of the session that is called so
    return claims.acceptable(claim, _known.get(identity), here.get(identity))


def note(frame: bytes, here: dict[str, Any]) -> None:
    """Remember the widgets of a message to a browser."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = ForwardMsg()
    message.ParseFromString(frame)
    if message.WhichOneof("type") != "delta":
        return
    which = message.delta.WhichOneof("type")
    part = {"new_element": message.delta.new_element, "add_block": message.delta.add_block}.get(which or "")
    kind = part.WhichOneof("type") if part is not None else None
    if part is None or kind is None:
        return
    element = getattr(part, kind)
    identity = getattr(element, "id", "")
    if not isinstance(identity, str) or not identity:
        return
    _known[identity] = claims.kind_of(kind, element)
    _known.move_to_end(identity)
    while len(_known) > MOST_KNOWN:
        _known.popitem(last=False)
    if hasattr(element, "options"):  # a copy: the rest of the message is let go
        here[identity] = type(element).FromString(element.SerializeToString())
