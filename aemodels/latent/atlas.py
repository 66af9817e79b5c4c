"""The decoder on a lattice over a two-dimensional code space, as one sprite: the map's hover preview.

A browser that has the sprite can show what the decoder would draw at any place without asking the server.
The geometry, which the browser's code repeats:

- Tile (row r, column c) covers the pixels [28 r, 28 r + 28) x [28 c, 28 c + 28) and is the decoded image of
  x = x_low + c (x_high - x_low) / (columns - 1),  y = y_high - r (y_high - y_low) / (rows - 1):
  the outermost tiles lie exactly **on** the bounds, and tile row 0 has the largest y.
- A place (x, y) has the lattice coordinates u = (x - x_low) / (x_high - x_low) (columns - 1) and
  v = (y_high - y) / (y_high - y_low) (rows - 1). With c = min(floor(u), columns - 2), r = min(floor(v),
  rows - 2), s = u - c, t = v - r, the preview is, pixel by pixel, (1-s)(1-t) tile(r, c) + s(1-t) tile(r, c+1)
  + (1-s)t tile(r+1, c) + s t tile(r+1, c+1). Outside the bounds there is none.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError, StoreError

Bounds = tuple[float, float]
Extent = tuple[Bounds, Bounds]

TILE = 28
MOST_TILES = 128
"""Columns or rows: a sprite of 3,584 x 3,584 pixels, the largest that is accepted from a file."""

CHUNK = 1024


@dataclass(frozen=True, eq=False)
class Atlas:
    """image: uint8 (28 rows, 28 columns), 255 = full ink; x, y: (low, high) in units of the code."""

    image: NDArray[np.uint8]
    columns: int
    rows: int
    x: Bounds
    y: Bounds

    def __post_init__(self) -> None:
        _check_size(self.columns, self.rows)
        for low, high in (self.x, self.y):
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ConfigError(
                    f"An atlas lies between two finite bounds, low < high; received {low}, {high}."
                )
        if self.image.shape != (self.rows * TILE, self.columns * TILE) or self.image.dtype != np.uint8:
            raise StoreError(
                f"The atlas of {self.columns} x {self.rows} tiles is a grey image of {self.columns * TILE} x"
                f" {self.rows * TILE} pixels; received {self.image.shape[::-1]}. Make it again."
            )

    def tile(self, row: int, column: int) -> NDArray[np.uint8]:
        """The tile (28, 28), row 0 at the top."""
        return self.image[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]

    def contains(self, x: float, y: float) -> bool:
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def tile_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(row, column) of the tile nearest to a place; None outside the bounds."""
        if not self.contains(x, y):
            return None
        u, v = self._lattice_coordinates(x, y)
        return math.floor(v + 0.5), math.floor(u + 0.5)

    def sample(self, x: float, y: float) -> NDArray[np.float32] | None:
        """The preview at a place: (28, 28, 1) float32 in [0, 1]; None outside the bounds (or for NaN)."""
        if not self.contains(x, y):
            return None
        u, v = self._lattice_coordinates(x, y)
        column, row = min(math.floor(u), self.columns - 2), min(math.floor(v), self.rows - 2)
        right, below = u - column, v - row
        blend = (
            (1 - right) * (1 - below) * self.tile(row, column).astype(np.float64)
            + right * (1 - below) * self.tile(row, column + 1)
            + (1 - right) * below * self.tile(row + 1, column)
            + right * below * self.tile(row + 1, column + 1)
        )
        return (blend / 255.0).astype(np.float32)[..., None]

    def _lattice_coordinates(self, x: float, y: float) -> tuple[float, float]:
        u = (x - self.x[0]) / (self.x[1] - self.x[0]) * (self.columns - 1)
        v = (self.y[1] - y) / (self.y[1] - self.y[0]) * (self.rows - 1)
        return u, v

    def to_png(self) -> bytes:
        """The sprite as a grey PNG; the smallest that Pillow makes is 1 % smaller and takes four times as long."""
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(self.image).save(buffer, format="PNG", compress_level=6)
        return buffer.getvalue()

    @classmethod
    def from_png(cls, data: bytes, *, columns: int, rows: int, x: Bounds, y: Bounds) -> "Atlas":
        """The way back; where the tiles lie is not in the picture, but in the model's card.

        Raises StoreError for anything but a grey PNG of that many tiles, before its pixels are unpacked.
        """
        from PIL import Image, UnidentifiedImageError

        _check_size(columns, rows)
        try:
            with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
                if picture.mode != "L" or picture.size != (columns * TILE, rows * TILE):
                    raise StoreError(
                        f"An atlas of {columns} x {rows} tiles is a grey PNG of {columns * TILE} x"
                        f" {rows * TILE} pixels; received {picture.mode} of {picture.size}. Make it again."
                    )
                image = np.array(picture)
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
            raise StoreError(
                "The atlas is not a PNG that can be read. Make it again from the model."
            ) from error
        return cls(image, columns, rows, (float(x[0]), float(x[1])), (float(y[0]), float(y[1])))


