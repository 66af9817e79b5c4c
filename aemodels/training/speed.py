"""How fast this machine is, beside the one on which the costs of a training were measured."""

from __future__ import annotations

import functools
import os
import time
from typing import Final

import numpy as np

REFERENCE: Final = 160e9
"""Multiplications and additions a second, on one core of the machine of `estimate.COSTS`, which has two."""
CORES: Final = 2
SIDE: Final = 96  # of the matrices: small enough that BLAS stays on one core, whatever the others do
TRIES: Final = 200  # the best one is free of interruptions, also on a busy machine; milliseconds together


@functools.cache
def machine_speed() -> float:
    """1 for the machine of reference, 2 for one that is twice as fast. Measured once, in about 3 ms.

    More than four cores count as four: networks as small as ours keep no more of them busy.
    """
    matrix = np.ones((SIDE, SIDE), np.float32)
    product = np.empty_like(matrix)
    best = float("inf")
    for _ in range(TRIES):
        begun = time.perf_counter()
        np.matmul(matrix, matrix, out=product)
        best = min(best, time.perf_counter() - begun)
    return 2 * SIDE**3 / max(best, 1e-9) / REFERENCE * min(_cores(), 2 * CORES) / CORES


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
