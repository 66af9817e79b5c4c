"""A Streamlit script served for a benchmark, and a Chromium to look at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
FLAGS = [
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


class Server(NamedTuple):
    """A running server: where it answers, and the number of its process."""

    address: str
    process: int


@contextlib.contextmanager
def served(script: str, home: Path | None = None) -> Iterator[Server]:
    """Serve a script of the repository; comes back as soon as the process has been started.

    `home` is the folder of the saved models; without one they lie in an empty folder.
    """
    with socket.socket() as probe, tempfile.TemporaryDirectory() as empty:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "AEMODELS_HOME": str(home or empty)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Server(f"http://localhost:{port}", process.pid)
        finally:
            process.terminate()
            process.wait()


def wait_until_ready(address: str, patience: float = 120.0) -> None:
    """Return when the server answers."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"{address} did not answer")


def wait_until_idle(process: int, patience: float = 120.0) -> None:
    """Return when the process has used next to no processor time for five seconds: all warmed up."""
    end = time.monotonic() + patience
    before = _processor_seconds(process)
    while time.monotonic() < end:
        time.sleep(5.0)  # longer than the playground waits before it imports TensorFlow
        now = _processor_seconds(process)
        if now - before < 0.5:
            return
        before = now
    raise TimeoutError(f"process {process} was still busy after {patience:g} seconds")


def _processor_seconds(process: int) -> float:
    command = ["ps", "-o", "time=", "-p", str(process)]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    days, _, clock = words.rpartition("-")  # [days-][hours:]minutes:seconds, on macOS with hundredths
    seconds = 0.0
    for part in clock.split(":"):
        seconds = 60 * seconds + float(part)
    return seconds + 86_400 * int(days or 0)


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A Chromium: the system's, else the one that Playwright fetched."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
