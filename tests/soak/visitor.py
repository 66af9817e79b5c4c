"""A visitor over a websocket of its own, who speaks Streamlit's protocol and may say anything at all in it."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import requests
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from pages.ui import errors

_MORE: Final = ForwardMsg.FINISHED_EARLY_FOR_RERUN
PATIENCE: Final = 600.0  # seconds: a bound for what hangs; nothing is measured with it


@dataclass(frozen=True)
class Widget:
    """What a page offers to be set: the id by which it is set, the kind of its element, and its fragment."""

    identity: str
    kind: str
    fragment: str
    element: Element

    @property
    def key(self) -> str:
        """The key that the page gave it, which Streamlit puts behind a hash; "" without one."""
        found = self.identity.rpartition("-")[2] if self.identity.startswith("$$ID-") else ""
        return "" if found == "None" else found


@dataclass
class Answer:
    """All messages that came until the run ended."""

    messages: list[ForwardMsg] = field(default_factory=list)

    def elements(self) -> Iterator[tuple[Element, str]]:
        """Each element that is shown, and the fragment that it belongs to."""
        for message in self.messages:
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                yield message.delta.new_element, message.delta.fragment_id

    def exceptions(self) -> list[str]:
        """What boxes of uncaught exceptions say, Streamlit's and ours; and runs that ended before they began."""
        found = [
            f"{element.exception.type}: {element.exception.message}"
            for element, _ in self.elements()
            if element.WhichOneof("type") == "exception"
        ]
        found += [
            element.alert.body
            for element, _ in self.elements()
            if element.WhichOneof("type") == "alert" and element.alert.body == errors.UNFORESEEN
        ]
        found += [
            f"run event {message.session_event.script_compilation_exception}"
            for message in self.messages
            if message.WhichOneof("type") == "session_event"
            and message.session_event.WhichOneof("type") == "script_compilation_exception"
        ]
        return found

    def widgets(self) -> list[Widget]:
        """Everything with an id, of the last run of the whole page and of what was run in parts since."""
        found: list[Widget] = []
        for message in self.messages:
            kind = message.WhichOneof("type")
            if kind == "new_session" and not message.metadata.run.fragment_ids:
                found = []  # a part that this run does not come to is gone
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                name = element.WhichOneof("type") or ""
                identity = getattr(getattr(element, name, None), "id", "") if name else ""
                if isinstance(identity, str) and identity:
                    found.append(Widget(identity, name, message.delta.fragment_id, element))
        return found

    def data(self) -> bytes:
        """Every byte that came."""
        return b"".join(message.SerializeToString() for message in self.messages)


class GoneError(Exception):
    """The server has closed the connection."""


class Visitor:
    """One session, and then another one with each `connect`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket: ClientConnection | None = None
        self._held = contextlib.ExitStack()
        self.session = ""
        self.page, self.query = "", ""

    def __enter__(self) -> Visitor:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def connect(self) -> None:
        """A new session: nothing of an earlier one is known."""
        self.leave()
        stream = self.address.replace("http://", "ws://") + "/_stcore/stream"
        options: Any = {"max_size": None, "ping_interval": None, "open_timeout": PATIENCE}
        self._socket = self._held.enter_context(connect(stream, subprotocols=["streamlit"], **options))

    def leave(self) -> None:
        """Close the connection."""
        with contextlib.suppress(Exception):
            self._held.close()
        self._socket = None

    def cut(self) -> None:
        """Lose the connection, without a word."""
        assert self._socket is not None
        self._socket.socket.shutdown(socket.SHUT_RDWR)
        self.leave()

    def open(self, page: str, **query: str) -> Answer:
        """Go to a page's address, and wait until all of it is there."""
        self.page, self.query = page, urlencode(query)
        return self.tell(self.rerun())

    def rerun(self) -> BackMsg:
        """The message that asks for a run of the script, for more to be written into it."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        return message

    def set(self, widget: Widget, **value: Any) -> Answer:
        """Set one widget as a browser does, in its own fragment; e.g. `string_value="mine"`."""
        message = self.rerun()
        state = message.rerun_script.widget_states.widgets.add(id=widget.identity)
        for name, content in value.items():
            setattr(state, name, content)
        message.rerun_script.fragment_id = widget.fragment
        return self.tell(message)

    def upload(self, field: Widget, name: str, data: bytes) -> Answer:
        """Bring a file to a field for files, as a browser does: ask where to, send, and tell the page."""
        message = BackMsg()
        message.file_urls_request.request_id = "x"
        message.file_urls_request.file_names.append(name)
        self.send(message.SerializeToString())
        told = self.answer("file_urls_response").messages[-1].file_urls_response.file_urls[0]
        with requests.Session() as browser:
            browser.get(f"{self.address}/_stcore/health", timeout=PATIENCE)  # gives the cookie
            token = browser.cookies.get("_streamlit_xsrf", "")
            answer = browser.put(
                self.address + told.upload_url,
                files={"file": (name, data)},
                headers={"X-Xsrftoken": token or ""},
                timeout=PATIENCE,
            )
        assert answer.status_code == 204, f"{answer.status_code}: {answer.text[:200]}"
        rerun = self.rerun()
        state = rerun.rerun_script.widget_states.widgets.add(id=field.identity)
        info = state.file_uploader_state_value.uploaded_file_info.add(
            file_id=told.file_id, name=name, size=len(data)
        )
        info.file_urls.CopyFrom(told)
        return self.tell(rerun)

    def largest_upload(self) -> int:
        """Bytes that the server takes at most."""
        return int(config.get_option("server.maxUploadSize")) * 2**20

    def tell(self, message: BackMsg, patience: float = PATIENCE) -> Answer:
        """Send, and wait for the end of the run, and of those that it asks for itself."""
        self.send(message.SerializeToString())
        return self.answer(patience=patience)

    def send(self, data: bytes | str) -> None:
        """Send anything. Raises `GoneError` where the server does not want to hear any more."""
        assert self._socket is not None
        try:
            self._socket.send(data)
        except ConnectionClosed as error:
            raise GoneError from error

    def answer(self, until: str = "script_finished", patience: float = PATIENCE) -> Answer:
        """All that comes until a message of this type. Raises `GoneError`, and TimeoutError."""
        assert self._socket is not None
        found, end = Answer(), time.monotonic() + patience
        while time.monotonic() < end:
            try:
                data = self._socket.recv(timeout=patience)
            except ConnectionClosed as error:
                raise GoneError from error
            message = ForwardMsg()
            message.ParseFromString(data)  # type: ignore[arg-type]
            found.messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id
            if kind == until and not (kind == "script_finished" and message.script_finished == _MORE):
                return found
        raise TimeoutError(f"no {until} came")
