"""What is counted of websockets, and that nothing of them changes: driven as a web server drives it."""

import asyncio
import contextlib

import pytest
from starlette.websockets import WebSocketDisconnected
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui import wire

DONE = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
GONE = {"type": "websocket.disconnect", "code": 1001}


def from_browser(message):
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def rerun():
    message = BackMsg()
    message.rerun_script.query_string = "model=vae-mnist-2d"
    return from_browser(message)


def ended(status):
    return ForwardMsg(script_finished=status).SerializeToString()


def delta():
    message = ForwardMsg()
    message.delta.new_element.text.body = "x"
    return message.SerializeToString()


def connection(messages, answers=()):
    """What comes to Streamlit, and what to the browser, when Streamlit sends these answers to the first message."""
    come, gone = [], []

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            come.append(message)
            if len(come) == 1:
                for answer in answers:
                    await send({"type": "websocket.send", "bytes": answer})

    queue = [*messages, GONE]

    async def receive():
        return queue.pop(0)

    async def send(message):
        gone.append(message)

    asyncio.run(wire.Wire(app)({"type": "websocket"}, receive, send))
    return come, [message["bytes"] for message in gone if "bytes" in message]


def runs():
    return wire.RUNS.samples()[-1].value


def test_everything_passes_as_it_is():
    messages = [
        rerun(),
        from_browser(BackMsg(stop_script=True)),
        {"type": "websocket.receive", "bytes": b"\xff no message"},
        {"type": "websocket.receive", "bytes": b""},
        {"type": "websocket.receive", "text": "nor this"},
    ]
    answers = [delta(), b"\xff", ended(DONE)]
    assert connection(messages, answers) == (messages, answers)


def test_a_click_is_timed_until_its_answer_is_complete():
    before = runs()
    interrupted = ended(wire.INTERRUPTED)
    connection([rerun()], [delta(), interrupted])
    assert runs() == before  # what was interrupted by the next click is answered with that one
    connection([rerun()], [delta(), interrupted, ended(DONE), ended(DONE)])
    assert runs() == before + 1


def test_what_asks_for_no_run_is_not_timed():
    before = runs()
    connection([from_browser(BackMsg(app_heartbeat=True))], [ended(DONE)])
    assert runs() == before


def test_sessions_are_those_connected_now():
    before, visits = wire.SESSIONS.count, wire.VISITS.count
    counted = []

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})
        counted.append(wire.SESSIONS.count)
        raise RuntimeError("the connection broke")

    async def nothing(*_):
        return GONE

    with pytest.raises(RuntimeError):
        asyncio.run(wire.Wire(app)({"type": "websocket"}, nothing, nothing))
    assert counted == [before + 1]
    assert (wire.SESSIONS.count, wire.VISITS.count) == (before, visits + 1)


@pytest.mark.parametrize("gone", [True, False])
def test_a_browser_that_goes_while_it_is_told_something_is_no_error(gone):
    """What Starlette raises when Streamlit closes a connection that is closed already."""

    async def app(scope, receive, send):
        with contextlib.suppress(OSError):
            await send({"type": "websocket.send", "bytes": delta()})
        raise WebSocketDisconnected("WebSocket is not connected.")

    async def send(message):
        if gone:
            raise OSError("the browser is gone")

    async def receive():
        return GONE

    with contextlib.nullcontext() if gone else pytest.raises(WebSocketDisconnected):
        asyncio.run(wire.Wire(app)({"type": "websocket"}, receive, send))
