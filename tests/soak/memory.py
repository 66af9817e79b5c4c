"""What a server that is used keeps of it: megabytes after trainings, inferences, and sessions that have expired."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from aemodels.training.queue import MOST_FINISHED
from tests.soak.serving import EXPIRES, Serving, until
from tests.soak.tab import Tab

EXPERIMENT: Final = "recipe=default&data=digits&set=epochs%3D1;hidden%3D16&seed="
PAGES: Final = ("", "reconstruct", "denoise", "latent", "generate", "compare", "learn", "train")


def trainings(options: argparse.Namespace) -> list[str]:
    """Below 50 MB over 100 trainings in child processes, beyond the finished ones that are kept on purpose."""
    count = options.count or 100

    def one(serving: Serving, number: int) -> list[str]:
        with Tab(serving.address) as visitor:
            visitor.open("train", f"{EXPERIMENT}{number}")
            if visitor.alerts:  # the address says something else than it should
                return [f"training {number} was not prepared: {visitor.alerts}"]
            visitor.click("train_start")
            ended = until(lambda: visitor.rerun() >= 0 and visitor.ended)
            wrong = [] if ended else [f"training {number} did not end: {visitor.alerts}"]
            return wrong + visitor.exceptions

    return _grown("trainings", count, MOST_FINISHED + 1, one, 50.0, AEMODELS_WORKER="process")


def inferences(options: argparse.Namespace) -> list[str]:
    """Below 20 MB over 10,000 inferences: points of the map decoded, by four visitors at a time."""
    count = options.count or 10_000
    visitors, each = 4, 25

    def clicks(serving: Serving, seed: int) -> list[str]:
        chance = random.Random(seed)
        with Tab(serving.address) as visitor:
            visitor.open("latent")
            for _ in range(each):
                visitor.tell("latent_marker", "click", [chance.uniform(-2, 2), chance.uniform(-2, 2)])
            return visitor.exceptions

    def hundred(serving: Serving, number: int) -> list[str]:
        with ThreadPoolExecutor(visitors) as pool:
            seeds = [options.seed + visitors * number + place for place in range(visitors)]
            return [each for found in pool.map(clicks, [serving] * visitors, seeds) for each in found]

    return _grown("hundreds of inferences", -(-count // (visitors * each)), 5, hundred, 20.0)


def sessions(options: argparse.Namespace) -> list[str]:
    """Below 100 MB over 1,000 sessions, once they have expired."""
    count = options.count or 1000
    chance = random.Random(options.seed)

    def one(serving: Serving, number: int) -> list[str]:
        with Tab(serving.address) as visitor:
            visitor.open(PAGES[number % len(PAGES)])
            if visitor.has("latent_marker"):
                visitor.tell("latent_marker", "click", [chance.uniform(-2, 2), chance.uniform(-2, 2)])
            if number % 5 == 0:
                visitor.cut()
            return visitor.exceptions

    return _grown("sessions", count, 5 * len(PAGES), one, 100.0)


def _grown(
    what: str,
    count: int,
    warm: int,
    one: Callable[[Serving, int], list[str]],
    bar: float,
    **settings: str,
) -> list[str]:
    """Do `one` so often, after `warm` times that do not count; what is wrong, megabytes beyond `bar` included."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as home, Serving(Path(home), **settings) as serving:
        for number in range(warm):
            wrong += one(serving, number)
        before = _at_rest(serving)
        for number in range(count):
            wrong += one(serving, warm + number)
            if (number + 1) % max(1, count // 10) == 0:
                print(f"  {number + 1} {what}: {serving.memory() - before:+.1f} MB", flush=True)
        grown = _at_rest(serving) - before
    print(f"  {count} {what}: {grown:+.1f} MB at rest, bar {bar:g} MB", flush=True)
    return wrong + ([f"{what} leave {grown:.1f} MB, more than {bar:g}"] if grown >= bar else [])


def _at_rest(serving: Serving) -> float:
    """Megabytes once everything has expired and nothing is left to do."""
    with Tab(
        serving.address
    ) as visitor:  # the last session stays in Streamlit's hand: always one of this kind
        visitor.open()
    serving.settle()
    time.sleep(EXPIRES + 2)  # what is waited for is time itself: the sessions' lifetime
    serving.settle()
    return serving.memory()
