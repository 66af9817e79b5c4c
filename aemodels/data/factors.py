"""Digits drawn by code, of which one knows what made each: slant, width, size, thickness and position.

Every factor is drawn evenly from its range by a seed, independently of the digit and of all others, so that one
can ask which number of a code follows which factor; dSprites is the model for that (Matthey, Higgins, Hassabis
and Lerchner, 2017). The strokes (`digit_shapes`) are widened, slanted, scaled, moved and drawn with a round pen:
a pixel's ink falls from full to none over the one pixel across which the pen's edge goes.

A little wobble keeps two digits of the same factors from being the same image. All distances are whole multiples
of 1/64 pixel, in which float32 is exact, so every machine gets the same bytes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np

from aemodels.data.array_files import Arrays
from aemodels.data.digit_shapes import outlines
from aemodels.errors import DatasetError

SEED: Final = 30
TRAIN, TEST = 10_000, 2_000
SIDE: Final = 28
FINE: Final = 64  # steps to a pixel
WOBBLE: Final = 0.02  # standard deviation, of the digit's height
CHUNK: Final = 128  # images at a time: they stay in the processor's cache


@dataclass(frozen=True)
class Factor:
    """One thing that makes a drawn digit: its name, its unit, and the range that it is drawn from."""

    name: str
    title: str
    unit: str
    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


# The ranges keep all ink inside the image: but for wobble, the widest digit, slanted and moved furthest, has an
# empty rim around it.
FACTORS: Final = (
    Factor("slant", "Slant", "°", -18.0, 18.0),  # of the upright, positive to the right
    Factor("width", "Width", "×", 0.7, 1.1),  # against the height, 1 as the shapes are written down
    Factor(
        "size", "Size", "px", 12.0, 18.0
    ),  # height from the middle of the highest stroke to that of the lowest
    Factor("thickness", "Thickness", "px", 1.4, 3.6),  # of the pen
    Factor("across", "Place across", "px", -2.0, 2.0),  # of the shape's middle, to the right of the image's
    Factor("down", "Place down", "px", -2.0, 2.0),
)


def middle() -> np.ndarray:
    """The middle of all ranges, `(k,)` float64 in the order of `FACTORS`."""
    return np.asarray([factor.middle for factor in FACTORS])


def draw(shapes: np.ndarray, values: np.ndarray, wobble: np.ndarray | None = None) -> np.ndarray:
    """Images of shapes with these factors, uint8 `(n, 28, 28)`, 255 = full ink.

    `shapes` `(n,)`: rows of `digit_shapes.outlines()`. `values` `(n, k)`, in the units of `FACTORS`; others than
    those of their ranges are drawn as well, and what leaves the image is cut off. `wobble` `(n, 4)`: sizes, as
    shares of the height, and phases in turns of a gentle bend, in x and in y. Raises DatasetError for arrays that
    do not fit each other, and for values that are no numbers or not positive where they are lengths.
    """
    points, _ = outlines()
    shapes, values = np.asarray(shapes), np.asarray(values, np.float64)
    bends = np.zeros((len(shapes), 4)) if wobble is None else np.asarray(wobble, np.float64)
    if values.shape != (len(shapes), len(FACTORS)) or bends.shape != (len(shapes), 4):
        raise DatasetError(
            f"A digit is drawn from {len(FACTORS)} factors and 4 numbers of wobble. "
            f"Received: {values.shape} and {bends.shape} for {len(shapes)} digits."
        )
    if not np.isfinite(values).all() or (len(values) and (values[:, 1:4] <= 0).any()):
        raise DatasetError(
            "Width, size and thickness of a drawn digit are above 0, and all factors are numbers."
        )
    images = np.empty((len(shapes), SIDE, SIDE), np.uint8)
    for start in range(0, len(shapes), CHUNK):
        part = slice(start, start + CHUNK)
        images[part] = _inked(_placed(points[shapes[part]], values[part], bends[part]), values[part, 3])
    return images


def _placed(points: np.ndarray, values: np.ndarray, bends: np.ndarray) -> np.ndarray:
    """Points of height 1 around the origin → in pixels of the image, `(n, points, 2)`."""
    slant, width, size, _, to_right, down = (value[:, None] for value in values.T)
    across, along, turn_x, turn_y = (bend[:, None] for bend in bends.T)
    x, y = points[..., 0], points[..., 1]
    # A bend of the whole plane, not of a stroke: strokes that meet still do.
    x, y = (
        x + across * np.sin(2 * np.pi * (0.7 * y + turn_x)),
        y + along * np.sin(2 * np.pi * (0.7 * x + turn_y)),
    )
    x = x * width - y * np.tan(np.radians(slant))  # y points down: the upper end goes to the right
    centre = (SIDE - 1) / 2
    return np.stack([centre + to_right + size * x, centre + down + size * y], axis=-1)


def _inked(points: np.ndarray, thickness: np.ndarray) -> np.ndarray:
    """A pen of this diameter `(n,)` led over points `(n, points, 2)` in pixels: uint8 `(n, 28, 28)`."""
    grid = np.arange(SIDE, dtype=np.float32) * FINE
    fine = np.rint(points * FINE).astype(np.float32)
    dx = np.square(grid - fine[:, :, None, 0])  # (n, points, 28): a whole number below 2²⁴, exact in float32
    dy = np.square(grid - fine[:, :, None, 1])
    nearest = np.full((len(points), SIDE, SIDE), np.float32(2**23))
    distance = np.empty_like(nearest)
    for point in range(points.shape[1]):
        np.add(dy[:, point, :, None], dx[:, point, None, :], out=distance)
        np.minimum(nearest, distance, out=nearest)
    reach = np.rint((thickness / 2 + 0.5) * FINE).astype(np.float32)[:, None, None]
    ink = (reach - np.sqrt(nearest)) * np.float32(255 / FINE)
    return np.rint(np.clip(ink, 0, 255)).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Drawn:
    """Digits with what made them, in one order: `images` uint8 (n, 28, 28), `labels` uint8 (n,), and the factors'
    `values` float64 (n, k) in the order of `FACTORS`."""

    images: np.ndarray
    labels: np.ndarray
    values: np.ndarray


def made(seed: int, count: int) -> Drawn:
    """`count` digits, drawn by a seed: digit, shape, factors and wobble evenly and independently."""
    rng = np.random.default_rng(seed)
    _, digits = outlines()
    labels = rng.integers(10, size=count).astype(np.uint8)
    first = np.searchsorted(digits, np.arange(10))
    known = np.bincount(digits, minlength=10)
    shapes = first[labels] + np.floor(rng.uniform(size=count) * known[labels]).astype(int)
    low, high = (np.asarray([getattr(factor, end) for factor in FACTORS]) for end in ("low", "high"))
    values = low + (high - low) * rng.uniform(size=(count, len(FACTORS)))
    # Sums of even draws instead of a Gaussian's logarithms: the same bits on every machine.
    bends = WOBBLE * 2 * (rng.uniform(size=(count, 2, 3)).sum(axis=-1) - 1.5)
    wobble = np.concatenate([bends, rng.uniform(size=(count, 2))], axis=1)
    return Drawn(draw(shapes, values, wobble), labels, values)


@functools.cache
def known() -> Drawn:
    """The test images of the data set `factors`, with what made each; read-only."""
    drawn = made(SEED + 1, TEST)
    for array in (drawn.images, drawn.labels, drawn.values):
        array.setflags(write=False)
    return drawn


@functools.cache
def make_digits() -> Arrays:
    """x_train, y_train, x_test, y_test: images uint8 (n, 28, 28), labels uint8 (n,); made once a process."""
    train, test = made(SEED, TRAIN), known()
    return train.images, train.labels, test.images, test.labels
