"""A function applied to its own answer, again and again: does it settle, and on what?

An autoencoder trained long enough pulls images towards points that it leaves as they are, its attractors
(Radhakrishnan, Belkin and Uhler, "Overparameterized neural networks implement associative memory", PNAS 117, 2020).
They need not be the image that one began with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from aemodels.errors import ImageError
from aemodels.measure.metrics import psnr

SETTLED: Final = 0.001
"""RMS change a round below which an answer counts as the same: a quarter of one of 255 steps of grey."""


@dataclass(frozen=True, eq=False)
class Rounds:
    """What came of it: images (rounds + 1, 28, 28, 1), the first one the beginning, and changes (rounds,).

    `changes[k]` is the RMS over the pixels of images[k + 1] - images[k]. `flawed`: an answer was not finite, and
    the rounds end before it.
    """

    images: np.ndarray
    changes: np.ndarray
    flawed: bool = False

    def settled_after(self, tolerance: float = SETTLED) -> int | None:
        """The first round from which on every round changes less than `tolerance`; None while it still moves."""
        moving = np.flatnonzero(self.changes >= tolerance)
        if not len(moving):
            return 0
        last = int(moving[-1]) + 1
        return last if last < len(self.changes) else None

    def circle(self, tolerance: float = SETTLED) -> int | None:
        """How many images it goes round in at the end, two or more; None where it settles, or closes no circle."""
        if self.settled_after(tolerance) is not None:
            return None
        for length in range(2, len(self.changes) // 3 + 1):
            last, before = self.images[-length:], self.images[-2 * length : -length]
            if np.sqrt(np.mean((last - before) ** 2, axis=(1, 2, 3), dtype=np.float64)).max() < tolerance:
                return length
        return None

    def psnr(self, clean: np.ndarray) -> np.ndarray:
        """Of every image against `clean` (28, 28, 1), in dB: (rounds + 1,)."""
        return psnr(np.broadcast_to(clean, self.images.shape), self.images)


def repeat(apply: Callable[[np.ndarray], np.ndarray], start: np.ndarray, rounds: int) -> Rounds:
    """`start` (1, 28, 28, 1) in [0, 1], and what `apply` makes of it, of that, and so on, `rounds` times.

    Raises ImageError for fewer rounds than one, or more than one image.
    """
    if rounds < 1 or len(start) != 1:
        raise ImageError(
            f"One image goes round at least once; received {len(start)} images, {rounds} rounds."
        )
    images: list[np.ndarray] = [start[0]]
    changes: list[float] = []
    for _ in range(rounds):
        answer = np.clip(apply(images[-1][None])[0], 0.0, 1.0)
        if not np.isfinite(answer).all():
            return Rounds(np.stack(images), np.asarray(changes), flawed=True)
        changes.append(float(np.sqrt(np.mean((answer - images[-1]) ** 2, dtype=np.float64))))
        images.append(answer)
    return Rounds(np.stack(images), np.asarray(changes))
