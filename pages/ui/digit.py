"""A visitor's digit: what it is, and how it is read from the canvas, a file or a data set. No widgets here.

What comes from a browser may be anything at all, so the canvas's value is read here, by pure functions that are
tested directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from aemodels.data import images
from aemodels.errors import ImageError

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset

DRAW: Final = "Draw"
UPLOAD: Final = "Upload"
SAMPLE: Final = "Sample"
SOURCES: Final = (DRAW, UPLOAD, SAMPLE)

LARGEST_DRAWING: Final = 2_000_000  # bytes of PNG; a full canvas has some thousand


@dataclass(frozen=True, eq=False)
class Digit:
    """One prepared digit: `image` (1, 28, 28, 1) float32 in [0, 1], where it is from, and how it was prepared."""

    image: np.ndarray
    source: str  # one of SOURCES
    title: str  # "a 7 of MNIST's test set", to continue a sentence
    steps: tuple[images.Step, ...] = ()


@dataclass(frozen=True, eq=False)
class Drawing:
    """What the canvas held when it last reported: its strokes, and its picture where it sent one."""

    strokes: tuple[dict[str, Any], ...] = ()
    png: bytes | None = None


def read_canvas(raw: object, png: bytes | None) -> Drawing:
    """The canvas's JSON and PNG as a Drawing; whatever does not look like strokes counts as none."""
    found = raw.get("objects") if isinstance(raw, Mapping) else None
    strokes = found if isinstance(found, list | tuple) else ()
    return Drawing(tuple(stroke for stroke in strokes if isinstance(stroke, dict)), png)


def canvas_start(strokes: tuple[dict[str, Any], ...], version: int) -> dict[str, Any]:
    """What the canvas shall begin with. Another `version` makes it load these strokes anew."""
    return {"objects": list(strokes), "version": f"playground-{version}"}


def from_drawing(drawing: Drawing) -> Digit | None:
    """The drawn digit, or None where nothing is drawn yet. Raises ImageError where the ink is no picture."""
    if not drawing.strokes or drawing.png is None:
        return None
    if len(drawing.png) > LARGEST_DRAWING:
        raise ImageError("The drawing is too large to be read. Clear the canvas and draw again.")
    prepared = images.prepare_steps(drawing.png)
    return Digit(prepared.image, DRAW, "your drawing", prepared.steps)


def from_file(data: bytes, name: str) -> Digit:
    """The digit in an uploaded picture. Raises ImageError with a sentence for the visitor."""
    prepared = images.prepare_steps(data)
    return Digit(prepared.image, UPLOAD, f"your picture {name}", prepared.steps)


def sample(dataset: Dataset, class_index: int, number: int) -> Digit:
    """The `number`-th test image of a class, counted round and round."""
    places = np.flatnonzero(dataset.test.labels == class_index)
    if not len(places):
        places = np.arange(len(dataset.test))
    place = int(places[number % len(places)])
    image = dataset.test.values[place].astype(np.float32)[None, :, :, None] / 255
    label = dataset.class_names[int(dataset.test.labels[place])]
    article = "an" if label[:1].lower() in "aeiou8" else "a"
    return Digit(image, SAMPLE, f"{article} {label} of {dataset.title}, test image {place:,}")
