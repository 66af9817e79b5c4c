"""A server for the long tests: started, ended, killed and started anew on one home; its memory and its children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from tests.bench.served import ROOT, wait_until_idle, wait_until_ready

PATIENCE: Final = 300.0
EXPIRES: Final = 5
"""Seconds after which a session without a connection is forgotten here; a real server waits longer."""


class Serving:
    """The app with `home` as its AEMODELS_HOME. A context manager; `settings` are of its environment."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.log = home, home / "server.log"
        self._settings = settings
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
        words = ["--server.port", str(self._port), "--server.disconnectedSessionTTL", str(EXPIRES)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *words],
                cwd=ROOT,
                env={**os.environ, "AEMODELS_HOME": str(self.home), **self._settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until_ready(self.address)

    def end(self, number: int) -> None:
        """Send it a signal that ends it, and wait."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(PATIENCE)
            self.process = None

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


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether `condition` holds before patience ends."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False