def extent(codes: NDArray, *, percent: float = 99.8, margin: float = 0.08) -> Extent:
    """The square that an atlas should cover: codes (n, 2) -> ((x_low, x_high), (y_low, y_high)).

    In each dimension the middle `percent` of the codes (a single outlier would make all tiles coarse), the
    longer side for both (so that tiles are square where the map's axes are equal), and `margin` of that side
    added at each end.
    """
    if codes.ndim != 2 or codes.shape[1] != 2 or not len(codes):
        raise ConfigError(
            f"An atlas is drawn for codes of two numbers, shape (n, 2); received {codes.shape}."
        )
    if not np.isfinite(codes).all():
        raise ConfigError(
            "The codes are not finite numbers: the model's training has diverged. Train it again."
        )
    outside = (100.0 - percent) / 2.0
    low, high = np.percentile(codes.astype(np.float64), (outside, 100.0 - outside), axis=0)
    centre = (low + high) / 2
    side = float((high - low).max())
    # Codes that are (nearly) all the same still have a surrounding to look at.
    half = max(side * (0.5 + margin), 1e-3)
    (x, y) = centre
    return (float(x - half), float(x + half)), (float(y - half), float(y + half))


def lattice(extent: Extent, columns: int, rows: int) -> NDArray[np.float32]:
    """The codes of the tiles, row by row from the top left: (rows * columns, 2)."""
    (x_low, x_high), (y_low, y_high) = extent
    across, down = np.linspace(x_low, x_high, columns), np.linspace(y_high, y_low, rows)
    return _grid(across, down)


def prior_lattice(count: int) -> NDArray[np.float32]:
    """count x count codes at equal steps of **probability** under N(0, I): Kingma and Welling's figure 4.

    The quantiles (i + 1/2) / count of a normal distribution in each dimension, row 0 with the largest y:
    (count * count, 2).
    """
    from scipy.stats import norm

    quantiles = norm.ppf((np.arange(count) + 0.5) / count)
    return _grid(quantiles, quantiles[::-1])


def _grid(across: NDArray, down: NDArray) -> NDArray[np.float32]:
    x, y = np.meshgrid(across, down)
    return np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)


def make_atlas(
    decode: Callable[[NDArray], NDArray], extent: Extent, columns: int = 48, rows: int = 48
) -> Atlas:
    """Decode the lattice: `decode` gives images (n, 28, 28, 1) in [0, 1] for codes (n, 2).

    With 48 x 48 tiles the blend was 0.003 from the exact image of a 2-D VAE of digits (mean absolute, over
    1,000 test codes), 0.014 at the worst.
    """
    _check_size(columns, rows)
    codes = lattice(extent, columns, rows)
    tiles = np.concatenate([_bytes(decode(codes[at : at + CHUNK])) for at in range(0, len(codes), CHUNK)])
    image = (
        tiles.reshape(rows, columns, TILE, TILE).transpose(0, 2, 1, 3).reshape(rows * TILE, columns * TILE)
    )
    return Atlas(np.ascontiguousarray(image), columns, rows, *extent)


def manifold(atlas: Atlas, count: int) -> NDArray[np.uint8]:
    """count x count tiles evenly chosen, bounds included: (count * count, 28, 28), row by row."""
    most = min(atlas.columns, atlas.rows)
    if not 2 <= count <= most:
        raise ConfigError(f"This atlas shows grids of 2 to {most} images a side; received {count}.")
    down = np.round(np.linspace(0, atlas.rows - 1, count)).astype(int)
    across = np.round(np.linspace(0, atlas.columns - 1, count)).astype(int)
    return np.stack([atlas.tile(row, column) for row in down for column in across])


def _bytes(images: NDArray) -> NDArray[np.uint8]:
    images = np.asarray(images)
    if images.shape[1:] != (TILE, TILE, 1):
        raise ConfigError(
            f"An atlas is made of images of shape (n, 28, 28, 1); the decoder gave {images.shape}."
        )
    return np.rint(np.clip(np.nan_to_num(images[..., 0]), 0.0, 1.0) * 255.0).astype(np.uint8)


def _check_size(columns: int, rows: int) -> None:
    if not (2 <= columns <= MOST_TILES and 2 <= rows <= MOST_TILES):
        raise ConfigError(f"An atlas has 2 to {MOST_TILES} tiles a side; received {columns} x {rows}.")
