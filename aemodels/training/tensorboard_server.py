"""TensorBoard as a process beside the server, for whoever sits at the same machine.

It listens on the loopback address alone, on a port that is free, and shows one log folder. It ends when its
standard input does: with the server, however that ends. Started as `python -m
aemodels.training.tensorboard_server FOLDER`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import types
from pathlib import Path
from typing import Final

from aemodels.errors import AemodelsError, ConfigError

ALLOWED: Final = "AEMODELS_TENSORBOARD"
"""`AEMODELS_TENSORBOARD=1`: the page may start one. Not on public servers, where nobody could reach it."""
ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 10.0  # seconds for one that is to end


def allowed() -> bool:
    """Whether the environment lets the page start a TensorBoard."""
    return os.environ.get(ALLOWED) == "1"


def command(folder: Path) -> str:
    """What one types to open the log of `folder`."""
    import shlex

    return f"{shlex.quote(sys.executable)} -m tensorboard.main --logdir {shlex.quote(str(folder))}"


class TensorboardServer:
    """At most one TensorBoard, for one folder at a time. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._folder: Path | None = None
        self._url = ""

    def open(self, folder: Path) -> str:
        """The address of one that shows `folder`; one that shows another is ended. Raises AemodelsError."""
        with self._lock:
            if self._process is not None and self._process.poll() is None and self._folder == folder:
                return self._url
            self._end()
            return self._begin(folder)

    def url_of(self, folder: Path) -> str | None:
        """The address, where one runs and shows this folder."""
        with self._lock:
            runs = self._process is not None and self._process.poll() is None
            return self._url if runs and self._folder == folder else None

    def close(self) -> None:
        """End it, if it runs."""
        with self._lock:
            self._end()

    def _begin(self, folder: Path) -> str:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [sys.executable, "-m", "aemodels.training.tensorboard_server", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            text=True,
        )
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url.startswith("http"):
            process.kill()
            process.wait()
            raise ConfigError("TensorBoard could not be started. Open it with the command above.")
        self._process, self._folder, self._url = process, folder, url
        return url

    def _end(self) -> None:
        process, self._process, self._folder = self._process, None, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(arguments: list[str]) -> int:
    """Serve the folder until standard input ends; print the address first."""
    # Reading files takes no TensorFlow: with this module there, TensorBoard does without it, and starts at once.
    sys.modules["tensorboard.compat.notf"] = types.ModuleType("tensorboard.compat.notf")
    from tensorboard import default, program

    if len(arguments) != 1:
        raise AemodelsError("One log folder is needed.")
    server = program.TensorBoard(default.get_plugins())
    server.configure(
        argv=["", "--logdir", arguments[0], "--host", "127.0.0.1", "--port", "0", "--load_fast", "false"]
    )
    print(server.launch(), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
