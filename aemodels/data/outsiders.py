"""Images that are surely no digits, drawn by code: they need no data set, and anybody can check them by eye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 28
_FINE = 4  # drawn this many times larger and averaged: soft edges, like those of the digits

Image = NDArray[np.float32]


@dataclass(frozen=True)
class Outsider:
    """One drawn image: its name, what it is called in a sentence, and `draw()` -> (28, 28) float32 in [0, 1]."""

    name: str
    title: str
    draw: Callable[[], Image]


def drawn() -> Image:
    """All of `OUTSIDERS` as one batch (n, 28, 28, 1) float32 in [0, 1], in their order."""
    return np.stack([outsider.draw() for outsider in OUTSIDERS])[..., None]


def shapes(count: int, seed: int = 0) -> Image:
    """`count` random shapes (count, 28, 28, 1) float32 in [0, 1]: crosses, boxes, triangles, discs, combs, zigzags.

    They have strokes and ink as digits have, in the middle as digits are, and are none. The same for the same seed.
    """
    rng = np.random.default_rng(seed)
    kinds = (_cross, _box, _triangle, _disc, _comb, _zigzag)
    images = [kinds[index % len(kinds)](rng) for index in range(count)]
    return np.stack(images)[..., None] if images else np.zeros((0, SIDE, SIDE, 1), np.float32)


def _strokes(*lines: NDArray, width: float) -> Image:
    """Polylines, each (points, 2) in pixels as x, y, with round joints and full ink."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    sheet = Pictures.new("L", (SIDE * _FINE, SIDE * _FINE))
    pen = ImageDraw.Draw(sheet)
    radius = width * _FINE / 2
    for line in lines:
        points = [(float(x) * _FINE, float(y) * _FINE) for x, y in line]
        pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return _shrunk(np.asarray(sheet))


def _filled(corners: NDArray) -> Image:
    from PIL import Image as Pictures
    from PIL import ImageDraw

    sheet = Pictures.new("L", (SIDE * _FINE, SIDE * _FINE))
    ImageDraw.Draw(sheet).polygon([(float(x) * _FINE, float(y) * _FINE) for x, y in corners], fill=255)
    return _shrunk(np.asarray(sheet))


def _shrunk(pixels: NDArray) -> Image:
    blocks = pixels.reshape(SIDE, _FINE, SIDE, _FINE).astype(np.float32)
    return (blocks.mean(axis=(1, 3)) / 255).astype(np.float32)


def _turned(points: NDArray, rng: np.random.Generator, most: float = np.pi) -> NDArray:
    """Points around the origin, turned by a random angle and put near the middle of the image."""
    angle = rng.uniform(-most, most)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ turn.T + SIDE / 2 + rng.uniform(-2, 2, 2)


def _cross(rng: np.random.Generator) -> Image:
    reach, width = rng.uniform(6, 10), rng.uniform(2, 4)
    points = _turned(np.array([[-reach, 0], [reach, 0], [0, -reach], [0, reach]]), rng)
    return _strokes(points[:2], points[2:], width=width)


def _box(rng: np.random.Generator) -> Image:
    x, y, width = rng.uniform(5, 9), rng.uniform(5, 9), rng.uniform(2, 3.5)
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y], [-x, -y]])
    diagonal = _turned(np.concatenate([corners, [[x, y]]]), rng)  # crossed, so that it is no 0
    return _strokes(diagonal[:5], diagonal[[0, 2]], width=width)


def _triangle(rng: np.random.Generator) -> Image:
    reach = rng.uniform(7, 11)
    angles = np.array([0, 2, 4]) * np.pi / 3
    return _filled(_turned(reach * np.stack([np.cos(angles), np.sin(angles)], axis=1), rng))


def _disc(rng: np.random.Generator) -> Image:
    x, y = rng.uniform(4, 9), rng.uniform(4, 9)
    angles = np.linspace(0, 2 * np.pi, 40)
    return _filled(_turned(np.stack([x * np.cos(angles), y * np.sin(angles)], axis=1), rng))


def _comb(rng: np.random.Generator) -> Image:
    reach, width = rng.uniform(7, 10), rng.uniform(1.5, 2.5)
    teeth = np.linspace(-reach, reach, int(rng.integers(3, 5)))
    lines = [np.array([[tooth, -reach], [tooth, reach]]) for tooth in teeth]
    angle_and_place = _turned(np.concatenate(lines), rng)
    return _strokes(*np.split(angle_and_place, len(lines)), width=width)


def _zigzag(rng: np.random.Generator) -> Image:
    reach, height, width = rng.uniform(8, 11), rng.uniform(3, 7), rng.uniform(1.5, 3)
    x = np.linspace(-reach, reach, int(rng.integers(5, 8)))
    y = height * np.where(np.arange(len(x)) % 2, 1.0, -1.0)
    return _strokes(_turned(np.stack([x, y], axis=1), rng), width=width)


def _blob() -> Image:
    place = np.arange(SIDE) - (SIDE - 1) / 2
    bell = np.exp(-(place**2) / (2 * 4.0**2))
    return np.outer(bell, bell).astype(np.float32)


def _checks() -> Image:
    tile = np.arange(SIDE) // 4
    return ((tile[:, None] + tile) % 2).astype(np.float32)


def _line() -> Image:
    return _strokes(np.array([[5.0, 14.0], [23.0, 14.0]]), width=1.6)


def _plus() -> Image:
    return _strokes(np.array([[14.0, 5.0], [14.0, 23.0]]), np.array([[5.0, 14.0], [23.0, 14.0]]), width=3.0)


def _letter_a() -> Image:
    legs = np.array([[7.0, 23.0], [14.0, 5.0], [21.0, 23.0]])
    return _strokes(legs, np.array([[9.5, 17.0], [18.5, 17.0]]), width=2.6)


def _letter_x() -> Image:
    return _strokes(np.array([[7.0, 5.0], [21.0, 23.0]]), np.array([[21.0, 5.0], [7.0, 23.0]]), width=2.6)


def _noise() -> Image:
    return np.random.default_rng(0).random((SIDE, SIDE), dtype=np.float32)


OUTSIDERS: tuple[Outsider, ...] = (
    Outsider("black", "all black", lambda: np.zeros((SIDE, SIDE), np.float32)),
    Outsider("grey", "faint grey", lambda: np.full((SIDE, SIDE), 0.1, np.float32)),
    Outsider("line", "a thin line", _line),
    Outsider("blob", "a blurred blob", _blob),
    Outsider("plus", "a plus", _plus),
    Outsider("x", "a letter X", _letter_x),
    Outsider("a", "a letter A", _letter_a),
    Outsider("checks", "a chessboard", _checks),
    Outsider("noise", "noise", _noise),
)
