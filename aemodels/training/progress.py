"""What is known of a training while it goes on: frozen records that no reader can change, in bounded number."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from aemodels.training.history import Batch, Epoch

SNAPSHOT_BYTES = 32 * 1024 * 1024
"""Of the weights that one job keeps of its epochs: the first, the newest, and as many between as fit."""
MOST_SNAPSHOTS = 24
MOST_LOOKS = 60
"""Epochs of which one job keeps what was seen of them, 40 KB each."""


@dataclasses.dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights after an epoch, as `Autoencoder.get_weights` gives them, read-only; `final`: those that stay."""

    epoch: int
    weights: tuple[np.ndarray, ...]
    final: bool = False

    @property
    def size(self) -> int:
        """Bytes of the weights."""
        return sum(weight.nbytes for weight in self.weights)


@dataclasses.dataclass(frozen=True, eq=False)
class Look:
    """What was seen of the network after an epoch, always of the same images; 0 is before the first. Read-only.

    `reconstructions` and `samples`, drawn from the same places of the prior, are uint8 `(n, 28, 28)`; `codes` are
    those of the first test images, `(n, 2)`. None where there is no such thing: no images, no prior, no map.
    """

    epoch: int
    reconstructions: np.ndarray | None = None
    samples: np.ndarray | None = None
    codes: np.ndarray | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Progress:
    """What is known of a job at one moment; frozen, and its arrays are read-only.

    `inputs` are the test images of the looks' reconstructions, uint8 `(n, 28, 28)`, None where there are no images;
    `labels` are those of the looks' codes.
    """

    phase: str = "waiting"
    fraction: float = 0.0  # of the present phase
    epochs: tuple[Epoch, ...] = ()
    batch: Batch | None = None
    seconds_left: float | None = None
    steps_a_second: float | None = None
    memory: int = 0  # bytes that the process which trains occupies; 0 where nobody tells
    inputs: np.ndarray | None = None
    labels: np.ndarray | None = None
    snapshots: tuple[Snapshot, ...] = ()
    looks: tuple[Look, ...] = ()


PARTS = ("reconstructions", "samples", "codes")
"""What a look has seen."""

Kept = TypeVar("Kept", Snapshot, Look)


def thinned(snapshots: tuple[Snapshot, ...]) -> tuple[Snapshot, ...]:
    """At most so many as memory allows; the final one stays."""
    if not snapshots:
        return ()
    most = most_snapshots(snapshots[-1].size)
    return spread(snapshots, most, stays=[shot.epoch for shot in snapshots if shot.final])


def most_snapshots(size: int) -> int:
    """How many snapshots of so many bytes are kept: three at least, whatever their size."""
    return max(3, min(MOST_SNAPSHOTS, SNAPSHOT_BYTES // max(1, size)))


def spread(kept: tuple[Kept, ...], most: int, *, stays: Sequence[int] = ()) -> tuple[Kept, ...]:
    """At most `most`, three at least: the first, the last one and those of the epochs `stays` remain.

    Of the others the one goes that leaves the smallest gap, as a ratio of epochs: the early ones, in which most
    happens, lie closer together.
    """
    left = list(kept)
    while len(left) > max(3, most):
        gaps = [
            np.inf if here.epoch in stays else (after.epoch + 1) / (before.epoch + 1)
            for before, here, after in zip(left, left[1:], left[2:], strict=False)
        ]
        del left[1 + int(np.argmin(gaps))]
    return tuple(left)


def marked(snapshots: tuple[Snapshot, ...], final: int | None) -> tuple[Snapshot, ...]:
    """The same, with that of the epoch `final` as the one that stays, and no other."""
    return tuple(dataclasses.replace(shot, final=shot.epoch == final) for shot in snapshots)
