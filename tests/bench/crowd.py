"""Ten and forty visitors who click, draw and move sliders at a human rhythm, and one of them trains.

Each has a websocket of their own, from a process beside the server. The time is that from what a visitor does to
the end of the run of the script. With a training in a child process it may be half as long again.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from aemodels.data import datasets
from tests.bench.served import Server, served, wait_until_idle, wait_until_ready
from tests.bench.table import Row, percentile
from tests.soak import acts
from tests.soak.tab import Tab

CROWDS: Final = ((10, 300.0), (40, 1500.0))
"""Visitors, and the milliseconds that 95 of 100 runs may take at most."""
SLOWER: Final = 1.5
PACE: Final = 3.0  # seconds between two acts of a visitor, on average
SECONDS: Final = 30.0  # for each side of a round
PATIENCE: Final = 300.0
TRAINING: Final = "recipe=dense-mnist&data={}&set=epochs%3D150;batch_size%3D64"


def measure(rounds: int) -> list[Row]:
    """The rows of each crowd, alone and beside a training: all visitors of all rounds."""
    os.environ["AEMODELS_WORKER"] = "process"
    try:
        return [row for visitors, most in CROWDS for row in _crowd(visitors, most, max(1, rounds // 2))]
    finally:
        del os.environ["AEMODELS_WORKER"]


def _crowd(visitors: int, most: float, rounds: int) -> list[Row]:
    alone, beside, lost = [], [], []
    with tempfile.TemporaryDirectory() as home, served("app.py", Path(home)) as server:
        wait_until_ready(server.address)
        with Tab(server.address) as first:  # all pages once: what they import is there then
            for page in acts.ACTS:
                first.open(page)
                acts.act(first, page, random.Random(0))
        wait_until_idle(server.process)
        for number in range(rounds):
            alone += _acts(server, visitors, number, lost)
            with Tab(server.address) as trainer:
                _begin(trainer)
                beside += _acts(server, visitors, number, lost)
                trainer.reload()
                if not trainer.has("train_stop"):
                    lost.append("the training did not last")
                trainer.click("train_stop")
                _until_ended(trainer)
                lost += trainer.exceptions
    for each in lost:
        print(f"  {visitors} visitors: {each}")
    p95, slow = percentile(alone, 0.95), percentile(beside, 0.95)
    name = f"{visitors} visitors: a run at the 95th percentile"
    count = len(alone)
    return [
        Row(name, "ms", round(p95, 1), most, round(p95 / most, 3), 1.0, count),
        Row(
            f"{name}, one trains",
            "ms",
            round(slow, 1),
            round(p95, 1),
            round(slow / p95, 3),
            SLOWER,
            len(beside),
        ),
        Row(f"{visitors} visitors: errors and lost sessions", "", len(lost), 0, 0.0, None, count, "none"),
    ]


def _acts(server: Server, visitors: int, seed: int, lost: list[str]) -> list[float]:
    """Milliseconds of all that they do in `SECONDS`, once all are there; what goes wrong is added to `lost`."""
    found: list[float] = []
    there = threading.Barrier(visitors, timeout=PATIENCE)
    pages = itertools.cycle(acts.ACTS)
    threads = [
        threading.Thread(
            target=_visit, args=(server, next(pages), random.Random(1000 * seed + number), there, found, lost)
        )
        for number in range(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _visit(
    server: Server,
    page: str,
    chance: random.Random,
    there: threading.Barrier,
    found: list[float],
    lost: list[str],
) -> None:
    try:
        with Tab(server.address) as visitor:
            visitor.open(page)
            there.wait()
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                time.sleep(chance.uniform(0.5, 1.5) * PACE)  # the pace of a human, not a wait for anything
                found.append(1000 * acts.act(visitor, page, chance))
            lost += visitor.exceptions
    except Exception as error:  # whatever it is, this visitor's session is lost, and that is counted
        there.abort()
        lost.append(f"a session was lost on /{page}: {error!r}")


def _begin(trainer: Tab) -> None:
    name = next(name for name in ("mnist", "digits") if datasets.find_local(name))
    trainer.open("train", TRAINING.format(name))
    trainer.click("train_start")
    end = time.monotonic() + PATIENCE
    while not re.search(r"epoch ([2-9]|\d\d)", trainer.status):
        if time.monotonic() > end:
            raise TimeoutError(f"the training did not begin: {trainer.alerts}")
        time.sleep(0.5)
        trainer.rerun()


def _until_ended(visitor: Tab) -> None:
    end = time.monotonic() + PATIENCE
    while not visitor.ended:
        if time.monotonic() > end:
            raise TimeoutError("the training never ended")
        time.sleep(0.5)
        visitor.rerun()
