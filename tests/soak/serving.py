"""The app, served for a long test, with a home of its own and a log that is read afterwards."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.served import ROOT, wait_until_ready

PATIENCE: Final = 600.0  # seconds for its start: a bound for what hangs on a busy machine
EXPECTED: Final = ("You can now view your Streamlit app in your browser.", "URL: http://", "Uvicorn server")
"""What the log says when all is well."""


@dataclass(frozen=True)
class Served:
    """A running server."""

    address: str
    process: int
    home: Path
    log: Path

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
def serving(**settings: str) -> Iterator[Served]:
    """Serve the app until the block ends; `settings` are of its environment."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        home, log = Path(scratch) / "home", Path(scratch) / "server.log"
        environment = {**os.environ, "AEMODELS_HOME": str(home), "PYTHONUNBUFFERED": "1", **settings}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        try:
            address = f"http://localhost:{port}"
            wait_until_ready(address, PATIENCE)
            yield Served(address, process.pid, home, log)
        finally:
            process.terminate()
            process.wait()
