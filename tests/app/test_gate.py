"""What comes in from a browser: what our pages send, and nothing of what is meant for a developer or for nobody."""

import ast
import asyncio
import contextlib
import inspect
import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.ui import claims, gate


def claim(**values):
    return WidgetState(id="$$ID-1-x", **values)


def of_array(field, *values):
    state = claim()
    getattr(state, field).data.extend(values)
    return state


def selection(**parts):
    return claim(string_value=json.dumps({"selection": parts}))


RIGHT = {
    "button": claim(trigger_value=True),
    "checkbox": claim(bool_value=False),
    "slider": of_array("double_array_value", 0.5),
    "select_slider": of_array("string_array_value", "50"),
    "number_input": claim(int_value=3),
    "text_input": claim(string_value="mine"),
    "selectbox": claim(string_value="vae-mnist-2d"),
    "multiselect": of_array("string_array_value", "a", "b"),
    "button_group": of_array("string_array_value", "Draw"),
    "plotly_chart": selection(points=[{"x": 1.0}], box=[], lasso=[]),
    "arrow_data_frame": selection(rows=[0, 3], columns=[]),
    "bidi_component": claim(json_trigger_value='[{"event": "click", "value": [0.5, -1]}]'),
}
"""What a browser sends of each kind."""

WRONG = {
    "no number": of_array("double_array_value", float("nan")),
    "an endless number": claim(double_value=float("inf")),
    "a number of JSON that is none": claim(json_value='{"a": NaN}'),
    "a number beyond all": claim(json_value='{"a": 1e999}'),
    "no JSON": claim(json_trigger_value="{"),
    "JSON that is deep": claim(json_trigger_value="[" * 3000 + "]" * 3000),
    "JSON that is a text": claim(json_value='"x"'),
    "an event without a name": claim(json_trigger_value='[{"value": 1}]'),
    "bytes": claim(bytes_value=b"x"),
    "a text without end": claim(string_value="x" * 100_000),
    "a list without end": of_array("int_array_value", *range(5000)),
}


FUNCTIONS = {
    "toggle": "checkbox",
    "pills": "button_group",
    "segmented_control": "button_group",
    "dataframe": "arrow_data_frame",
    "tabs": "tab_container",
    "expander": "expandable",
    "link_button": "button",  # without a callback it has no value at all
} | {kind: kind for kind in claims.KINDS}
"""Streamlit's function for a widget → its kind."""


def widgets_of_streamlit():
    """The names of all its functions that make a widget: they can be given what happens when it changes."""
    for name in dir(st):
        function = getattr(st, name)
        if callable(function) and not name.startswith("_"):
            with contextlib.suppress(ValueError, TypeError):
                if {"on_change", "on_click", "on_select"} & set(inspect.signature(function).parameters):
                    yield name


def test_the_gate_knows_every_kind_of_widget_that_a_page_shows():
    names = set(widgets_of_streamlit())
    assert {"button", "slider", "select_slider", "dataframe"} <= names
    used = set()
    for path in Path(gate.__file__).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in names
            ):
                used.add(node.func.attr)
    assert {FUNCTIONS.get(name) for name in used} <= set(claims.KINDS)


@pytest.mark.parametrize("kind", RIGHT)
def test_a_widget_takes_what_a_browser_sends_and_an_empty_value(kind):
    assert claims.acceptable(RIGHT[kind], kind)
    assert claims.acceptable(claim(), kind)


@pytest.mark.parametrize("kind", RIGHT)
def test_a_widget_takes_nothing_of_another_type(kind):
    for other, value in RIGHT.items():
        if value.WhichOneof("value") not in claims.KINDS[kind][0]:
            assert not claims.acceptable(value, kind), other


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_taken_by_no_widget(name):
    taken = [kind for kind in claims.KINDS if claims.acceptable(WRONG[name], kind)]
    assert taken == []


@pytest.mark.parametrize("kind", ["plotly_chart", "arrow_data_frame"])
@pytest.mark.parametrize(
    "text",
    [
        *('{"selection": "x"}', '{"selection": {"rows": [-1]}}', "[1]", "x", '{"selection": 1}'),
        *(
            '{"selection": {"points": [1]}}',
            '{"selection": {"lasso": [[0, 1]]}}',
            '{"selection": {"box": [null]}}',
        ),
    ],
)
def test_a_selection_is_an_object_of_lists(kind, text):
    assert not claims.acceptable(claim(string_value=text), kind)


