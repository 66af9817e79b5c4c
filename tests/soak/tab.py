"""A visitor who clicks what the pages offer: a `Visitor` that remembers what was drawn.

It keeps what the pages have drawn by the key of the element, so that buttons can be clicked, sliders moved, and
components answered for; it counts what must not happen: exceptions on the page and connections that end.
"""

from __future__ import annotations

import json
import time
from types import TracebackType
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.soak.visitor import Visitor

_WIDGET: Final = "$$ID-"
_TRIGGERS: Final = "$$STREAMLIT_INTERNAL_KEY_{}__events"


class Tab:
    """One tab. A context manager; `run` says what is in its address, as after a reload."""

    def __init__(self, address: str) -> None:
        self._visitor = Visitor(address)
        self._page, self._hash, self.query = "", "", ""
        self._elements: dict[str, tuple[Any, str]] = {}  # by key: what was drawn last, and its fragment
        self._states: dict[str, Any] = {}  # of widgets that the visitor has moved, by their id
        self.exceptions: list[str] = []
        self.alerts: list[str] = []  # of the last run
        self.status = ""  # over the bar of the training, in the last run

    def __enter__(self) -> Tab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def open(self, page: str = "", query: str = "") -> float:
        """Open a page in a new session; the seconds until its script has ended."""
        self._page, self._hash, self.query = page, "", query
        self._elements.clear()
        self._states.clear()
        self._visitor.connect()
        return self.rerun()

    def reload(self) -> float:
        """Open what stands in the address now, in a new session."""
        return self.open(self._page, self.query)

    def leave(self) -> None:
        """Close the tab."""
        self._visitor.leave()

    def cut(self) -> None:
        """Lose the connection, without a word."""
        self._visitor.cut()

    # --- what a visitor does -----------------------------------------------------------------------------------

    def rerun(self) -> float:
        """Have the page drawn again."""
        return self._send(BackMsg(), "")

    def click(self, key: str) -> float:
        """Press the button of this key."""
        element, fragment = self._elements[key]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=element.id, trigger_value=True)
        return self._send(message, fragment)

    def slide(self, key: str, value: float) -> float:
        """Move the slider of this key."""
        element, fragment = self._elements[key]
        state = BackMsg().rerun_script.widget_states.widgets.add(id=element.id)
        state.double_array_value.data.append(value)
        self._states[element.id] = state
        return self._send(BackMsg(), fragment)

    def tell(self, key: str, event: str, value: Any) -> float:
        """Let the component of this key send a trigger."""
        element, fragment = self._elements[key]
        message = BackMsg()
        text = json.dumps([{"event": event, "value": value}])
        message.rerun_script.widget_states.widgets.add(
            id=_TRIGGERS.format(element.id), json_trigger_value=text
        )
        return self._send(message, fragment)

    def has(self, key: str) -> bool:
        """Whether there is an element of this key that can be used."""
        return key in self._elements and not getattr(self._elements[key][0], "disabled", False)

    def drawn(self, key: str) -> Any:
        """What was drawn last under this key."""
        return self._elements[key][0]

    @property
    def learning(self) -> bool:
        """Whether the training that is shown has taken a step."""
        return "loss" in self.status

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, with a model."""
        return "Finished" in self.status

    # --- the protocol -------------------------------------------------------------------------------------------

    def _send(self, message: BackMsg, fragment: str) -> float:
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = self.query, self._hash, fragment
        if not self._hash:
            state.page_name = self._page
        for known in self._states.values():
            state.widget_states.widgets.add().CopyFrom(known)
        self.alerts, self.status = [], ""
        begun = time.perf_counter()
        answer = self._visitor.tell(message)
        took = time.perf_counter() - begun
        for part in answer.messages:
            self._take(part)
        return took

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._hash = message.new_session.page_script_hash
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._draw(message)

    def _draw(self, message: ForwardMsg) -> None:
        delta = message.delta
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        if kind is None:
            return
        element = getattr(delta.new_element, kind)
        if kind == "exception":
            self.exceptions.append(f"{element.type}: {element.message}")
        elif kind == "alert":
            self.alerts.append(element.body)
        elif kind == "progress":
            self.status = self.status or element.text
        name = getattr(element, "id", "")
        if name.startswith(_WIDGET):
            self._elements[name.split("-", 2)[2]] = (element, delta.fragment_id)
