"""Many mutated files through one function, in processes of their own, so that a crash or a hang is seen.

A kind is a module with `corpus() → name → bytes`, `made(name, corpus, rng) → bytes` and
`answered(name, data) → sentence`: "" for data in contract, else the sentence of the refusal; anything else that
it raises is a fault. Number n of a seed is always the same file: `python -m tests.soak.fuzzing KIND SEED n 1`.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import resource
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

SEED: Final = 7
PART: Final = 2_500  # files for one process
HANG: Final = 120  # seconds: a bound for what hangs on a busy machine
MOST_SECONDS: Final = 10.0  # of processor time for one file
MOST_MEGABYTES: Final = 256  # that a process of `PART` files may take beyond what reading good files takes


@dataclass
class Outcome:
    """What became of the files."""

    files: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0  # seconds of processor time
    megabytes: float = 0.0  # growth of the peak
    faults: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.files:,} mutated files: {self.read:,} read, {self.refused:,} refused with a sentence, no crash",
            f"slowest {self.slowest:.2f} s of processor time, {self.megabytes:.0f} MB more memory at most",
        ]


def run(kind: str, count: int, *, seed: int = SEED, part: int = PART) -> Outcome:
    """All of them. Raises AssertionError with the first faults."""
    total = Outcome()
    for start in range(0, count, part):
        size = min(part, count - start)
        command = [sys.executable, "-m", "tests.soak.fuzzing", kind, str(seed), str(start), str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (
            f"{' '.join(command[1:])}: status {done.returncode}\n{done.stderr[-3000:]}"
        )
        found = Outcome(**json.loads(done.stdout.splitlines()[-1]))
        total.files += found.files
        total.read += found.read
        total.refused += found.refused
        total.slowest = max(total.slowest, found.slowest)
        total.megabytes = max(total.megabytes, found.megabytes)
        total.faults += tuple(found.faults)
    assert not total.faults, f"{len(total.faults)} faults, such as\n" + "\n".join(total.faults[:5])
    assert total.files == count
    assert total.read, "nothing was read: the mutations are too harsh to test what follows"
    assert total.refused, "nothing was refused: nothing was mutated"
    assert total.megabytes <= MOST_MEGABYTES, f"{total.megabytes:.0f} MB more memory"
    assert total.slowest <= MOST_SECONDS, f"{total.slowest:.1f} s for one file"
    return total


def _work(kind: Any, seed: int, start: int, count: int) -> Outcome:
    corpus = kind.corpus()
    names = list(corpus)
    for name in names:  # what is imported and cached on the way is no mutated file's memory
        kind.answered(name, corpus[name])
    outcome, before = Outcome(), peak()
    faults = []
    for number in range(start, start + count):
        rng = np.random.default_rng([seed, number])
        name = names[number % len(names)]
        data = kind.made(name, corpus, rng)
        faulthandler.dump_traceback_later(HANG, exit=True)
        begun = time.process_time()
        try:
            sentence = kind.answered(name, data)
        except Exception:
            faults.append(f"number {number} ({name}): {traceback.format_exc()[-1500:]}")
        else:
            outcome.read += not sentence
            outcome.refused += bool(sentence)
            if sentence and not (sentence.endswith(".") and len(sentence) < 500 and sentence.isprintable()):
                faults.append(f"number {number} ({name}) is refused with {sentence[:600]!r}")
        outcome.slowest = max(outcome.slowest, time.process_time() - begun)
        outcome.files += 1
    faulthandler.cancel_dump_traceback_later()
    outcome.megabytes, outcome.faults = peak() - before, tuple(faults)
    return outcome


def peak() -> float:
    """The most memory in MB that this process has had; Linux's ru_maxrss begins with that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    kind, seed, start, count = sys.argv[1:]
    found = _work(importlib.import_module(f"tests.soak.{kind}"), int(seed), int(start), int(count))
    print(json.dumps(vars(found)))


if __name__ == "__main__":
    main()
