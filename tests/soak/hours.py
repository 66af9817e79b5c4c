"""Hours of use: visitors, trainings, saves and kills at once, with memory and errors by the quarter of an hour."""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.soak import acts
from tests.soak import saving as savers
from tests.soak.faults import EXPERIMENT
from tests.soak.serving import Serving
from tests.soak.tab import Tab

VISITORS: Final = 6
QUARTER: Final = 900.0  # seconds
PAUSE: Final = 60.0  # seconds between two trainings, and between two series of kills
KILLS: Final = 20
MOST_GROWN: Final = 200.0
"""Megabytes that the server may hold more at the end than after its first quarter of an hour."""


def measure(options: argparse.Namespace) -> list[str]:
    """All of it for `--hours`; what went wrong."""
    over, wrong, done = threading.Event(), [], {"acts": 0, "trainings": 0, "kills": 0}
    lock = threading.Lock()

    def note(found: list[str], what: str, count: int = 1) -> None:
        with lock:
            wrong.extend(found)
            done[what] += count

    with tempfile.TemporaryDirectory() as home, Serving(Path(home), AEMODELS_WORKER="process") as serving:
        chances = [random.Random(1000 * options.seed + number) for number in range(VISITORS + 2)]
        work: list[Callable[[], None]] = [
            lambda chance=chance: _visitor(serving, chance, over, note) for chance in chances[:VISITORS]
        ]
        work += [
            lambda: _trainer(serving, chances[-2], over, note),
            lambda: _saver(serving, chances[-1], over, note),
        ]
        threads = [threading.Thread(target=each) for each in work]
        for thread in threads:
            thread.start()
        held: list[float] = []
        end, seconds = time.monotonic() + 3600 * options.hours, min(QUARTER, 900 * options.hours)
        while time.monotonic() < end:
            over.wait(min(seconds, max(0.0, end - time.monotonic())))
            held.append(serving.memory())
            counts = ", ".join(f"{count} {name}" for name, count in done.items())
            print(f"  {time.strftime('%H:%M')} {held[-1]:.0f} MB, {counts}, {len(wrong)} errors", flush=True)
        over.set()
        for thread in threads:
            thread.join()
        if serving.workers():
            wrong.append(f"an orphan: {serving.workers()}")
    if held[-1] - held[0] > MOST_GROWN:
        wrong.append(f"the server grew by {held[-1] - held[0]:.0f} MB")
    return wrong


Note = Callable[..., None]


def _visitor(serving: Serving, chance: random.Random, over: threading.Event, note: Note) -> None:
    """Come, do this and that at a human's pace, and go."""
    while not over.is_set():
        count, wrong = 0, []
        try:
            with Tab(serving.address) as visitor:
                page = chance.choice(list(acts.ACTS))
                visitor.open(page)
                for _ in range(chance.randint(3, 20)):
                    if over.wait(chance.uniform(0.5, 4.0)):
                        break
                    acts.act(visitor, page, chance)
                    count += 1
                if chance.random() < 0.3:
                    visitor.cut()
                wrong = visitor.exceptions
        except Exception as error:
            wrong = [f"a visitor was lost: {error!r}"]
        note(wrong, "acts", count)


def _trainer(serving: Serving, chance: random.Random, over: threading.Event, note: Note) -> None:
    """Train; now and then the worker is killed, and the training goes on."""
    while not over.wait(chance.uniform(0.5, 1.5) * PAUSE):
        try:
            with Tab(serving.address) as visitor:
                visitor.open("train", EXPERIMENT)
                visitor.click("train_start")
                kill = chance.random() < 0.3
                while not over.wait(2.0):
                    visitor.rerun()
                    if kill and visitor.learning and serving.workers():
                        os.kill(chance.choice(serving.workers()), signal.SIGKILL)
                        kill = False
                    if visitor.has("train_resume_lost"):
                        visitor.click("train_resume_lost")
                    if visitor.ended:
                        break
                note(visitor.exceptions, "trainings")
        except Exception as error:
            note([f"a training was lost: {error!r}"], "trainings", 0)


def _saver(serving: Serving, chance: random.Random, over: threading.Event, note: Note) -> None:
    """Save into the very store that the server lists, and be killed at it."""
    while not over.wait(chance.uniform(0.5, 1.5) * PAUSE):
        tally = savers.run(serving.home, KILLS, chance.randrange(2**30))
        bad = tally.unreadable + tally.lost + tally.damaged
        note([f"a store that is not whole: {tally}"] if bad else [], "kills", tally.kills)
