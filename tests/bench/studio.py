"""The page Train under use: what start and stop leave behind, how soon a stop is one, and what a kill -9 loses.

All of it on the page, in a real browser. The references are bars, not other programs: a plain rebuild and fit in
Keras leaves 12 to 14 MB each time.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.bench.served import ROOT, Server, chromium, served, wait_until_idle, wait_until_ready
from tests.bench.table import Row

PATIENCE = 120_000  # milliseconds
WARM = 3  # cycles before the first figure is taken
CYCLES = 20
MOMENTS = 2.5  # seconds within which a training is stopped or its server killed, drawn evenly
KEPT = ("run.json", "result.npz", "looks.npz", "lock", "worker.log", "losses.f32", "events.out.tfevents.*")
"""What an ended run keeps in its folder; there are never more than `run_folder.MOST_KEPT` of these."""
SAVED = "saved-before"
SAYS = """([key, word]) => [...document.querySelectorAll(`.st-key-${key} span`)].some(
    (span) => span.textContent.trim() === word && span.checkVisibility())"""
EXPERIMENT = "/train?recipe=default&data=digits&set=epochs%3D200;hidden%3D256,128"


def cycles(rounds: int) -> list[Row]:
    """Twenty cycles a round, with the training in the server's process and in one of its own."""
    rows = []
    for mode, words, share in (("thread", "in the server", 1), ("process", "in a child process", CYCLES)):
        os.environ["AEMODELS_WORKER"] = mode
        try:
            with (
                tempfile.TemporaryDirectory() as home,
                chromium() as browser,
                served("app.py", Path(home)) as server,
            ):
                rows += _cycles(browser, server, Path(home), CYCLES * max(1, rounds), words, share)
        finally:
            del os.environ["AEMODELS_WORKER"]
    return rows


def kills(rounds: int) -> list[Row]:
    """The server is killed at a random moment of an epoch; afterwards the run is lost, and goes on to its end.

    A model was saved before: after every kill it is byte by byte what it was, and can be used.
    """
    good, whole, count = 0, 0, 4 * rounds
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        saved = _saved(Path(home))
        for number in range(count):
            good += _killed(browser, Path(home), random.Random(number))
            whole += _files(Path(home)) == saved and _loads(Path(home))
    return [
        Row("runs that a kill -9 did not lose", "", good, count, good / count, None, count, "all"),
        Row("saved models that it did not harm", "", whole, count, whole / count, None, count, "all"),
    ]


def _aemodels(home: Path, *words: str) -> int:
    """The status of a command of the program, in this home."""
    command = [sys.executable, "-m", "aemodels", *words, "--json"]
    environment = {**os.environ, "AEMODELS_HOME": str(home)}
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL).returncode


def _saved(home: Path) -> dict[str, bytes]:
    """The files of a model that was trained and saved."""
    status = _aemodels(home, "train", "default", "--dataset", "digits", "--epochs", "2", "--name", SAVED)
    assert status == 0
    return _files(home)


def _files(home: Path) -> dict[str, bytes]:
    """What lies in the store, by name."""
    folder = home / "models"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _loads(home: Path) -> bool:
    return _aemodels(home, "decode", SAVED, str(home / "decoded.png"), "--z=0.3,-1.2") == 0


def _cycles(browser: Any, server: Server, home: Path, count: int, words: str, share: int) -> list[Row]:
    """`share`: of so many cycles together the memory is to stay below the bar."""
    wait_until_ready(server.address)
    page = _page(browser)
    page.goto(server.address + EXPERIMENT)
    wait_until_idle(server.process)  # what it imports in the background is not left by a training
    moments = random.Random(1)
    stops = []
    before: tuple[float, int, list[str]] | None = None
    for number in range(WARM + count):
        if number == WARM:
            before = _left(server, home)
        # The first ones end with a model that is measured: what is imported for that is there once and for all.
        learned = number < WARM or bool(number % 2)
        stops.append(_start_and_stop(page, moments.uniform(0, MOMENTS), learned=learned))
    assert before is not None
    after = _left(server, home)
    grown = after[0] - before[0]
    print(
        f"  {words}: threads {before[1]} → {after[1]}, {grown:.0f} MB more, stray files: {after[2] or 'none'}"
    )
    left = grown / count * share
    what = "a start and stop" if share == 1 else f"{share} starts and stops"
    slowest = max(stops[WARM:])
    print(f"  {words}, the slowest stops: {', '.join(f'{stop:.2f} s' for stop in sorted(stops[WARM:])[-5:])}")
    return [
        Row(f"memory left by {what}, {words}", "MB", round(left, 2), 5, left / 5, 1.0, count),
        Row(f"slowest of {count} stops, {words}", "s", round(slowest, 2), 2, slowest / 2, 1.0, count),
    ]


def _start_and_stop(page: Any, moment: float, *, learned: bool = False) -> float:
    """Seconds from the click on Stop to the word "stopped"; `learned`: not before an epoch has ended.

    The others may be stopped while the network is built, or before its process has begun to.
    """
    start = page.locator(".st-key-train_start button")
    expect(start).to_be_enabled()
    start.click()
    stop = page.locator(".st-key-train_stop button")
    expect(stop).to_be_enabled()
    if learned:
        expect(page.locator(".st-key-train_progress")).to_contain_text("loss")
    time.sleep(moment)  # the moment is what is drawn at random: not a wait for anything
    clicked = time.perf_counter()
    stop.click()
    # Looked for in every frame: Playwright's own looks lie up to a second apart, and each reads the whole page.
    page.wait_for_function(SAYS, arg=["training_card", "stopped"])
    seconds = time.perf_counter() - clicked
    progress = page.locator(".st-key-train_progress")
    expect(progress).to_have_text(re.compile("Finished|Stopped before"))
    return seconds


def _left(server: Server, home: Path) -> tuple[float, int, list[str]]:
    """Megabytes and threads of the serving process, and the files in its home that no ended run keeps."""
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{server.process}/status").read_text().splitlines()
    )
    stray = [
        path.name
        for path in home.rglob("*")
        if path.is_file() and not any(fnmatch(path.name, kept) for kept in KEPT)
    ]
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["Threads"]), stray


def _killed(browser: Any, home: Path, moments: random.Random) -> bool:
    address = ""
    with served("app.py", home) as server:
        wait_until_ready(server.address)
        page = _page(browser)
        page.goto(server.address + EXPERIMENT.replace("200", "120"))
        page.locator(".st-key-train_start button").click()
        expect(page.locator(".st-key-train_progress")).to_contain_text("loss")
        time.sleep(moments.uniform(0, MOMENTS))
        address = page.url.removeprefix(server.address)
        os.kill(server.process, signal.SIGKILL)
        page.context.close()
    with served("app.py", home) as server:
        wait_until_ready(server.address)
        page = _page(browser)
        page.goto(server.address + address)
        card = page.locator(".st-key-training_card")
        expect(card.get_by_text(re.compile("^(lost|done)$"))).to_be_visible()
        if card.get_by_text("lost", exact=True).count():
            page.locator(".st-key-train_resume_lost button").click()
        expect(card.get_by_text("done", exact=True)).to_be_visible()
        page.context.close()
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True
    ).stdout
    return str(home) not in listed


def _page(browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return context.new_page()
