"""What visitors have brought, in memory: each one's own, and all together within a bound.

A data set that is in a training belongs to that training, too, and counts as long as anybody holds it.
"""

from __future__ import annotations

import collections
import threading
import weakref
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from aemodels.data.datasets import Dataset
from aemodels.data.own.limits import MEGABYTE, megabytes
from aemodels.data.own.record import Brought
from aemodels.errors import DatasetError

MOST_HELD: Final = 800 * MEGABYTE


@dataclass(frozen=True, eq=False)
class Kept:
    """What one visitor has here: images as they came (None for drawings), or the data set made of them, or both."""

    brought: Brought | None = None
    dataset: Dataset | None = None
    made_as: Hashable = None  # with what settings the data set was made


class Shelf:
    """Safe to call from any thread. Who comes when it is full takes the place of whoever has waited longest."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: collections.OrderedDict[str, Kept] = collections.OrderedDict()
        self._alive: weakref.WeakSet[Brought | Dataset] = weakref.WeakSet()

    def put(self, visitor: str, kept: Kept) -> None:
        """Keep this for `visitor`, in place of what they had.

        Raises DatasetError where trainings fill the memory.
        """
        with self._lock:
            self._kept.pop(visitor, None)
            new = [one for one in (kept.brought, kept.dataset) if one is not None]
            needed = sum(size(one) for one in new if one not in self._alive)
            while self._kept and self.held() + needed > self._most:
                self._kept.popitem(last=False)
            if self.held() + needed > self._most:
                raise DatasetError(
                    f"The trainings of all visitors hold {megabytes(self.held())} of data at the "
                    "moment, and there is no "
                    "room for more. Send fewer images, or come back when some trainings have ended."
                )
            self._kept[visitor] = kept
            for one in new:
                self._alive.add(one)

    def get(self, visitor: str | None) -> Kept | None:
        """What `visitor` has here; None where it is nothing, or had to make room."""
        with self._lock:
            if visitor is None or visitor not in self._kept:
                return None
            self._kept.move_to_end(visitor)
            return self._kept[visitor]

    def forget(self, visitor: str) -> None:
        """Let go of what a visitor has here."""
        with self._lock:
            self._kept.pop(visitor, None)

    def held(self) -> int:
        """Bytes of all that is still held by anybody."""
        return sum(size(one) for one in list(self._alive))


def size(one: Brought | Dataset) -> int:
    """Bytes of the arrays of what was brought, or of a data set."""
    if isinstance(one, Brought):
        return one.nbytes
    return sum(split.values.nbytes + split.labels.nbytes for split in (one.train, one.test))
