"""A visitor's digit: what it is, and how it is made of a drawing, a picture file or a data set. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aemodels.data import images
from aemodels.errors import ImageError

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset

DRAW: Final = "Draw"
UPLOAD: Final = "Upload"
SAMPLE: Final = "Sample"
SOURCES: Final = (DRAW, UPLOAD, SAMPLE)

LONGEST_NAME: Final = 40  # characters of a file's name that are said again


@dataclass(frozen=True, eq=False)
class Digit:
    """One prepared digit: `image` (1, 28, 28, 1) float32 in [0, 1], where it is from, and how it was prepared."""

    image: np.ndarray
    source: str  # one of SOURCES
    title: str  # "a 7 of MNIST's test set", to continue a sentence
    steps: tuple[images.Step, ...] = ()


def from_drawing(png: bytes) -> Digit:
    """The drawn digit. Raises ImageError where the picture is none, or there is no ink on it."""
    prepared = images.prepare_steps(png)
    return Digit(prepared.image, DRAW, "your drawing", prepared.steps)


def from_file(data: bytes, name: str) -> tuple[Digit, ...]:
    """The digits in a picture, as one reads them. Raises ImageError with a sentence for the visitor."""
    short = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
    found = images.prepare_all(data)
    titles = [f"your picture {short}"]
    if len(found) > 1:
        titles = [f"digit {place} of your picture {short}" for place in range(1, len(found) + 1)]
    return tuple(Digit(one.image, UPLOAD, title, one.steps) for one, title in zip(found, titles, strict=True))


def of_class(dataset: Dataset, class_index: int, number: int) -> int:
    """The row of the `number`-th test image of a class, counted round and round."""
    rows = np.flatnonzero(dataset.test.labels == class_index)
    if not len(rows):
        rows = np.arange(len(dataset.test))
    return int(rows[number % len(rows)])


def sample(dataset: Dataset, row: int) -> Digit:
    """A test image. Raises ImageError where the data set has no such row."""
    if not 0 <= row < len(dataset.test):
        raise ImageError(f"{dataset.title} has test images 0 to {len(dataset.test) - 1:,}.")
    image = dataset.test.values[row].astype(np.float32)[None, :, :, None] / 255
    label = dataset.class_names[int(dataset.test.labels[row])]
    article = "an" if label[:1].lower() in "aeiou8" else "a"
    return Digit(image, SAMPLE, f"{article} {label} of {dataset.title}, test image {row:,}")
