"""Layers: a field over code space as a transparent picture that is laid under or over a map of either theme.

One pixel a node, row 0 at the top. The outermost nodes lie on the bounds of the field, so the picture as a
whole reaches half a step beyond them on every side.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError
from aemodels.figures.palette import BOTH, DIGITS, class_colour

Picture = NDArray[np.uint8]

HUES: dict[str, str] = {"density": BOTH.code, "holes": BOTH.noise, "stretch": BOTH.output}
"""The colour of each field that is a quantity: codes violet, trouble amber, images teal. For both themes."""

MOST_ALPHA = 0.7
"""The opacity of the highest values: the ground and the points of the map still show through."""

REGION_ALPHA = 0.28
"""The opacity of a region: less than half of the points', which have the same colours and must stand out."""

ROBUST = 98.0
"""The percentile from which on everything has full colour: a few extreme nodes would make the rest pale."""


@dataclass(frozen=True, eq=False)
class Layer:
    """image: uint8 RGBA (rows, columns, 4); low, high: the values that are transparent and of full colour."""

    image: Picture
    low: float
    high: float


def field_image(
    field: ArrayLike, *, low: float | None = None, high: float | None = None, colour: str = BOTH.code
) -> Layer:
    """A field (rows, columns) in one hue whose opacity grows evenly from `low` to `high`, clipped beyond.

    Without `low` the smallest value; without `high` the 98th percentile, or the largest value where the
    percentile is not above `low`. Give both to compare two fields. Not a number is transparent, and so is a
    field that is the same everywhere. `colour`: "#rrggbb", for the named fields that of `HUES`.
    Raises ConfigError for another shape, a range that is empty or not finite, and another colour.
    """
    values = np.asarray(field, dtype=np.float64)
    if values.ndim != 2 or not values.size:
        raise ConfigError(f"A layer is drawn of a field of shape (rows, columns); received {values.shape}.")
    low, high = _range(values[np.isfinite(values)], low, high)
    share = np.clip((values - low) / (high - low), 0.0, 1.0) if low < high else (values > high).astype(float)
    image = np.empty((*values.shape, 4), np.uint8)
    # The hue also where nothing is seen of it: enlarged smoothly, a black one would give a dark rim.
    image[..., :3] = _rgb(colour)
    image[..., 3] = np.rint(np.nan_to_num(share, nan=0.0) * MOST_ALPHA * 255)
    return Layer(image, low, high)


def regions_image(labels: NDArray) -> Picture:
    """Classes (rows, columns), whole numbers from 0, as RGBA (rows, columns, 4) in the colours of the digits.

    An eleventh class begins again with the first colour. Raises ConfigError for anything else.
    """
    classes = np.asarray(labels)
    if classes.ndim != 2 or not classes.size or not np.issubdtype(classes.dtype, np.integer):
        raise ConfigError(
            "Regions are drawn of whole numbers of shape (rows, columns);"
            f" received {classes.dtype} of shape {classes.shape}."
        )
    if classes.min() < 0:
        raise ConfigError(f"Classes are numbered from 0; received {classes.min()}.")
    colours = np.array([_rgb(class_colour(index)) for index in range(len(DIGITS))], np.uint8)
    image = np.empty((*classes.shape, 4), np.uint8)
    image[..., :3] = colours[classes % len(DIGITS)]
    image[..., 3] = round(REGION_ALPHA * 255)
    return image


def png(image: Picture) -> bytes:
    """An RGBA picture, uint8 (rows, columns, 4), as PNG. Raises ConfigError for anything else."""
    from PIL import Image

    pixels = np.asarray(image)
    if pixels.ndim != 3 or pixels.shape[-1] != 4 or 0 in pixels.shape or pixels.dtype != np.uint8:
        raise ConfigError(
            "The PNG of a layer is made of bytes of shape (rows, columns, 4);"
            f" received {pixels.dtype} of shape {pixels.shape}."
        )
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def _range(finite: NDArray[np.float64], low: float | None, high: float | None) -> tuple[float, float]:
    """The range as asked for, the rest from the values; low == high where there is nothing to tell apart."""
    given = [end for end in (low, high) if end is not None]
    if not np.isfinite(given).all() or (len(given) == 2 and given[0] >= given[1]):
        raise ConfigError(
            f"The range of a layer goes from a finite number to a higher one; received {given}."
        )
    values = finite if len(finite) else np.zeros(1)
    if high is not None:
        return min(float(values.min()), float(high)) if low is None else float(low), float(high)
    bottom = float(values.min()) if low is None else float(low)
    for top in (np.percentile(values, ROBUST), values.max()):
        if top > bottom:
            return bottom, float(top)
    return bottom, bottom


def _rgb(colour: str) -> tuple[int, int, int]:
    try:
        if len(colour) != 7 or colour[0] != "#":
            raise ValueError(colour)
        red, green, blue = bytes.fromhex(colour[1:])
    except ValueError as error:
        raise ConfigError(f'The colour of a layer is written "#rrggbb"; received "{colour}".') from error
    return red, green, blue
