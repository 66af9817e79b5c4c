"""Messages that no browser of ours sends, to a real server: nothing may break, least of all for somebody else.

Each message is drawn by a seed from the tables below: bad values for the widgets of every page, in the right field
and in wrong ones, triggers of components, addresses, fragments, pages, other people's tokens, messages meant for a
developer, frames that are no messages, uploads of no widget, floods. The answers may hold no box of an exception,
the log no traceback, and another session beside must be shown what it always is.
"""

from __future__ import annotations

import contextlib
import json
import random
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.ui import navigation
from tests.soak.serving import serving
from tests.soak.visitor import PATIENCE, Answer, GoneError, Visitor, Widget

COUNT: Final = 5_000
SEED: Final = 11
FRAGMENT_PATIENCE: Final = 10.0  # seconds, after which a new session is begun
BETWEEN: Final = 100  # messages between two looks at the other session
PAGES: Final = tuple(record.url_path for record in navigation.PAGES)
QUIET: Final = "reconstruct"  # the page of the session beside

HTML: Final = "<img src=x onerror=alert(1)>"
TEXTS: Final[tuple[str, ...]] = (
    *(
        "",
        " ",
        "NaN",
        "1e300",
        "-1",
        "null",
        "true",
        "[]",
        "{}",
        "../../etc/passwd",
        "..\\..\\x",
        "con",
        "nul",
    ),
    *(
        "\x00",
        "\x1b[2J",
        "\u202egnp.exe",
        "\ud7ff\uffff",
        HTML,
        "**[a](javascript:alert(1))** `b` $c$ :red[d]",
    ),
    *(
        "vae-mnist-2d/../../x",
        "training/x/1",
        "own/x",
        "training/latest",
        "a" * 300,
        "é" * 5_000,
        "9" * 5_000,
    ),
)
NUMBERS: Final = (
    *(float("nan"), float("inf"), float("-inf"), 1e300, -1e300, 5e-324, 0.0, -1.0, 0.5, 1e9, -1e9, 2.0**53),
)
WHOLE: Final = (0, -1, 1, 5, 10**6, 2**31 - 1, -(2**31), 2**53, -(2**53))
DEEP: Final = "[" * 3_000 + "]" * 3_000


def soak() -> Sequence[str]:
    """All of them, to a server of their own."""
    with serving() as server:
        said = attack(server.address, COUNT, SEED)
        assert not server.tracebacks(), f"the log has a traceback: {server.tracebacks()[0]}"
        return said


