"""The decoder on a lattice over a two-dimensional code space, as one sprite: the map's hover preview.

A browser that has the sprite can show what the decoder would draw at any place without asking the server.
The geometry, which the browser's code repeats:

- Tile (row r, column c) covers the pixels [28 r, 28 r + 28) x [28 c, 28 c + 28) and is the decoded image of
  x = across[c], y = down[r]: the lines of the lattice, `across` from the smallest x, `down` from the largest y. The
  outermost lie exactly **on** the bounds. They are closer together where the codes are (`lines`), because there
  the image changes most: with as many tiles, the preview errs by a third to a fifth of what it does on even ones.
- A place (x, y) lies in the cell (r, c) with across[c] <= x <= across[c+1] and down[r] >= y >= down[r+1]. With
  s = (x - across[c]) / (across[c+1] - across[c]) and t = (down[r] - y) / (down[r] - down[r+1]) the preview is,
  pixel by pixel, (1-s)(1-t) tile(r, c) + s(1-t) tile(r, c+1) + (1-s)t tile(r+1, c) + s t tile(r+1, c+1).
  Outside the bounds there is none.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.config import is_finite_number
from aemodels.errors import ConfigError, StoreError

Bounds = tuple[float, float]
Extent = tuple[Bounds, Bounds]
Lines = list[float] | tuple[float, ...]

TILE = 28
MOST_TILES = 128
SIDES = (48, 60)
"""Tiles a side; the larger one is for a sharp map. A picture of so many goes to a browser in 1.1 and 1.5 MB."""
FINE = 0.03
LOOKED_AT = 1000
"""Codes at which an atlas is compared with the decoder."""
"""Columns or rows: a sprite of 3,584 x 3,584 pixels, the largest that is accepted from a file."""

CHUNK = 1024

BY_CODES = 0.5
"""The share of the lattice's lines that go where the codes are, the rest lie evenly. Of 0, 0.3, 0.5, 0.7 and 0.85
the one with the least error for places all over the map; at the codes themselves 0.85 would be a little better."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """image: uint8 (28 rows, 28 columns), 255 = full ink; x, y: (low, high) in units of the code.

    across, down: the x of each column and the y of each row, as `lines` gives them; None for even steps.
    """

    image: NDArray[np.uint8]
    columns: int
    rows: int
    x: Bounds
    y: Bounds
    across: Lines | None = None
    down: Lines | None = None

    def __post_init__(self) -> None:
        _check_size(self.columns, self.rows)
        for low, high in (self.x, self.y):
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ConfigError(
                    f"An atlas lies between two finite bounds, low < high; received {low}, {high}."
                )
        for given, count, begin, end in (
            (self.across, self.columns, *self.x),
            (self.down, self.rows, *self.y[::-1]),
        ):
            if given is not None and not are_lines(given, count, begin, end):
                raise ConfigError(
                    f"The lines of an atlas are {count} finite numbers in order, from {begin:g} to {end:g}."
                    " Make it again."
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

    @property
    def lattice(self) -> dict[str, object]:
        """Where the tiles lie, as a model's card keeps it, and `from_png` takes it."""
        known: dict[str, object] = {
            "columns": self.columns,
            "rows": self.rows,
            "x": list(self.x),
            "y": list(self.y),
        }
        if self.across is not None and self.down is not None:
            known |= {"across": list(self.across), "down": list(self.down)}
        return known

    def _lattice_coordinates(self, x: float, y: float) -> tuple[float, float]:
        across = np.linspace(*self.x, self.columns) if self.across is None else np.asarray(self.across)
        down = np.linspace(*self.y[::-1], self.rows) if self.down is None else np.asarray(self.down)
        u = np.interp(x, across, np.arange(self.columns))
        return float(u), float(np.interp(-y, -down, np.arange(self.rows)))

    def to_png(self) -> bytes:
        """The sprite as a grey PNG; the smallest that Pillow makes is 1 % smaller and takes four times as long."""
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(self.image).save(buffer, format="PNG", compress_level=6)
        return buffer.getvalue()

    @classmethod
    def from_png(
        cls,
        data: bytes,
        *,
        columns: int,
        rows: int,
        x: Bounds,
        y: Bounds,
        across: Lines | None = None,
        down: Lines | None = None,
    ) -> "Atlas":
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
        bounds = (float(x[0]), float(x[1])), (float(y[0]), float(y[1]))
        return cls(image, columns, rows, *bounds, across, down)


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