def test_brackets_in_a_text_are_not_depth():
    assert claims.parsed(json.dumps({"name": '[{"' * 500})) == {"name": '[{"' * 500}


def told(**kinds):
    """What a browser was told of widgets: kind → what it is."""
    here = {}
    for kind, values in kinds.items():
        message = ForwardMsg()
        element = getattr(message.delta.new_element, kind)
        element.id = f"$$ID-1-{kind}"
        for name, value in values.items():
            getattr(element, name).extend(value)
        gate.note(message.SerializeToString(), here)
    return here


def sent(*states):
    message = BackMsg()
    message.rerun_script.widget_states.widgets.extend(states)
    return message.SerializeToString()


def passed(frame, here):
    message = BackMsg()
    message.ParseFromString(gate.passing(frame, here))
    return [state.id for state in message.rerun_script.widget_states.widgets]


def test_values_of_another_type_and_options_that_are_none_are_taken_out_of_a_message():
    here = told(slider={}, selectbox={"options": ["a", "b"]})
    good = WidgetState(id="$$ID-1-selectbox", string_value="b")
    assert passed(sent(good), here) == ["$$ID-1-selectbox"]
    bad = [
        WidgetState(id="$$ID-1-selectbox", string_value="c"),
        WidgetState(id="$$ID-1-slider", string_value="x"),
        WidgetState(id="model_picker", string_value="x"),  # a key of the session, and no widget
    ]
    assert passed(sent(good, *bad), here) == ["$$ID-1-selectbox"]


def test_a_widget_that_another_browser_was_told_of_is_known_here():
    told(checkbox={})
    assert passed(sent(WidgetState(id="$$ID-1-checkbox", string_value="x")), {}) == []
    assert passed(sent(WidgetState(id="$$ID-1-checkbox", bool_value=True)), {}) == ["$$ID-1-checkbox"]


def test_a_slider_of_stops_takes_one_of_them_and_a_slider_of_numbers_a_number():
    stops = {"options": ["5", "50"]}
    here = told(slider=stops)
    number = WidgetState(id="$$ID-1-slider")
    number.double_array_value.data.append(0.5)
    assert passed(sent(number), here) == ["$$ID-1-slider"]
    message = ForwardMsg()
    element = message.delta.new_element.slider
    element.id, element.type = "$$ID-2-slider", element.SELECT_SLIDER
    element.options.extend(["5", "50"])
    gate.note(message.SerializeToString(), here)
    for text, taken in (("50", True), ("51", False)):
        stop = WidgetState(id="$$ID-2-slider")
        stop.string_array_value.data.append(text)
        assert bool(passed(sent(stop), here)) == taken


def test_triggers_of_a_component_are_values_of_that_component():
    here = told(bidi_component={})
    name = "$$STREAMLIT_INTERNAL_KEY__$$ID-1-bidi_component__events"
    assert claims.owner(name) == "$$ID-1-bidi_component"
    assert passed(
        sent(WidgetState(id=name, json_trigger_value='[{"event": "click", "value": 1}]')), here
    ) == [name]
    assert passed(sent(WidgetState(id=name, json_trigger_value="[1]")), here) == []


@pytest.mark.parametrize(
    "name",
    [
        "clear_cache",
        "set_run_on_save",
        "debug_shutdown_runtime",
        "debug_disconnect_websocket",
        "load_git_info",
    ],
)
def test_what_is_meant_for_a_developer_stays_outside(name):
    message = BackMsg()
    setattr(message, name, True)
    assert gate.passing(message.SerializeToString(), {}) is None


def test_nothing_is_installed_for_a_visitor():
    message = BackMsg()
    message.backend_operation_request.install_skills.SetInParent()
    assert gate.passing(message.SerializeToString(), {}) is None
    message.backend_operation_request.deferred_file.file_id = "x"
    assert gate.passing(message.SerializeToString(), {}) is not None


