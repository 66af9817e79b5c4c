"""A few drawings → a data set: each drawing multiplied by small changes of its position, slant and thickness.

A drawing is kept as the distance of each place to the edge of its ink. Turned, shifted and slanted it stays such
a map, and where one cuts it says how thick the strokes are; so a copy is made of the shape itself and not of its
pixels. Copies of one drawing are all for training or all for testing: a test image is never a copy of what was
learned.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from aemodels.data import datasets
from aemodels.data.datasets import Dataset
from aemodels.data.distances import squared_to_ground
from aemodels.data.images import CENTRE, SIDE, Prepared
from aemodels.data.own.limits import LEAST_IMAGES, MOST_IMAGES, refused
from aemodels.data.own.naming import class_name
from aemodels.data.own.record import check_classes
from aemodels.data.strokes import BOX, FINE

LEAST_DRAWINGS: Final = 4
MOST_DRAWINGS: Final = 100
COPIES: Final = (10, 25, 50, 100, 200)
TEST_SHARE: Final = 1 / 4
TITLE: Final = "My drawings"
SOURCE: Final = "drawn by you, and multiplied"

# At full strength, either way.
TURN: Final = 0.2  # radians
SLANT: Final = 0.2
SCALE: Final = 0.1
SHIFT: Final = 1.5  # pixels
THICKNESS: Final = 0.45  # pixels by which each edge moves

_MARGIN: Final = 4 * FINE
_SHARP: Final = 4  # places of the distance map to a pixel


@dataclasses.dataclass(frozen=True, eq=False)
class Drawing:
    """One drawing: its class, its image uint8 (28, 28), and its distance map, float16 (112, 112), in pixels."""

    label: str
    image: np.ndarray
    distance: np.ndarray


def from_prepared(prepared: Prepared, label: str) -> Drawing:
    """A drawing that was brought to the image contract (`images.prepare_steps`), which keeps its shape, too.

    Raises DatasetError where the label is no name of a class.
    """
    shape = next(step.image for step in prepared.steps if step.name == "thickened") > 127
    image = np.rint(prepared.image[0, :, :, 0] * 255).astype(np.uint8)
    return Drawing(class_name(label), image, _distance(shape, image))


def copies(drawing: Drawing, count: int, strength: float, rng: np.random.Generator) -> np.ndarray:
    """`count` images of one drawing, uint8 (n, 28, 28): the drawing itself, then changed ones.

    `strength` from 0 (nothing) to 1 scales all changes.
    """
    result = np.empty((count, SIDE, SIDE), np.uint8)
    result[0] = drawing.image
    picture = Image.fromarray(drawing.distance.astype(np.float32))
    drawn = rng.uniform(-strength, strength, (count, 6))
    for place in range(1, count):
        turn, slant, wide, high, thicker, _ = drawn[place]
        shift = rng.uniform(-strength, strength, 2) * SHIFT * _SHARP
        matrix = _affine(turn * TURN, slant * SLANT, 1 + wide * SCALE, 1 + high * SCALE, *shift)
        changed = picture.transform(
            picture.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=-SIDE
        )
        ink = np.clip((np.asarray(changed) + thicker * THICKNESS) * _SHARP + 0.5, 0, 1)
        result[place] = np.rint(ink.reshape(SIDE, _SHARP, SIDE, _SHARP).mean(axis=(1, 3)) * 255).astype(
            np.uint8
        )
    return result


def make(drawings: Sequence[Drawing], copies_each: int, *, strength: float = 1.0, seed: int = 0) -> Dataset:
    """The data set `datasets.OWN` of drawings, `copies_each` images of every one.

    Drawings are drawn for testing by the seed: a quarter of each class that has two or more, at least one of all.
    Raises DatasetError for too few or too many.
    """
    names = class_names(drawings)
    check(len(drawings), len(names), copies_each)
    labels = np.asarray([names.index(drawing.label) for drawing in drawings], np.uint8)
    for_tests = held_out(labels, seed)
    parts = []
    for part in (~for_tests, for_tests):
        chosen = np.flatnonzero(part).tolist()
        streams = [np.random.default_rng([seed, 1, row]) for row in chosen]
        images = [
            copies(drawings[row], copies_each, strength, rng)
            for row, rng in zip(chosen, streams, strict=True)
        ]
        order = np.random.default_rng([seed, 2]).permutation(len(chosen) * copies_each)
        parts += [np.concatenate(images)[order], np.repeat(labels[chosen], copies_each)[order]]
    return datasets.of_arrays(datasets.OWN, TITLE, (parts[0], parts[1], parts[2], parts[3]), names, SOURCE)


def class_names(drawings: Sequence[Drawing]) -> tuple[str, ...]:
    """Their labels, each once: numbers by size, then names by alphabet."""
    found = {drawing.label for drawing in drawings}
    return tuple(
        sorted(found, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name))
    )


def check(count: int, classes: int, copies_each: int) -> None:
    """Raises DatasetError where so many drawings and copies are no data set."""
    check_classes(classes)
    if count < LEAST_DRAWINGS:
        raise refused(
            f"There {'is' if count == 1 else 'are'} {count} drawing{'s' * (count != 1)}.",
            f"Draw at least {LEAST_DRAWINGS}: one of four is kept for testing.",
        )
    if count > MOST_DRAWINGS or not LEAST_IMAGES <= count * copies_each <= MOST_IMAGES:
        raise refused(
            f"{count} drawings, each {copies_each} times, are {count * copies_each:,} images.",
            f"Allowed are {MOST_DRAWINGS} drawings, and {LEAST_IMAGES} to {MOST_IMAGES:,} images.",
        )


def held_out(labels: np.ndarray, seed: int) -> np.ndarray:
    """Which drawings (n,) are for testing, bool (n,): drawn by the seed, class by class."""
    order = np.random.default_rng([seed, 0]).permutation(len(labels))
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = order[labels[order] == label]
        if len(rows) > 1:
            chosen[rows[: max(1, round(TEST_SHARE * len(rows)))]] = True
    if not chosen.any():
        chosen[order[: max(1, round(TEST_SHARE * len(order)))]] = True
    return chosen


def _distance(shape: np.ndarray, image: np.ndarray) -> np.ndarray:
    """The signed distance to the edge of the ink, in pixels, on a sheet where the ink lies as in the image."""
    scale = BOX * FINE / max(shape.shape)
    height, width = (max(1, round(side * scale)) for side in shape.shape)
    fine = np.asarray(Image.fromarray(shape).resize((width, height), Image.Resampling.NEAREST))
    rows, columns = np.nonzero(fine)
    # Its centre of mass goes where that of the image lies.
    mass = float(image.sum(dtype=np.float64)) or 1.0
    steps = np.arange(SIDE)
    aim = [float(image.sum(axis=axis, dtype=np.float64) @ steps) / mass + 0.5 for axis in (1, 0)]
    sheet = np.zeros((SIDE * FINE, SIDE * FINE), bool)
    top = int(np.clip(round(aim[0] * FINE - float(rows.mean()) - 0.5), 0, len(sheet) - height))
    left = int(np.clip(round(aim[1] * FINE - float(columns.mean()) - 0.5), 0, len(sheet) - width))
    sheet[top : top + height, left : left + width] = fine
    inside = np.sqrt(squared_to_ground(sheet), dtype=np.float32)
    # The transform takes what lies around for ground, here for ink: a margin keeps that away.
    outside = np.sqrt(squared_to_ground(np.pad(~sheet, _MARGIN, constant_values=True)), dtype=np.float32)
    signed = np.where(sheet, inside - 0.5, 0.5 - outside[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]) / FINE
    side = SIDE * _SHARP
    return np.asarray(
        Image.fromarray(signed.astype(np.float32)).resize((side, side), Image.Resampling.BOX)
    ).astype(np.float16)


def _affine(
    turn: float, slant: float, wide: float, high: float, down: float, across: float
) -> tuple[float, ...]:
    """Where each place of a copy comes from: Pillow's six numbers, around the centre of the sheet."""
    a, b = math.cos(turn) / wide, (-math.sin(turn) + slant) / high
    c, d = math.sin(turn) / wide, math.cos(turn) / high
    centre = (CENTRE + 0.5) * _SHARP
    return (a, b, centre - a * centre - b * centre + across, c, d, centre - c * centre - d * centre + down)
