"""How fast this machine is, beside the one on which the costs of a training were measured."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

import numpy as np

REFERENCE: Final = 86e9
"""Multiplications and additions a second, on one core of the machine of `estimate.COSTS`, which has two."""
CORES: Final = 2
SIDE: Final = 64
"""Of the matrices: so small that BLAS stays on one core. Of two, each product waits until the system lets both go
on, which on a busy machine takes a thousand times as long as the product."""
TRIES: Final = 200  # the best one is free of interruptions, also on a busy machine; a millisecond together
AGAIN: Final = (
    30.0  # seconds until it is measured again: what is fastest counts, and nothing is slow for good
)

_lock = threading.Lock()
_fastest, _due = 0.0, 0.0


def machine_speed() -> float:
    """1 for the machine of reference, 2 for one that is twice as fast: the highest that was measured so far.

    More than four cores count as four: networks as small as ours keep no more of them busy.
    """
    global _fastest, _due
    with _lock:
        now = time.monotonic()
        if now >= _due:
            _due = now + AGAIN
            _fastest = max(_fastest, measured())
        return _fastest * min(_cores(), 2 * CORES) / CORES


def measured() -> float:
    """How fast one core is now, beside one of the machine of reference."""
    matrix = np.ones((SIDE, SIDE), np.float32)
    product = np.empty_like(matrix)
    best = float("inf")
    for _ in range(TRIES):
        begun = time.perf_counter()
        np.matmul(matrix, matrix, out=product)
        best = min(best, time.perf_counter() - begun)
    return 2 * SIDE**3 / max(best, 1e-9) / REFERENCE


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
