"""What layers give, as pictures: feature maps and weights as tiles, the units of a dense layer as squares.

A sheet is one picture with few colours: black for zero, the colour of the part of the network for what is positive,
orange for what is negative, brighter the further from zero. One scale holds for a whole sheet, so tiles on it can
be compared.
"""

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ImageError
from aemodels.figures.images import Bytes
from aemodels.figures.palette import SURPLUS

VIOLET = (196, 174, 255)
TEAL = (120, 240, 220)
"""RGB of the largest positive value in the encoder and in the decoder; light, because the ground is black."""
WHITE = (255, 255, 255)
NEGATIVE = SURPLUS

ZERO, STEPS = 128, 127
"""Index of the value 0 in a sheet, and the steps to either side of it. Index 0 is the gap between tiles."""

GAMMA = 0.85

SILENT = 0.01
"""A unit is (nearly) silent where all it gives is below this share of the layer's largest value."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Tiles side by side: `indices` uint8 (rows, columns of pixels), each the colour of a value.

    `columns` tiles in a row, each `tile` (rows, columns) of pixels, `gap` pixels between them. `reach` is the
    absolute value of full colour. `peaks` (tiles,): of each tile the value furthest from zero, with its sign.
    """

    indices: Bytes
    columns: int
    tile: tuple[int, int]
    gap: int
    reach: float
    peaks: NDArray[np.float32]

    @property
    def silent(self) -> int:
        """How many tiles show nothing, or nearly so."""
        return int((np.abs(self.peaks) <= SILENT * self.reach).sum())

    @property
    def signed(self) -> bool:
        """Whether anything on it is visibly negative."""
        return bool(
            (self.peaks < -SILENT * self.reach).any() or (self.indices[self.indices > 0] < ZERO - 1).any()
        )


def maps(values: ArrayLike, *, columns: int | None = None) -> Sheet:
    """Feature maps (rows, columns, filters) as a tile each, in their order."""
    array = np.asarray(values)
    if array.ndim != 3:
        raise ImageError(f"Feature maps have the shape (rows, columns, filters); received {array.shape}.")
    return tiles(array.transpose(2, 0, 1), columns=columns)


def squares(values: ArrayLike, *, columns: int | None = None) -> Sheet:
    """The units of a dense layer, (units,), as one pixel each, without gaps: 512 are 16 rows of 32."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ImageError(f"The units of one dense layer have the shape (units,); received {array.shape}.")
    return tiles(array[:, None, None], columns=columns, gap=0)


def tiles(
    values: ArrayLike, *, columns: int | None = None, gap: int = 1, reach: float | None = None
) -> Sheet:
    """Tiles (count, rows, columns) of any values in one sheet; what is not finite counts as zero.

    Full colour is the largest absolute value, or `reach` where that is given, and whatever lies beyond it.
    """
    array = np.nan_to_num(np.asarray(values, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if array.ndim != 3 or 0 in array.shape:
        raise ImageError(f"Tiles have the shape (count, rows, columns); received {array.shape}.")
    count, high, wide = array.shape
    across = wider(count) if columns is None else columns
    flat = array.reshape(count, -1)
    peaks = flat[np.arange(count), np.abs(flat).argmax(axis=1)]
    reach = float(np.abs(peaks).max()) if reach is None else reach
    shares = np.clip(array / max(reach, 1e-12), -1.0, 1.0)
    shades = np.rint(shares * STEPS).astype(np.int16) + ZERO
    rows = math.ceil(count / across)
    sheet = np.zeros((rows, high + gap, across, wide + gap), np.uint8)
    full = np.zeros((rows * across, high, wide), np.uint8)
    full[:count] = shades
    sheet[:, :high, :, :wide] = full.reshape(rows, across, high, wide).transpose(0, 2, 1, 3)
    picture = sheet.reshape(rows * (high + gap), across * (wide + gap))
    picture = picture[: picture.shape[0] - gap, : picture.shape[1] - gap]
    return Sheet(np.ascontiguousarray(picture), across, (high, wide), gap, reach, peaks)


def wider(count: int) -> int:
    """Columns of a sheet of `count` tiles: the least power of 2 that makes it at least as wide as high."""
    return min(count, int(2 ** math.ceil(math.log2(max(count, 1)) / 2)))


def colours(positive: tuple[int, int, int]) -> Bytes:
    """The 256 colours of a sheet, (256, 3): black at `ZERO`, `positive` at the top, orange at index 1.

    Brightness is the value to the power of `GAMMA`: what is weak is still seen.
    """
    strength = (np.arange(256) - ZERO) / STEPS
    ends = np.where(strength[:, None] > 0, np.array(positive), np.array(NEGATIVE))
    return np.rint(np.abs(np.clip(strength, -1, 1))[:, None] ** GAMMA * ends).astype(np.uint8)


def png(sheet: Sheet, positive: tuple[int, int, int] = VIOLET) -> bytes:
    """The sheet as a PNG with a palette, one byte a pixel before it is packed; gaps are transparent."""
    from PIL import Image

    image = Image.fromarray(sheet.indices, "P")
    image.putpalette(colours(positive).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", transparency=0, compress_level=6)
    return buffer.getvalue()
