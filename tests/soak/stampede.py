"""Fifty visitors of a server that has just been started, at the same moment: what they share is loaded once.

Python itself counts how often each file of models and data is opened (`counting`), and one visitor alone is the
measure: fifty may not open anything more often. A network may be read once more than that, by NumPy while
TensorFlow is still being imported, or by TensorFlow for one who came later.
"""

from __future__ import annotations

import argparse
import collections
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.soak.serving import Serving
from tests.soak.tab import Tab

VISITORS: Final = 50
PAGES: Final = ("", "latent", "reconstruct", "generate")
ONCE_MORE: Final = ("weights.npz", "card.json")


def measure(options: argparse.Namespace) -> list[str]:
    """What fifty open more often than one, and what went wrong for any of them."""
    alone, wrong = opened(1)
    together, more = opened(options.count or VISITORS)
    wrong += more
    for path, count in sorted(together.items()):
        allowed = max(1, alone[path]) + path.endswith(ONCE_MORE)
        if count > allowed:
            wrong.append(f"{path} was opened {count} times; by one visitor {alone[path]} times")
    print(f"  {options.count or VISITORS} visitors: {sum(together.values())} files opened", flush=True)
    print(f"  one visitor: {sum(alone.values())} files opened", flush=True)
    return wrong


def opened(visitors: int) -> tuple[collections.Counter[str], list[str]]:
    """How often each file was opened by a cold server with so many visitors; and what went wrong."""
    together = threading.Barrier(visitors)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "opened"
        paths = [str(Path(__file__).parent / "counting"), *filter(None, [os.environ.get("PYTHONPATH")])]
        settings = {"SOAK_OPENED": str(notes), "PYTHONPATH": os.pathsep.join(paths)}
        with Serving(Path(folder), **settings) as serving, ThreadPoolExecutor(visitors) as pool:

            def visit(_: int) -> list[str]:
                wrong = []
                for page in PAGES:
                    together.wait()
                    with Tab(serving.address) as visitor:
                        visitor.open(page)
                        wrong += visitor.exceptions
                return wrong

            wrong = [each for found in pool.map(visit, range(visitors)) for each in found]
            serving.settle()
        lines = notes.read_text(encoding="utf-8").splitlines()
    return collections.Counter(lines), wrong