def attack(address: str, count: int, seed: int, pages: Sequence[str] = PAGES) -> list[str]:
    """Send `count` messages; raises AssertionError with what came of them that should not."""
    chance = random.Random(seed)
    counted: dict[str, int] = {}
    with Visitor(address) as other, Visitor(address) as stranger:
        quiet = Quiet(other)
        hostile = Hostile(stranger, chance, pages, (other.session, quiet.token))
        for number in range(count):
            if number % max(1, min(BETWEEN, count // 4)) == 0:
                hostile.turn_page()
            name = chance.choice(NAMES)
            counted[name] = counted.get(name, 0) + 1
            hostile.check(name, KINDS[name](hostile))
            if number % BETWEEN == BETWEEN - 1:
                quiet.look()
        quiet.look()
    assert hostile.unanswered <= count // 20, f"{hostile.unanswered} messages were not answered"
    kinds = ", ".join(f"{amount:,} {name}" for name, amount in sorted(counted.items()))
    return [
        f"{count:,} messages: {kinds}",
        f"{hostile.answers:,} answers, no exception shown, no other session disturbed; "
        f"{hostile.unanswered} messages to a part of a page that was gone",
    ]


class Quiet:
    """The session beside: what it is shown must stay what it was."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        visitor.open("train")
        self.token = visitor.session
        self.before = self._texts(visitor.open(QUIET))
        assert self.before

    def look(self) -> None:
        """Ask for the page again."""
        assert self._texts(self.visitor.open(QUIET)) == self.before, (
            "another session was shown something else"
        )

    def _texts(self, answer: Answer) -> list[str]:
        assert not answer.exceptions(), answer.exceptions()
        return [
            element.markdown.body
            for element, _ in answer.elements()
            if element.WhichOneof("type") == "markdown"
        ]


class Hostile:
    """The session that the messages are sent in; a new one where the server has had enough of it."""

    def __init__(
        self, visitor: Visitor, chance: random.Random, pages: Sequence[str], secrets: Sequence[str]
    ) -> None:
        self.visitor, self.chance, self.pages, self.secrets = visitor, chance, pages, secrets
        self.widgets: list[Widget] = []
        self.answers = self.unanswered = 0

    def turn_page(self) -> None:
        """Another page, and what can be set there."""
        with contextlib.suppress(GoneError):
            self.visitor.send(b"")  # nothing: no message at all
        self.visitor.connect()
        answer = self.visitor.open(self.chance.choice(self.pages))
        assert not answer.exceptions(), answer.exceptions()
        self.widgets = answer.widgets()

    def check(self, name: str, answer: Answer | None) -> None:
        """Raises AssertionError where an exception is shown."""
        if answer is None:
            return
        self.answers += 1
        found = answer.exceptions()
        assert not found, f"{name}, on the page {self.visitor.page!r}: {found[0][:600]}"
        self.widgets = answer.widgets() or self.widgets

    def text(self) -> str:
        """Any text."""
        return self.chance.choice((*TEXTS, *self.secrets))

    def value(self, depth: int = 0) -> Any:
        """Anything that JSON can say, and what only Python's can: NaN."""
        pick = self.chance.randrange(9)
        if pick < 2 and depth < 4:
            return [self.value(depth + 1) for _ in range(self.chance.choice((0, 1, 2, 2, 3, 40)) >> depth)]
        if pick == 2 and depth < 4:
            names = (
                "value",
                "at",
                "to",
                "token",
                "png",
                "strokes",
                "points",
                "width",
                "index",
                "what",
                "name",
            )
            return {self.chance.choice(names): self.value(depth + 1) for _ in range(3)}
        return self.chance.choice((self.text(), *NUMBERS, *WHOLE, 10**400, None, True, False))

    def tell(self, message: BackMsg) -> Answer | None:
        """Send it and wait for the run's end; where the connection is closed, that is an answer, too.

        Streamlit says nothing to a message for a fragment that is no longer there.
        """
        try:
            fragment = bool(message.rerun_script.fragment_id)
            return self.visitor.tell(message, patience=FRAGMENT_PATIENCE if fragment else PATIENCE)
        except GoneError:
            self.turn_page()
        except TimeoutError:
            assert message.rerun_script.fragment_id, "a run of the page did not end"
            self.unanswered += 1
            self.turn_page()
        return None

    def throw(self, data: bytes | str) -> None:
        """Send something that gets no answer: a new session follows."""
        with contextlib.suppress(GoneError):
            self.visitor.send(data)
            if not isinstance(data, str) and not data:
                return
            with contextlib.suppress(TimeoutError):
                self.visitor.tell(self.visitor.rerun())
        self.turn_page()


# --- kinds of messages ------------------------------------------------------------------------------------------


def _field(hostile: Hostile, state: Any) -> None:
    """One of the fields of a widget's value, with anything in it."""
    chance = hostile.chance
    fill: Callable[[], None] = chance.choice(
        (
            lambda: setattr(state, "trigger_value", chance.random() < 0.5),
            lambda: setattr(state, "bool_value", chance.random() < 0.5),
            lambda: setattr(state, "double_value", chance.choice(NUMBERS)),
            lambda: setattr(state, "int_value", chance.choice(WHOLE)),
            lambda: setattr(state, "string_value", hostile.text()),
            lambda: state.double_array_value.data.extend(
                chance.choices(NUMBERS, k=chance.choice((0, 1, 2, 9)))
            ),
            lambda: state.int_array_value.data.extend(chance.choices(WHOLE, k=chance.choice((0, 1, 2, 9)))),
            lambda: state.string_array_value.data.extend(
                hostile.text() for _ in range(chance.choice((0, 1, 3)))
            ),
            lambda: setattr(
                state, "json_value", chance.choice((json.dumps(hostile.value()), hostile.text(), DEEP))
            ),
            lambda: setattr(state, "json_trigger_value", chance.choice((json.dumps(hostile.value()), DEEP))),
            lambda: setattr(state, "bytes_value", chance.randbytes(30)),
            lambda: setattr(state.string_trigger_value, "data", hostile.text()),
            lambda: _file(hostile, state),
            lambda: setattr(state.arrow_value, "data", chance.randbytes(30)),
        )
    )
    fill()


def _file(hostile: Hostile, state: Any) -> None:
    found = state.file_uploader_state_value.uploaded_file_info.add(
        file_id=hostile.text(), name=hostile.text(), size=hostile.chance.choice((0, 1, 2**40))
    )
    found.file_urls.file_id = hostile.text()


def _any_widget(hostile: Hostile) -> Widget:
    return hostile.chance.choice(hostile.widgets)


def _wrong_type(hostile: Hostile) -> Answer | None:
    """A widget that is set to something of any type."""
    message, widget = hostile.visitor.rerun(), _any_widget(hostile)
    _field(hostile, message.rerun_script.widget_states.widgets.add(id=widget.identity))
    message.rerun_script.fragment_id = widget.fragment
    return hostile.tell(message)


RIGHT: Final[dict[str, Callable[[Hostile, Any], None]]] = {
    "slider": lambda hostile, state: state.double_array_value.data.extend(
        hostile.chance.choices(NUMBERS, k=hostile.chance.choice((1, 1, 1, 2, 0)))
    ),
    "number_input": lambda hostile, state: setattr(state, "double_value", hostile.chance.choice(NUMBERS)),
    "selectbox": lambda hostile, state: setattr(state, "string_value", hostile.text()),
    "multiselect": lambda hostile, state: state.string_array_value.data.append(hostile.text()),
    "button_group": lambda hostile, state: state.string_array_value.data.append(hostile.text()),
    "text_input": lambda hostile, state: setattr(state, "string_value", hostile.text()),
    "button": lambda hostile, state: setattr(state, "trigger_value", True),
    "checkbox": lambda hostile, state: setattr(state, "bool_value", True),
    "file_uploader": _file,
    "plotly_chart": lambda hostile, state: setattr(
        state,
        "string_value",
        json.dumps({"selection": {"points": [hostile.value()], "box": hostile.value()}}),
    ),
    "arrow_data_frame": lambda hostile, state: setattr(
        state,
        "string_value",
        json.dumps({"selection": {"rows": [hostile.chance.choice(WHOLE)], "columns": []}}),
    ),
}
"""By the kind of an element: a value of the type that it has, and out of every range."""


def _bad_value(hostile: Hostile) -> Answer | None:
    """A widget that is set to something of its own type that it cannot be."""
    message, widget = hostile.visitor.rerun(), _any_widget(hostile)
    state = message.rerun_script.widget_states.widgets.add(id=widget.identity)
    RIGHT.get(widget.kind, _field)(hostile, state)
    message.rerun_script.fragment_id = widget.fragment
    return hostile.tell(message)


EVENTS: Final = ("ink", "click", "pick", "drop", "edit", "act", "picture", "wanted", "none")


def _component(hostile: Hostile) -> Answer | None:
    """What a component of ours never says."""
    parts = [widget for widget in hostile.widgets if widget.kind == "bidi_component"]
    if not parts:
        return _bad_value(hostile)
    widget, message = hostile.chance.choice(parts), hostile.visitor.rerun()
    value = hostile.value()
    if hostile.chance.random() < 0.1:
        stroke = {"width": 9, "erase": False, "points": [1.0, 2.0, 0.5]}
        value = {"png": "", "strokes": [stroke] * 100_000}
    states = message.rerun_script.widget_states.widgets
    if hostile.chance.random() < 0.3:
        states.add(id=widget.identity).json_value = json.dumps({hostile.chance.choice(EVENTS): value})
    else:
        name = hostile.chance.choice(EVENTS)
        state = states.add(id=f"$$STREAMLIT_INTERNAL_KEY_{widget.identity}__events")
        state.json_trigger_value = json.dumps([{"event": name, "value": value}])
    message.rerun_script.fragment_id = widget.fragment
    return hostile.tell(message)


def _strokes(hostile: Hostile) -> Answer | None:
    """A million strokes: tens of megabytes of JSON, to any component."""
    parts = [widget for widget in hostile.widgets if widget.kind == "bidi_component"]
    if not parts or hostile.chance.random() < 0.9:
        return _component(hostile)
    message = hostile.visitor.rerun()
    widget = hostile.chance.choice(parts)
    state = message.rerun_script.widget_states.widgets.add(
        id=f"$$STREAMLIT_INTERNAL_KEY_{widget.identity}__events"
    )
    strokes = "[" + ",".join(['{"points":[1,2,3],"width":9}'] * 10**6) + "]"
    state.json_trigger_value = f'[{{"event":"ink","value":{{"png":"","strokes":{strokes}}}}}]'
    message.rerun_script.fragment_id = widget.fragment
    return hostile.tell(message)


PARAMETERS: Final = (
    "model",
    "z",
    "seed",
    "kept",
    "beside",
    "run",
    "recipe",
    "data",
    "set",
    "use",
    "embed",
    "x",
)


def _address(hostile: Hostile) -> Answer | None:
    """An address with anything in it."""
    query = {
        hostile.chance.choice(PARAMETERS): hostile.text() for _ in range(hostile.chance.choice((1, 2, 4)))
    }
    hostile.visitor.connect()
    page = hostile.chance.choice(hostile.pages)
    try:
        return hostile.visitor.open(page, **query)
    except GoneError:
        hostile.turn_page()
        return None


def _nowhere(hostile: Hostile) -> Answer | None:
    """Fragments, pages, ids, addresses and hashes that are none."""
    message, chance = hostile.visitor.rerun(), hostile.chance
    script = message.rerun_script
    script.widget_states.widgets.add(id=hostile.text()).string_value = hostile.text()
    if chance.random() < 0.5:
        script.page_name = hostile.text()
    if chance.random() < 0.3:
        script.page_script_hash = hostile.text()
    if chance.random() < 0.3:
        script.query_string = hostile.text() + "&" + "%" * 40
    if chance.random() < 0.3:
        script.cached_message_hashes.extend([hostile.text()] * 3)
    script.context_info.timezone = hostile.text()
    script.context_info.locale = hostile.text()
    script.context_info.url = hostile.text()
    answer = hostile.tell(message)
    hostile.turn_page()
    return answer


def _for_developers(hostile: Hostile) -> Answer | None:
    """What Streamlit offers to who develops an app, and nobody else."""
    message = BackMsg()
    pick = hostile.chance.randrange(6)
    if pick == 0:
        message.clear_cache = True
    elif pick == 1:
        message.set_run_on_save = True
    elif pick == 2:
        message.debug_shutdown_runtime = True
    elif pick == 3:
        message.debug_disconnect_websocket = True
    elif pick == 4:
        message.load_git_info = True
    else:
        request = message.backend_operation_request
        request.request_id, request.session_id = hostile.text(), hostile.chance.choice((*hostile.secrets, ""))
        if hostile.chance.random() < 0.5:
            request.deferred_file.file_id = hostile.text()
        else:
            request.install_skills.SetInParent()
    hostile.visitor.send(message.SerializeToString())
    return hostile.tell(hostile.visitor.rerun())


def _no_message(hostile: Hostile) -> None:
    """Frames that are no messages: noise, text, half a message, one that is too long."""
    message = hostile.visitor.rerun().SerializeToString()
    pick = hostile.chance.randrange(4)
    hostile.throw(
        (hostile.chance.randbytes(60), "text", message[: len(message) // 2] + b"\xff", b"\x08")[pick]
    )


def _flood(hostile: Hostile) -> Answer | None:
    """Fifty reruns at once: they become few, and the last one is answered."""
    for _ in range(50):
        hostile.visitor.send(hostile.visitor.rerun().SerializeToString())
    answer = hostile.tell(hostile.visitor.rerun())
    hostile.turn_page()
    return answer


def _request(hostile: Hostile) -> None:
    """An upload that belongs to no widget, to another session, without a token; what follows no hand."""
    address, chance = hostile.visitor.address, hostile.chance
    session = chance.choice((hostile.visitor.session, *hostile.secrets, "nobody", "..%2f..%2fx"))
    paths = (
        (f"/_stcore/upload_file/{session}/{chance.randrange(10**6)}", "PUT"),
        (f"/_stcore/upload_file/{session}/x", "DELETE"),
        (f"/live/{session}", "POST"),
        ("/live/..%2f..%2fetc%2fpasswd", "POST"),
        ("/media/..%2f..%2f..%2fetc%2fpasswd", "GET"),
        ("/component/..%2f..%2f..%2fetc%2fpasswd", "GET"),
        ("/app/static/..%2f..%2f..%2fetc%2fpasswd", "GET"),
    )
    path, method = chance.choice(paths)
    data = chance.choice((b"", DEEP.encode(), chance.randbytes(1000), b'{"at": [1e999], "to": [NaN]}'))
    request = urllib.request.Request(address + path, data=data if method != "GET" else None, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    assert status < 500, f"{method} {path}: {status}"
    assert b"Traceback" not in text
    assert b"root:" not in text


KINDS: Final[dict[str, Callable[[Hostile], Answer | None]]] = {
    "of a wrong type": _wrong_type,
    "out of range": _bad_value,
    "of components": _component,
    "of many strokes": _strokes,
    "addresses": _address,
    "to nowhere": _nowhere,
    "for developers": _for_developers,
    "no messages": _no_message,
    "floods": _flood,
    "requests": _request,
}
WEIGHTS: Final = (25, 30, 30, 2, 4, 3, 3, 2, 1, 10)
NAMES: Final = tuple(name for name, weight in zip(KINDS, WEIGHTS, strict=True) for _ in range(weight))


def drawn(seed: int, count: int) -> Iterator[str]:
    """The kinds that a seed draws, for whoever looks for one."""
    chance = random.Random(seed)
    yield from (chance.choice(NAMES) for _ in range(count))
