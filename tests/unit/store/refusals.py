"""Files that claim to be models, shown to a process of its own: what it says to each, and what that takes.

The process works in an empty folder, which is also its home: whatever a file made it do is found there afterwards.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
HANG = 250  # seconds: a bound for what hangs on a busy machine; nothing is measured with it


@dataclass(frozen=True)
class Refusal:
    """A sentence ("" where the file was taken in), seconds of processor time, and growth of the peak of memory."""

    sentence: str
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Answers:
    """By the name of a file; whether TensorFlow was imported on the way; and what lay in the folder afterwards."""

    files: dict[str, Refusal]
    built: bool
    left: list[str]


def answers(corpus: dict[str, bytes], folder: Path) -> Answers:
    """Show all of them to one fresh process, in their order. `folder` is an empty one to work in."""
    files, scratch = folder / "files", folder / "scratch"
    files.mkdir()
    scratch.mkdir()
    for number, data in enumerate(corpus.values()):
        (files / f"{number}.bin").write_bytes(data)
    environment = {**os.environ, "AEMODELS_HOME": str(scratch / "home"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.unit.store.refusals", str(files)]
    done = subprocess.run(
        command, cwd=scratch, env=environment, capture_output=True, text=True, check=True, timeout=HANG
    )
    said = json.loads(done.stdout)
    left = sorted(str(path.relative_to(scratch)) for path in scratch.rglob("*"))
    found = [Refusal(**one) for one in said["files"]]
    return Answers(dict(zip(corpus, found, strict=True)), said["built"], left)


def _peak() -> float:
    """MB of this process at most since `_forget_peak`; where that is unknown, of no meaning and small."""
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10 if status.exists() else 0.0


def _forget_peak() -> None:
    with contextlib.suppress(OSError):  # where it cannot, the bound is for all files together
        Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    from aemodels.errors import StoreError
    from aemodels.store import arriving

    files = []
    for path in sorted(Path(sys.argv[1]).iterdir(), key=lambda path: int(path.stem)):
        data = path.read_bytes()
        _forget_peak()
        before, begun, sentence = _peak(), time.process_time(), ""
        try:
            arriving.receive(data)
        except StoreError as error:
            sentence = str(error)
        files.append(
            {"sentence": sentence, "seconds": time.process_time() - begun, "megabytes": _peak() - before}
        )
    print(json.dumps({"files": files, "built": "tensorflow" in sys.modules}))


if __name__ == "__main__":
    main()
