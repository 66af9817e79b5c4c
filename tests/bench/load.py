"""Ten visitors click in the latent map, with and without a training beside them; then crowds of ten and forty.

One click is made in a real browser; what that browser sent is then sent by ten visitors over websockets of their
own, each at a human pace and each time at another place of the map. The time is that from the message to the end of
the run of the script. The reference is the same server with nobody training. The crowds: `crowd`.
"""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
from typing import Any

from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from aemodels.data import datasets
from tests.bench import crowd
from tests.bench.served import Server, chromium, served, wait_until_idle, wait_until_ready
from tests.bench.table import Row, compare, percentile

VISITORS = 10
PACE = 3.0  # seconds between two clicks of a visitor, on average
SECONDS = 20.0  # for each side of a round
PATIENCE = 120.0
TRAINING = "/train?recipe=dense-mnist&data={}&set=epochs%3D60;batch_size%3D64"
MODES = (("thread", "in the server", 3.0), ("process", "in a child process", 1.5))


def measure(rounds: int) -> list[Row]:
    """Milliseconds of a click at the 95th percentile: of all visitors, all rounds."""
    rows = []
    for mode, words, bar in MODES:
        os.environ["AEMODELS_WORKER"] = mode
        try:
            with chromium() as browser, served("app.py") as server:
                wait_until_ready(server.address)
                begin, click = _recorded(browser, server)
                wait_until_idle(server.process)
                alone, beside = _rounds(browser, server, begin, click, max(1, rounds // 2))
        finally:
            del os.environ["AEMODELS_WORKER"]
        rows.append(
            compare(
                f"a click at the 95th percentile, training {words}",
                "ms",
                [percentile(beside, 0.95)],
                [percentile(alone, 0.95)],
                bar,
            )
        )
        rows.append(compare(f"a click, training {words}", "ms", beside, alone))
    return rows + crowd.measure(rounds)


def _rounds(
    browser: Any, server: Server, begin: BackMsg, click: BackMsg, rounds: int
) -> tuple[list[float], list[float]]:
    alone, beside = [], []
    for number in range(rounds):
        alone += _clicks(server, begin, click, number)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(server.address + TRAINING.format(_dataset()))
        page.locator(".st-key-train_start button").click(timeout=1000 * PATIENCE)
        progress = page.locator(".st-key-train_progress")
        expect(progress).to_contain_text(re.compile(r"epoch [2-9]"), timeout=1000 * PATIENCE)
        address = page.url
        page.close()  # who trains is elsewhere; the address finds the training again
        beside += _clicks(server, begin, click, number)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(address)
        page.locator(".st-key-train_stop button").click(timeout=1000 * PATIENCE)
        expect(page.locator(".st-key-train_progress")).to_contain_text("Finished", timeout=1000 * PATIENCE)
        page.close()
    return alone, beside


def _dataset() -> str:
    return next(name for name in ("mnist", "digits") if datasets.find_local(name))


def _recorded(browser: Any, server: Server) -> tuple[BackMsg, BackMsg]:
    """What a browser sends when the page is opened, and when one clicks in the map."""
    sent: list[BackMsg] = []

    def keep(frame: bytes | str) -> None:
        message = BackMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        sent.append(message)

    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.on("websocket", lambda socket: socket.on("framesent", keep))
    page.goto(f"{server.address}/latent")
    area = page.locator(".st-key-latent_map .nsewdrag").first
    area.wait_for(timeout=1000 * PATIENCE)
    wait_until_idle(server.process)
    box = area.bounding_box()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_url(re.compile("kept="), timeout=1000 * PATIENCE)
    page.close()
    clicks = [message for message in sent if _trigger(message) is not None]
    return sent[0], clicks[0]


def _clicks(server: Server, begin: BackMsg, click: BackMsg, seed: int) -> list[float]:
    """Milliseconds of every click that the visitors make in `SECONDS`."""
    found: list[float] = []
    threads = [
        threading.Thread(
            target=_visit, args=(server, begin, click, random.Random(100 * seed + number), found)
        )
        for number in range(VISITORS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _visit(server: Server, begin: BackMsg, click: BackMsg, chance: random.Random, found: list[float]) -> None:
    address = server.address.replace("http://", "ws://") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        socket.send(begin.SerializeToString())
        _until_finished(socket)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.5, 1.5) * PACE)  # the pace of a human, not a wait for anything
            message = _elsewhere(click, chance)
            begun = time.perf_counter()
            socket.send(message.SerializeToString())
            _until_finished(socket)
            found.append(1000 * (time.perf_counter() - begun))


def _until_finished(socket: ClientConnection) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(timeout=PATIENCE))  # type: ignore[arg-type]
        if message.WhichOneof("type") == "script_finished":
            return
    raise TimeoutError("the run of the script did not end")


def _trigger(message: BackMsg) -> Any:
    for widget in message.rerun_script.widget_states.widgets:
        if '"click"' in widget.json_trigger_value:
            return widget
    return None


def _elsewhere(click: BackMsg, chance: random.Random) -> BackMsg:
    message = BackMsg()
    message.CopyFrom(click)
    z = [chance.uniform(-2, 2), chance.uniform(-2, 2)]
    _trigger(message).json_trigger_value = json.dumps([{"event": "click", "value": z}])
    return message
