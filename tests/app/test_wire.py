"""What passes between a browser and Streamlit, and what is counted of it: driven as a web server drives it."""

import asyncio

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui import wire


def sent(**fields):
    return {"type": "websocket.receive", "bytes": BackMsg(**fields).SerializeToString()}


def requested(name):
    message = BackMsg()
    getattr(message.backend_operation_request, name).SetInParent()
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def ended(status):
    return ForwardMsg(script_finished=status).SerializeToString()


RERUN = BackMsg()
RERUN.rerun_script.query_string = "model=vae-mnist-2d"
RERUN = {"type": "websocket.receive", "bytes": RERUN.SerializeToString()}
DONE = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
GONE = {"type": "websocket.disconnect", "code": 1001}


def connection(messages, answers=()):
    """What comes to Streamlit of these messages, when it sends these answers after the first of them."""
    come = []

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
        pass

    asyncio.run(wire.Wire(app)({"type": "websocket"}, receive, send))
    return come


def runs():
    return wire.RUNS.samples()[-1].value


FOR_DEVELOPERS = {
    "clear_cache": sent(clear_cache=True),
    "set_run_on_save": sent(set_run_on_save=True),
    "load_git_info": sent(load_git_info=True),
    "debug_shutdown_runtime": sent(debug_shutdown_runtime=True),
    "debug_disconnect_websocket": sent(debug_disconnect_websocket=True),
    "install_skills": requested("install_skills"),
    "dismiss_skills_nudge": requested("dismiss_skills_nudge"),
    "nothing": {"type": "websocket.receive", "bytes": b"\x98\x06\x01"},  # a field that nobody knows
}


@pytest.mark.parametrize("name", FOR_DEVELOPERS)
def test_what_is_for_who_develops_an_app_does_not_pass(name):
    before = wire.REFUSED.count
    assert connection([FOR_DEVELOPERS[name], RERUN]) == [RERUN]
    assert wire.REFUSED.count == before + 1


def test_what_a_page_sends_passes():
    messages = [
        RERUN,
        sent(stop_script=True),
        sent(app_heartbeat=True),
        requested("deferred_file"),
        requested("dataframe_chunk"),
        {"type": "websocket.receive", "bytes": b"\xff no message, which Streamlit says itself"},
        {"type": "websocket.receive", "text": "nor this"},
    ]
    before = wire.REFUSED.count
    assert connection(messages) == messages
    assert wire.REFUSED.count == before


def test_every_kind_of_message_that_there_is_was_thought_of():
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert kinds > wire.OF_A_VISITOR
    assert kinds - wire.OF_A_VISITOR - {"backend_operation_request"} == FOR_DEVELOPERS.keys() - {
        "install_skills",
        "dismiss_skills_nudge",
        "nothing",
    }


def test_a_click_is_timed_until_its_answer_is_complete():
    before = runs()
    delta = ForwardMsg()
    delta.delta.new_element.text.body = "x"
    interrupted = ended(wire.INTERRUPTED)
    connection([RERUN], [delta.SerializeToString(), interrupted])
    assert runs() == before  # what was interrupted by the next click is answered with that one
    connection([RERUN], [delta.SerializeToString(), interrupted, ended(DONE), ended(DONE)])
    assert runs() == before + 1


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
