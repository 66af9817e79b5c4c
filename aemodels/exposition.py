"""What a server counts, and the text in which Prometheus reads it.

The format is version 0.0.4 of https://prometheus.io/docs/instrumenting/exposition_formats/: a line of help and one
of the kind for each family, then a line a sample. Counters and histograms only ever grow; gauges are what is now.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Tally:
    """A number that threads add to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self, count: int = 1) -> None:
        """Count so many more (or fewer)."""
        with self._lock:
            self._count += count

    @property
    def count(self) -> int:
        """How many by now."""
        return self._count


class Durations:
    """How long something took, in seconds, counted up to each of a few bounds."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self._lock = threading.Lock()
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one that took so long."""
        with self._lock:
            self._counts[bisect.bisect_left(self.bounds, seconds)] += 1
            self._sum += seconds

    def samples(self) -> list[Sample]:
        """What a histogram consists of: the number up to each bound, their sum and their number."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        found, so_far = [], 0
        for bound, count in zip((*map(_number, self.bounds), "+Inf"), counts, strict=True):
            so_far += count
            found.append(Sample(so_far, {"le": bound}, "_bucket"))
        return [*found, Sample(total, suffix="_sum"), Sample(so_far, suffix="_count")]


@dataclass(frozen=True)
class Sample:
    """One number of a family; several differ by their labels."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True)
class Family:
    """What is counted under one name. `kind`: counter, gauge or histogram."""

    name: str
    kind: str
    help: str
    samples: tuple[Sample, ...]


def text(families: Iterable[Family]) -> str:
    """All of them as one text."""
    lines = []
    for family in families:
        lines.append(f"# HELP {family.name} {_escaped(family.help, quotes=False)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        for sample in family.samples:
            labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
            braces = f"{{{labels}}}" if labels else ""
            lines.append(f"{family.name}{sample.suffix}{braces} {_number(sample.value)}")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))


def _escaped(words: str, *, quotes: bool = True) -> str:
    words = words.replace("\\", "\\\\").replace("\n", "\\n")
    return words.replace('"', '\\"') if quotes else words


INFERENCES: Final = Tally()
"""Images encoded and codes decoded by this process, by whichever kind of model."""
