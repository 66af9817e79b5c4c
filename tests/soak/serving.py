"""The app, served for a long test: started, ended, killed and started anew on one home; what it logs and holds."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from tests.bench.served import ROOT, wait_until_idle, wait_until_ready

PATIENCE: Final = 600.0  # seconds: a bound for what hangs on a busy machine
EXPECTED: Final = ("You can now view your Streamlit app in your browser.", "URL: http://", "Uvicorn server")
"""What the log says when all is well."""
EXPIRES: Final = 5
"""Seconds after which a session without a connection is forgotten in a long test; a real server waits longer."""


class Serving:
    """The app with `home` as its AEMODELS_HOME. A context manager; `settings` are of its environment."""

    def __init__(self, home: Path, log: Path | None = None, **settings: str) -> None:
        self.home, self.log = home, log or home / "server.log"
        self._settings = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(EXPIRES)} | settings
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.address = f"http://localhost:{self._port}"

    def __enter__(self) -> Serving:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self._port)]
        environment = {**os.environ, "AEMODELS_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment | self._settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until_ready(self.address, PATIENCE)
        except BaseException:
            self.end(signal.SIGKILL)
            raise

    def end(self, number: int) -> None:
        """Send it a signal that ends it, and wait."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(PATIENCE)
            self.process = None

    # --- what it holds ------------------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """The number of its process."""
        assert self.process is not None
        return self.process.pid

    def settle(self) -> None:
        """Wait until it has nothing to do."""
        wait_until_idle(self.number)

    def memory(self) -> float:
        """Megabytes that the process holds."""
        fields = Path(f"/proc/{self.number}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in fields if line.startswith("VmRSS"))

    def workers(self) -> list[int]:
        """The processes that train for this home, whoever started them."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
        )
        lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
        return [
            int(number)
            for number, words in lines
            if "aemodels.training.worker" in words and str(self.home) in words
        ]

    # --- what it says -------------------------------------------------------------------------------------------

    def complaints(self) -> list[str]:
        """The lines of its log that are not of its start."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if line.strip() and not any(known in line for known in EXPECTED)]

    def tracebacks(self) -> list[str]:
        """What its log says around each traceback."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        parts = plain.split("Traceback (most recent")
        return [f"{before[-200:]}Traceback{after[:3000]}" for before, after in itertools.pairwise(parts)]

    @contextlib.contextmanager
    def explaining(self) -> Iterator[None]:
        """What a browser was shown that it should not gets what the log says of it, which goes with the server."""
        try:
            yield
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *self.tracebacks()[-1:]])) from error


@contextlib.contextmanager
def serving(**settings: str) -> Iterator[Serving]:
    """A server with an empty home, for as long as the block lasts."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        Serving(Path(scratch) / "home", Path(scratch) / "server.log", **settings) as server,
    ):
        yield server


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether `condition` holds before patience ends."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False
