"""Fetching one published file into the cache of Keras: with time limits, a checksum, and all or nothing.

The name look-up and the many addresses of a large server can each take longer than the time limits that a
request knows, so the request runs in a thread of its own, and whoever asked waits for its chunks only so
long. Progress is reported from the asking thread, which a page needs.
"""

import contextlib
import hashlib
import os
import queue
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aemodels import holding
from aemodels.errors import DatasetError

Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all where known

CONNECT_SECONDS = 4.0
SILENCE_SECONDS = 8.0  # without a byte for so long, we are offline; "offline" is said within ten seconds
CHUNK_BYTES = 1 << 16
SLOWEST = 16 * 1024  # bytes a second, on average, after HEAD_START_SECONDS: slower is as good as silent
HEAD_START_SECONDS = 60.0


@dataclass(frozen=True)
class RemoteFile:
    """A file on the web that never changes: its address, length in bytes, and published checksum."""

    url: str
    size: int
    algorithm: str  # a name that hashlib knows
    checksum: str  # in hexadecimal

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[-1]


def keras_cache() -> Path:
    """Where Keras keeps data sets, by its own rule: KERAS_HOME, else home, else the temporary folder."""
    if "KERAS_HOME" in os.environ:
        return Path(os.environ["KERAS_HOME"]).expanduser() / "datasets"
    home = Path.home()
    return (home if os.access(home, os.W_OK) else Path(tempfile.gettempdir())) / ".keras" / "datasets"


def fetch(remote: RemoteFile, folder: Path, progress: Progress | None = None) -> Path:
    """Download `remote` into `folder`; the path of the whole, checked file.

    `progress(done, total)` is called in the calling thread, in bytes. The file appears under its name only
    when its length and checksum are right; until then it is a temporary file beside, which no failure leaves
    behind. Raises DatasetError when nothing arrives for SILENCE_SECONDS, when what arrives is something
    else, or when it cannot be written.
    """
    part = folder / f".{remote.name}.{secrets.token_hex(4)}.part"
    begun = time.monotonic()
    stop = threading.Event()
    chunks: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(remote, folder)
        threading.Thread(target=_stream, args=(remote.url, chunks, stop), daemon=True).start()
        digest = hashlib.new(remote.algorithm, usedforsecurity=False)
        done = 0
        with part.open("xb") as file, holding.held(part):
            while chunk := _next_chunk(remote, chunks):
                done += len(chunk)
                if done > remote.size:
                    break  # something else, perhaps endless; refused below
                file.write(chunk)
                digest.update(chunk)
                if progress is not None:
                    progress(done, remote.size)
                if time.monotonic() - begun > HEAD_START_SECONDS + done / SLOWEST:
                    host = urlsplit(remote.url).hostname
                    raise DatasetError(f"{host} sends {remote.name} too slowly to wait for. Try again later.")
            file.flush()
            os.fsync(file.fileno())
        if done != remote.size or digest.hexdigest() != remote.checksum:
            raise DatasetError(
                f"What arrived from {remote.url} is not the published file: its checksum differs. "
                "Perhaps a log-in page of the network answered; try again later."
            )
        os.replace(part, folder / remote.name)
    except OSError as error:
        raise DatasetError(
            f"The download cannot be kept in {folder} ({error.strerror or error}). Make room, make the "
            "folder writable, or name another with KERAS_HOME."
        ) from error
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return folder / remote.name


def _sweep(remote: RemoteFile, folder: Path) -> None:
    """Delete parts of this file that downloads have left whose process was killed."""
    for part in folder.glob(f".{remote.name}.*.part"):
        with holding.nobodys(part) as left, contextlib.suppress(OSError):
            if left:
                part.unlink(missing_ok=True)


def _next_chunk(remote: RemoteFile, chunks: "queue.SimpleQueue[bytes | Exception | None]") -> bytes | None:
    host = urlsplit(remote.url).hostname
    try:
        chunk = chunks.get(timeout=SILENCE_SECONDS)
    except queue.Empty:
        raise DatasetError(f"{host} does not answer.") from None
    if isinstance(chunk, TimeoutError):
        raise DatasetError(f"{host} does not answer.") from chunk
    if isinstance(chunk, Exception):
        raise DatasetError(f"{host} cannot be reached or does not have {remote.name}.") from chunk
    return chunk


def _stream(url: str, chunks: "queue.SimpleQueue[bytes | Exception | None]", stop: threading.Event) -> None:
    """Put the body of `url` on `chunks`, then None; or the exception that ended it."""
    import requests  # takes a moment, and most starts need no download
    from urllib3.exceptions import ReadTimeoutError

    try:
        # "identity", because a server that unpacks a .gz on the way would spoil the checksum
        headers = {"Accept-Encoding": "identity"}
        limits = (CONNECT_SECONDS, SILENCE_SECONDS)
        with requests.get(url, stream=True, timeout=limits, headers=headers) as response:
            response.raise_for_status()
            for chunk in response.iter_content(CHUNK_BYTES):
                if stop.is_set():
                    return
                chunks.put(chunk)
        chunks.put(None)
    except requests.Timeout as error:
        chunks.put(TimeoutError(str(error)))
    except requests.ConnectionError as error:
        # A server that falls silent in the middle: requests calls that a broken connection.
        silent = any(isinstance(cause, ReadTimeoutError) for cause in error.args)
        chunks.put(TimeoutError(str(error)) if silent else error)
    except Exception as error:  # whatever it is, the thread that waits has to hear of it
        chunks.put(error)
