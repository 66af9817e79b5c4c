"""Bad luck at random moments, in number: kills of what saves, and all that can befall a training."""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.soak import saving as savers
from tests.soak.serving import Serving, until
from tests.soak.tab import Tab

KILLS: Final = 1000
ROUNDS: Final = 5
MOMENTS: Final = 3.0  # seconds of a training within which something befalls it
EXPERIMENT: Final = "recipe=default&data=digits&set=epochs%3D60;hidden%3D64"


def saving(options: argparse.Namespace) -> list[str]:
    """Kill -9 at a thousand moments of saving."""
    place = (
        "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    )  # a kill is one there, too, and nothing waits
    with tempfile.TemporaryDirectory(dir=place) as home:
        tally = savers.run(Path(home), options.count or KILLS, options.seed)
    found = dataclasses.asdict(tally)
    print("  " + ", ".join(f"{name} {count}" for name, count in found.items()), flush=True)
    return [
        f"{name}: {found[name]}" for name in ("unreadable", "lost", "leftovers", "damaged") if found[name]
    ]


def trainings(options: argparse.Namespace) -> list[str]:
    """Each of `FAULTS` at a random moment of a training, so many times: states true, no orphan, and it goes on."""
    chance, wrong = random.Random(options.seed), []
    with tempfile.TemporaryDirectory() as home, Serving(Path(home), AEMODELS_WORKER="process") as serving:
        for number in range(options.count or ROUNDS):
            for name, befall in FAULTS.items():
                print(f"  {number + 1}. {name}", flush=True)
                with Tab(serving.address) as visitor:
                    found = _begin(visitor)
                    if not found:
                        time.sleep(chance.uniform(0, MOMENTS))  # the moment is what is drawn at random
                        found = befall(serving, visitor)
                    wrong += [f"{name}: {each}" for each in (*found, *visitor.exceptions)]
                if not until(lambda: serving.workers() == []):
                    wrong.append(f"{name}: an orphan, {serving.workers()}")
    return wrong


def _begin(visitor: Tab) -> list[str]:
    visitor.open("train", EXPERIMENT)
    visitor.click("train_start")
    learning = until(lambda: visitor.rerun() >= 0 and (visitor.learning or visitor.ended))
    return [] if learning else [f"it did not begin: {visitor.alerts}"]


def _goes_on(visitor: Tab) -> list[str]:
    """Wait until the training is lost or has ended; a lost one is resumed, and comes to its end."""
    if not until(lambda: visitor.rerun() >= 0 and (visitor.has("train_resume_lost") or visitor.ended)):
        return [f"it is neither lost nor ended: {visitor.alerts}"]
    if not visitor.ended:
        visitor.click("train_resume_lost")
    return _ends(visitor)


def _ends(visitor: Tab) -> list[str]:
    ended = until(lambda: visitor.rerun() >= 0 and visitor.ended)
    return [] if ended else [f"it did not come to its end: {visitor.alerts}"]


def _server(number: int) -> Callable[[Serving, Tab], list[str]]:
    def befall(serving: Serving, visitor: Tab) -> list[str]:
        address = visitor.query
        serving.end(number)
        orphans = [] if until(lambda: serving.workers() == []) else ["a worker has outlived its server"]
        serving.start()
        visitor.open("train", address)
        return orphans + _goes_on(visitor)

    return befall


def _worker(number: int) -> Callable[[Serving, Tab], list[str]]:
    def befall(serving: Serving, visitor: Tab) -> list[str]:
        for process in serving.workers():
            os.kill(process, number)
        return _goes_on(visitor)

    return befall


def _cut(serving: Serving, visitor: Tab) -> list[str]:
    visitor.cut()
    visitor.reload()
    return _ends(visitor)


def _closed(serving: Serving, visitor: Tab) -> list[str]:
    visitor.leave()
    ended = until(lambda: serving.workers() == [])
    visitor.reload()
    return ([] if ended else ["it did not go on alone"]) + _ends(visitor)


def _reloaded(serving: Serving, visitor: Tab) -> list[str]:
    for _ in range(3):
        visitor.reload()
    return _ends(visitor)


def _two_tabs(serving: Serving, visitor: Tab) -> list[str]:
    """What one tab does, the other one sees; and neither has a second training of its own beside it."""
    with Tab(serving.address) as other:
        other.open("train", visitor.query)
        wrong = [] if not other.has("train_start") or other.ended else ["the other tab can start, too"]
        if other.has("train_stop"):
            other.click("train_stop")
        wrong += _ends(visitor) + _ends(other)
        return wrong + other.exceptions


FAULTS: Final[dict[str, Callable[[Serving, Tab], list[str]]]] = {
    "the server is killed": _server(signal.SIGKILL),
    "the server is ended": _server(signal.SIGTERM),
    "the worker is killed": _worker(signal.SIGKILL),
    "the worker is ended": _worker(signal.SIGTERM),
    "the worker is stopped": _worker(signal.SIGSTOP),
    "the connection is cut": _cut,
    "the tab is closed": _closed,
    "the page is loaded again": _reloaded,
    "two tabs": _two_tabs,
}
