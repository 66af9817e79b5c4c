"""A training as plain pictures, for a file to take along: curves, map and reconstructions. No figure library."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from aemodels.figures.images import grid, to_uint8, upscale
from aemodels.figures.latent_map import middle_range
from aemodels.figures.map_picture import map_picture
from aemodels.figures.palette import PALETTES, class_colour

if TYPE_CHECKING:
    from PIL import Image

WIDE, HIGH = 960, 540
LEFT, RIGHT, TOP, BOTTOM = 80, 24, 56, 52
LIGHT: Final = PALETTES["light"]
SIDE: Final = 800
SCALE: Final = 3


def curves(history: Mapping[str, Sequence[float]]) -> bytes:
    """Training and validation loss by epoch as PNG, from columns `loss` and `val_loss`, in nats per image.

    Values that are not finite leave a gap.
    """
    from PIL import Image, ImageDraw

    losses = {name: np.asarray(history.get(name, ()), np.float64) for name in ("loss", "val_loss")}
    picture = Image.new("RGB", (WIDE, HIGH), LIGHT.ground)
    draw = ImageDraw.Draw(picture)
    count = max(map(len, losses.values()))
    values = np.concatenate([column[np.isfinite(column)] for column in losses.values()])
    ticks = _ticks(values.min(), values.max()) if len(values) else [0.0, 1.0]
    low, high = min(ticks[0], *values), max(ticks[-1], *values)

    def place(epoch: float, value: float) -> tuple[float, float]:
        across = (epoch - 1) / max(count - 1, 1)
        up = (value - low) / (high - low)
        return LEFT + across * (WIDE - LEFT - RIGHT), HIGH - BOTTOM - up * (HIGH - TOP - BOTTOM)

    for tick in ticks:
        _, y = place(1, tick)
        draw.line([(LEFT, y), (WIDE - RIGHT, y)], LIGHT.line)
        draw.text((LEFT - 10, y), f"{tick:g}", LIGHT.muted, _font(16), "rm")
    for epoch in _whole_ticks(count):
        x, _ = place(epoch, low)
        draw.text((x, HIGH - BOTTOM + 10), str(epoch), LIGHT.muted, _font(16), "mt")
    draw.text((WIDE / 2, HIGH - 8), "epoch", LIGHT.muted, _font(16), "mb")
    looks = (("loss", "training", LIGHT.code, LEFT), ("val_loss", "validation", LIGHT.output, LEFT + 140))
    for name, words, colour, x in looks:
        draw.line([(x, TOP / 2), (x + 24, TOP / 2)], colour, 4)
        draw.text((x + 32, TOP / 2), words, LIGHT.text, _font(16), "lm")
        for stretch in _finite_stretches(losses[name]):
            points = [place(epoch, value) for epoch, value in stretch]
            if len(points) > 1:
                draw.line(points, colour, 3, joint="curve")
            for x_here, y_here in points if len(losses[name]) < 30 else ():
                draw.ellipse((x_here - 4, y_here - 4, x_here + 4, y_here + 4), colour)
    draw.text((WIDE - RIGHT, TOP / 2), "loss, nats per image", LIGHT.muted, _font(16), "rm")
    return _png(picture)


def code_map(codes: np.ndarray, labels: np.ndarray) -> bytes:
    """Codes (n, 2) with labels (n,) in the colours of their classes as PNG, a legend below."""
    from PIL import Image, ImageDraw

    x, y = square(codes)
    dots = Image.open(io.BytesIO(map_picture(codes, labels, x, y, side=SIDE))).convert("RGBA")
    picture = Image.new("RGB", (SIDE, SIDE + 44), LIGHT.ground)
    picture.paste(dots, (0, 0), dots)
    draw = ImageDraw.Draw(picture)
    for place, label in enumerate(np.unique(labels)[:10]):
        at = 20 + 78 * place
        draw.ellipse((at, SIDE + 14, at + 14, SIDE + 28), class_colour(int(label)))
        draw.text((at + 22, SIDE + 21), str(int(label)), LIGHT.text, _font(16), "lm")
    return _png(picture)


def square(codes: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges of x and y of the same length that hold the middle of the codes (n, 2)."""
    finite = codes[np.isfinite(codes).all(axis=1)]
    ranges = [middle_range(finite[:, axis]) for axis in (0, 1)]
    half = max(high - low for low, high in ranges) / 2
    middles = [(low + high) / 2 for low, high in ranges]
    return (middles[0] - half, middles[0] + half), (middles[1] - half, middles[1] + half)


def sheet(*rows: np.ndarray) -> bytes:
    """Rows of images, (n, 28, 28) each, one row below the other, as PNG."""
    from PIL import Image

    tiles = np.concatenate([to_uint8(row) for row in rows])
    picture = grid(np.stack([upscale(tile, SCALE) for tile in tiles]), len(rows[0]), 4, 96)
    return _png(Image.fromarray(picture))


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _ticks(low: float, high: float) -> list[float]:
    """Four to eight round numbers that hold low and high."""
    span = max(high - low, 1e-9 * max(1.0, abs(high)), 1e-12)
    step = 10.0 ** math.floor(math.log10(span / 4))
    step *= next(factor for factor in (1, 2, 5, 10, 20) if span / (step * factor) <= 6)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * number, 12) for number in range(first, max(last, first + 1) + 1)]


def _whole_ticks(count: int) -> list[int]:
    step = max(1, math.ceil(count / 10))
    return list(range(1, count + 1, step))


def _finite_stretches(values: np.ndarray) -> list[list[tuple[int, float]]]:
    """(epoch, value) of each run of values without a gap."""
    stretches: list[list[tuple[int, float]]] = [[]]
    for epoch, value in enumerate(values, 1):
        if np.isfinite(value):
            stretches[-1].append((epoch, float(value)))
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()
