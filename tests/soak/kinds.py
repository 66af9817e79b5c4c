"""The kinds of hostile messages: functions of the session that sends them, and how often each is drawn.

Bad values for the widgets of every page, in the right field and in wrong ones, triggers of components, addresses,
fragments, pages, other people's tokens, messages meant for a developer, frames that are no messages, uploads of no
widget, floods.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.soak.stranger import DEEP, NUMBERS, WHOLE, Stranger
from tests.soak.visitor import Answer, GoneError, Widget


def _field(stranger: Stranger, state: Any) -> None:
    """One of the fields of a widget's value, with anything in it."""
    chance = stranger.chance
    fill: Callable[[], None] = chance.choice(
        (
            lambda: setattr(state, "trigger_value", chance.random() < 0.5),
            lambda: setattr(state, "bool_value", chance.random() < 0.5),
            lambda: setattr(state, "double_value", chance.choice(NUMBERS)),
            lambda: setattr(state, "int_value", chance.choice(WHOLE)),
            lambda: setattr(state, "string_value", stranger.text()),
            lambda: state.double_array_value.data.extend(
                chance.choices(NUMBERS, k=chance.choice((0, 1, 2, 9)))
            ),
            lambda: state.int_array_value.data.extend(chance.choices(WHOLE, k=chance.choice((0, 1, 2, 9)))),
            lambda: state.string_array_value.data.extend(
                stranger.text() for _ in range(chance.choice((0, 1, 3)))
            ),
            lambda: setattr(
                state, "json_value", chance.choice((json.dumps(stranger.value()), stranger.text(), DEEP))
            ),
            lambda: setattr(state, "json_trigger_value", chance.choice((json.dumps(stranger.value()), DEEP))),
            lambda: setattr(state, "bytes_value", chance.randbytes(30)),
            lambda: setattr(state.string_trigger_value, "data", stranger.text()),
            lambda: _file(stranger, state),
            lambda: setattr(state.arrow_value, "data", chance.randbytes(30)),
        )
    )
    fill()


def _file(stranger: Stranger, state: Any) -> None:
    found = state.file_uploader_state_value.uploaded_file_info.add(
        file_id=stranger.text(), name=stranger.text(), size=stranger.chance.choice((0, 1, 2**40))
    )
    found.file_urls.file_id = stranger.text()


def _any_widget(stranger: Stranger) -> Widget:
    return stranger.chance.choice(stranger.widgets)


def _wrong_type(stranger: Stranger) -> Answer | None:
    """A widget that is set to something of any type."""
    message, widget = stranger.visitor.rerun(), _any_widget(stranger)
    _field(stranger, message.rerun_script.widget_states.widgets.add(id=widget.identity))
    message.rerun_script.fragment_id = widget.fragment
    return stranger.tell(message)


RIGHT: Final[dict[str, Callable[[Stranger, Any], None]]] = {
    "slider": lambda stranger, state: state.double_array_value.data.extend(
        stranger.chance.choices(NUMBERS, k=stranger.chance.choice((1, 1, 1, 2, 0)))
    ),
    "number_input": lambda stranger, state: setattr(state, "double_value", stranger.chance.choice(NUMBERS)),
    "selectbox": lambda stranger, state: setattr(state, "string_value", stranger.text()),
    "multiselect": lambda stranger, state: state.string_array_value.data.append(stranger.text()),
    "button_group": lambda stranger, state: state.string_array_value.data.append(stranger.text()),
    "text_input": lambda stranger, state: setattr(state, "string_value", stranger.text()),
    "button": lambda stranger, state: setattr(state, "trigger_value", True),
    "checkbox": lambda stranger, state: setattr(state, "bool_value", True),
    "file_uploader": _file,
    "plotly_chart": lambda stranger, state: setattr(
        state,
        "string_value",
        json.dumps({"selection": {"points": [stranger.value()], "box": stranger.value()}}),
    ),
    "arrow_data_frame": lambda stranger, state: setattr(
        state,
        "string_value",
        json.dumps({"selection": {"rows": [stranger.chance.choice(WHOLE)], "columns": []}}),
    ),
}
"""By the kind of an element: a value of the type that it has, and out of every range."""


def _bad_value(stranger: Stranger) -> Answer | None:
    """A widget that is set to something of its own type that it cannot be."""
    message, widget = stranger.visitor.rerun(), _any_widget(stranger)
    state = message.rerun_script.widget_states.widgets.add(id=widget.identity)
    RIGHT.get(widget.kind, _field)(stranger, state)
    message.rerun_script.fragment_id = widget.fragment
    return stranger.tell(message)


EVENTS: Final = ("ink", "click", "pick", "drop", "edit", "act", "picture", "wanted", "none")