def test_what_is_no_message_ends_the_connection_without_a_word_in_the_log():
    with pytest.raises(ValueError, match="no message"):
        gate.passing(b"\xff\xff\xff", {})
    for event in ({"text": "x"}, {"bytes": b"\xff\xff\xff"}, {"bytes": bytes(gate.LARGEST + 1)}):
        assert asyncio.run(heard(event))[0] == "websocket.disconnect"
    assert asyncio.run(heard({"bytes": sent()}))[0] == "websocket.receive"


async def heard(event):
    """The type of what the server hears of a frame, and what the browser is sent."""
    said = []

    async def receive():
        return {"type": "websocket.receive", **event}

    async def send(answer):
        said.append(answer["type"])

    async def app(scope, receive, send):
        said.insert(0, (await receive())["type"])

    await gate.Gate(app)({"type": "websocket"}, receive, send)
    return said


def test_a_session_may_upload_so_much_and_no_more():
    gated, size = gate.Gate(answering(204)), str(20 * 2**20).encode()
    paths = [f"/_stcore/upload_file/one/{number}" for number in range(5)]
    statuses = [asyncio.run(status(gated, path, length=size)) for path in paths]
    assert statuses == [204, 204, 204, 413, 413]
    assert asyncio.run(status(gated, "/_stcore/upload_file/two/0", length=size)) == 204
    assert asyncio.run(status(gated, "/_stcore/upload_file/one/0", "DELETE")) == 204
    assert asyncio.run(status(gated, "/_stcore/upload_file/one/9", length=size)) == 204


def test_an_upload_that_was_refused_does_not_count():
    gated = gate.Gate(answering(403))
    for number in range(200):
        assert asyncio.run(status(gated, f"/_stcore/upload_file/one/{number}", length=b"1000000")) == 403


def test_an_upload_that_failed_leaves_what_was_there_before():
    codes = iter((204, 400, 204, 204, 413))
    gated, size = gate.Gate(lambda *event: answering(next(codes))(*event)), str(20 * 2**20).encode()
    statuses = [
        asyncio.run(status(gated, f"/_stcore/upload_file/one/{number}", length=size))
        for number in (0, 0, 1, 2, 3)
    ]
    assert statuses == [204, 400, 204, 204, 413]
    assert next(codes) == 413  # the last one did not come to the server


def test_what_is_refused_is_not_remembered():
    gated, size = gate.Gate(answering(204)), str(gate.MOST_UPLOADED + 1).encode()
    for number in range(100):
        assert asyncio.run(status(gated, f"/_stcore/upload_file/one/{number}", length=size)) == 413
    assert asyncio.run(status(gated, "/_stcore/upload_file/one/x", length=b"9")) == 204


def test_all_sessions_together_may_upload_so_much_and_no_more():
    held = [gate.MOST_ALTOGETHER - 100]
    gated = gate.Gate(answering(204), stored=lambda: held[0])
    assert asyncio.run(status(gated, "/_stcore/upload_file/one/0", length=b"101")) == 503
    assert asyncio.run(status(gated, "/_stcore/upload_file/one/0", length=b"100")) == 204
    held[0] = 0
    assert asyncio.run(status(gated, "/_stcore/upload_file/two/0", length=b"101")) == 204


def test_what_is_on_its_way_counts_among_all_uploads():
    inside = []

    async def app(scope, receive, send):
        if not inside:
            inside.append(await status(gated, "/_stcore/upload_file/two/0", length=b"60"))
        await answering(204)(scope, receive, send)

    gated = gate.Gate(app, stored=lambda: gate.MOST_ALTOGETHER - 100)
    assert asyncio.run(status(gated, "/_stcore/upload_file/one/0", length=b"60")) == 204
    assert inside == [503]
    assert asyncio.run(status(gated, "/_stcore/upload_file/two/0", length=b"60")) == 204


def answering(code):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": code, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


async def status(gated, path, method="PUT", length=b"0"):
    """What the gate, or the server behind it, answers."""
    said = []

    async def send(event):
        said.append(event)

    scope = {"type": "http", "path": path, "method": method, "headers": [(b"content-length", length)]}
    await gated(scope, None, send)
    return said[0]["status"]