def are_lines(values: object, count: int, begin: float, end: float) -> bool:
    """Whether these are `count` finite numbers that go from `begin` to `end` without turning back or resting."""
    if not isinstance(values, list | tuple) or len(values) != count or not all(map(is_finite_number, values)):
        return False
    steps = np.diff(np.asarray(values, np.float64))
    return (
        values[0] == begin
        and values[-1] == end
        and bool((steps > 0).all() if begin < end else (steps < 0).all())
    )


def lines(values: NDArray, bounds: Bounds, count: int) -> list[float]:
    """`count` numbers from low to high, half of them where the values (n,) are, half at even steps.

    They divide the mean of two distributions into equal shares: that of the values within the bounds, and the even
    one. No step is longer than two even ones.
    """
    low, high = bounds
    inside = np.sort(values[(values >= low) & (values <= high)].astype(np.float64))
    grid = np.linspace(low, high, 64 * count)
    even = np.linspace(0.0, 1.0, len(grid))
    share = np.searchsorted(inside, grid, side="right") / len(inside) if len(inside) else even
    share[0], share[-1] = 0.0, 1.0
    mixed = BY_CODES * share + (1.0 - BY_CODES) * even
    found = np.interp(np.linspace(0.0, 1.0, count), mixed, grid)
    found[0], found[-1] = low, high
    return [float(line) for line in found]


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
    decode: Callable[[NDArray], NDArray],
    extent: Extent,
    columns: int = 48,
    rows: int = 48,
    *,
    around: NDArray | None = None,
) -> Atlas:
    """Decode the lattice: `decode` gives images (n, 28, 28, 1) in [0, 1] for codes (n, 2).

    `around`: the codes (m, 2) that the map shows; the lattice is finer where they are. Without them it is even.

    With 48 x 48 tiles and the test set's codes the blend is 0.004 from the exact image at those codes (mean
    absolute over the pixels, mean of 2,000 codes), for 2-D VAEs of digits and of clothes, and 0.030 at the worst.
    """
    _check_size(columns, rows)
    across = down = None
    codes = lattice(extent, columns, rows)
    if around is not None:
        across, down = lines(around[:, 0], extent[0], columns), lines(around[:, 1], extent[1], rows)[::-1]
        codes = _grid(np.asarray(across), np.asarray(down))
    tiles = np.concatenate([_bytes(decode(codes[at : at + CHUNK])) for at in range(0, len(codes), CHUNK)])
    image = (
        tiles.reshape(rows, columns, TILE, TILE).transpose(0, 2, 1, 3).reshape(rows * TILE, columns * TILE)
    )
    return Atlas(np.ascontiguousarray(image), columns, rows, *extent, across, down)


def make_fine_atlas(decode: Callable[[NDArray], NDArray], codes: NDArray) -> Atlas:
    """The atlas of a map of these codes (m, 2), with as many tiles as it needs, of `SIDES`.

    The smallest one whose `error` is at most `FINE`, or the largest: a map that is sharp changes within a tile.
    """
    made = None
    for side in SIDES:
        made = make_atlas(decode, extent(codes), side, side, around=codes)
        if error(made, decode, codes[:LOOKED_AT]) <= FINE:
            break
    assert made is not None
    return made


def error(atlas: Atlas, decode: Callable[[NDArray], NDArray], codes: NDArray) -> float:
    """How far the blend is from the exact image: mean absolute over the pixels, 99th percentile of these codes."""
    found = [(code, image) for code in codes if (image := atlas.sample(*code)) is not None]
    if not found:
        return 0.0
    inside, blended = (np.stack(values) for values in zip(*found, strict=True))
    return float(np.percentile(np.abs(decode(inside) - blended).mean((1, 2, 3)), 99))


def manifold(atlas: Atlas, count: int) -> NDArray[np.uint8]:
    """count x count images at even steps over the map, bounds included: uint8 (count * count, 28, 28)."""
    most = min(atlas.columns, atlas.rows)
    if not 2 <= count <= most:
        raise ConfigError(f"This atlas shows grids of 2 to {most} images a side; received {count}.")
    images = [
        atlas.sample(float(x), float(y))
        for y in np.linspace(*atlas.y[::-1], count)
        for x in np.linspace(*atlas.x, count)
    ]
    return np.stack([_bytes(image[None])[0] for image in images if image is not None])


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