def _component(stranger: Stranger) -> Answer | None:
    """What a component of ours never says."""
    parts = [widget for widget in stranger.widgets if widget.kind == "bidi_component"]
    if not parts:
        return _bad_value(stranger)
    widget, message = stranger.chance.choice(parts), stranger.visitor.rerun()
    value = stranger.value()
    if stranger.chance.random() < 0.1:
        stroke = {"width": 9, "erase": False, "points": [1.0, 2.0, 0.5]}
        value = {"png": "", "strokes": [stroke] * 100_000}
    states = message.rerun_script.widget_states.widgets
    if stranger.chance.random() < 0.3:
        states.add(id=widget.identity).json_value = json.dumps({stranger.chance.choice(EVENTS): value})
    else:
        name = stranger.chance.choice(EVENTS)
        state = states.add(id=f"$$STREAMLIT_INTERNAL_KEY_{widget.identity}__events")
        state.json_trigger_value = json.dumps([{"event": name, "value": value}])
    message.rerun_script.fragment_id = widget.fragment
    return stranger.tell(message)


def _strokes(stranger: Stranger) -> Answer | None:
    """A million strokes: tens of megabytes of JSON, to any component."""
    parts = [widget for widget in stranger.widgets if widget.kind == "bidi_component"]
    if not parts or stranger.chance.random() < 0.9:
        return _component(stranger)
    message = stranger.visitor.rerun()
    widget = stranger.chance.choice(parts)
    state = message.rerun_script.widget_states.widgets.add(
        id=f"$$STREAMLIT_INTERNAL_KEY_{widget.identity}__events"
    )
    strokes = "[" + ",".join(['{"points":[1,2,3],"width":9}'] * 10**6) + "]"
    state.json_trigger_value = f'[{{"event":"ink","value":{{"png":"","strokes":{strokes}}}}}]'
    message.rerun_script.fragment_id = widget.fragment
    return stranger.tell(message)


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


def _address(stranger: Stranger) -> Answer | None:
    """An address with anything in it."""
    query = {
        stranger.chance.choice(PARAMETERS): stranger.text() for _ in range(stranger.chance.choice((1, 2, 4)))
    }
    stranger.visitor.connect()
    page = stranger.chance.choice(stranger.pages)
    try:
        return stranger.visitor.open(page, **query)
    except GoneError:
        stranger.turn_page()
        return None


def _nowhere(stranger: Stranger) -> Answer | None:
    """Fragments, pages, ids, addresses and hashes that are none."""
    message, chance = stranger.visitor.rerun(), stranger.chance
    script = message.rerun_script
    script.widget_states.widgets.add(id=stranger.text()).string_value = stranger.text()
    if chance.random() < 0.5:
        script.page_name = stranger.text()
    if chance.random() < 0.3:
        script.page_script_hash = stranger.text()
    if chance.random() < 0.3:
        script.query_string = stranger.text() + "&" + "%" * 40
    if chance.random() < 0.3:
        script.cached_message_hashes.extend([stranger.text()] * 3)
    script.context_info.timezone = stranger.text()
    script.context_info.locale = stranger.text()
    script.context_info.url = stranger.text()
    answer = stranger.tell(message)
    stranger.turn_page()
    return answer


def _for_developers(stranger: Stranger) -> Answer | None:
    """What Streamlit offers to who develops an app, and nobody else."""
    message = BackMsg()
    pick = stranger.chance.randrange(6)
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
        request.request_id, request.session_id = (
            stranger.text(),
            stranger.chance.choice((*stranger.secrets, "")),
        )
        if stranger.chance.random() < 0.5:
            request.deferred_file.file_id = stranger.text()
        else:
            request.install_skills.SetInParent()
    stranger.visitor.send(message.SerializeToString())
    return stranger.tell(stranger.visitor.rerun())


def _no_message(stranger: Stranger) -> None:
    """Frames that are no messages: noise, text, half a message, one that is too long."""
    message = stranger.visitor.rerun().SerializeToString()
    pick = stranger.chance.randrange(4)
    stranger.throw(
        (stranger.chance.randbytes(60), "text", message[: len(message) // 2] + b"\xff", b"\x08")[pick]
    )


def _flood(stranger: Stranger) -> Answer | None:
    """Fifty reruns at once: they become few, and the last one is answered."""
    for _ in range(50):
        stranger.visitor.send(stranger.visitor.rerun().SerializeToString())
    answer = stranger.tell(stranger.visitor.rerun())
    stranger.turn_page()
    return answer


def _request(stranger: Stranger) -> None:
    """An upload that belongs to no widget, to another session, without a token; what follows no hand."""
    address, chance = stranger.visitor.address, stranger.chance
    session = chance.choice((stranger.visitor.session, *stranger.secrets, "nobody", "..%2f..%2fx"))
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


KINDS: Final[dict[str, Callable[[Stranger], Answer | None]]] = {
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
