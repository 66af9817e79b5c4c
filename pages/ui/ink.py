"""What the pad sends, checked: it comes from a browser and may be anything at all. No widgets here."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aemodels.errors import ImageError
from pages.ui.components.ink_pad import SIDE, Stroke

LARGEST_PICTURE: Final = 2_000_000  # characters of a PNG as data URI; a full pad has some thousand
MOST_STROKES: Final = 400
MOST_NUMBERS: Final = 60_000  # of all strokes together, three to a point
WIDEST: Final = 100.0  # pixels of a stroke
_PNG: Final = "data:image/png;base64,"


@dataclass(frozen=True, eq=False)
class Ink:
    """What was drawn: the pad as PNG (None where it is empty), and its strokes."""

    png: bytes | None = None
    strokes: tuple[Stroke, ...] = ()


def read(claimed: object) -> Ink | None:
    """What the pad has sent at the end of a stroke, or None where that is none of its messages.

    Raises ImageError where its picture is larger than any pad's, or no PNG.
    """
    if not isinstance(claimed, Mapping) or not isinstance(claimed.get("png"), str):
        return None
    return Ink(png(claimed["png"]), strokes(claimed.get("strokes")))


def png(claimed: str) -> bytes | None:
    """The pad's picture, None where it is empty. Raises ImageError as `read` does."""
    if not claimed:
        return None
    if len(claimed) > LARGEST_PICTURE or not claimed.startswith(_PNG):
        raise ImageError("The drawing cannot be read. Clear the pad and draw again.")
    return from_uri(claimed)


def grown(sent: bytes) -> bytes | None:
    """The same of what a browser sent while a stroke grows."""
    return png(sent.decode("ascii", errors="replace"))


def strokes(claimed: object) -> tuple[Stroke, ...]:
    """The strokes, if they are such; none where a single one is not, or where there are too many."""
    if not isinstance(claimed, list | tuple) or len(claimed) > MOST_STROKES:
        return ()
    found = tuple(_stroke(one) for one in claimed)
    if sum(len(one["points"]) for one in found if one) > MOST_NUMBERS:
        return ()
    return tuple(one for one in found if one) if all(found) else ()


def _stroke(claimed: object) -> Stroke | None:
    if not isinstance(claimed, Mapping):
        return None
    width, points = claimed.get("width"), claimed.get("points")
    if not _is_number(width) or not 0 < width <= WIDEST or not isinstance(points, list | tuple):
        return None
    if not points or len(points) % 3 or len(points) > MOST_NUMBERS or not all(map(_is_number, points)):
        return None
    if max(map(abs, points)) > 10 * SIDE:  # a pointer may leave the pad, but not by so much
        return None
    return Stroke(
        width=float(width), erase=claimed.get("erase") is True, points=[float(value) for value in points]
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def from_uri(claimed: str) -> bytes:
    """The bytes of a data URI. Raises ImageError where it is none."""
    try:
        return base64.b64decode(claimed.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageError("The picture did not arrive whole. Please send it again.") from error
