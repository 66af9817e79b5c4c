"""Digits drawn by made-up people: each has habits (which form of a digit, slant, width) and a shaky hand."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

Strokes = list[np.ndarray]


def arc(cx, cy, rx, ry, start, stop):
    angles = np.radians(np.linspace(start, stop, 16))
    return [(cx + rx * np.cos(angle), cy + ry * np.sin(angle)) for angle in angles]


# Each digit's forms, in a box of 1 × 1, y downwards: strokes as lists of points.
FORMS: dict[int, list[list[list[tuple[float, float]]]]] = {
    0: [[arc(0.5, 0.5, 0.33, 0.5, -80, 285)], [arc(0.5, 0.5, 0.25, 0.5, -110, 240)]],
    1: [[[(0.5, 0), (0.48, 1)]], [[(0.35, 0.2), (0.52, 0), (0.5, 1)]]],
    2: [
        [[*arc(0.5, 0.27, 0.3, 0.27, 190, 380), (0.2, 1), (0.82, 0.97)]],
        [[*arc(0.48, 0.27, 0.28, 0.27, 195, 390), (0.3, 0.9), (0.2, 0.8), (0.4, 0.85), (0.85, 0.95)]],
    ],
    3: [
        [arc(0.45, 0.25, 0.28, 0.25, 200, 440) + arc(0.45, 0.74, 0.32, 0.26, -85, 150)],
        [[(0.2, 0.02), (0.75, 0.02), (0.45, 0.38), *arc(0.42, 0.68, 0.34, 0.31, -80, 145)]],
    ],
    4: [
        [[(0.3, 0), (0.2, 0.55), (0.85, 0.55)], [(0.65, 0.1), (0.62, 1)]],
        [[(0.58, 1), (0.64, 0), (0.12, 0.6), (0.86, 0.6)]],
    ],
    5: [
        [[(0.8, 0.02), (0.3, 0.02), (0.25, 0.42), *arc(0.45, 0.68, 0.33, 0.3, -110, 140)]],
        [[(0.32, 0.04), (0.26, 0.43), *arc(0.43, 0.69, 0.36, 0.31, -115, 145)], [(0.3, 0.02), (0.82, 0)]],
    ],
    6: [
        [[(0.65, 0), (0.35, 0.4), *arc(0.48, 0.73, 0.26, 0.27, 190, 540)]],
        [[(0.5, 0), (0.28, 0.4), *arc(0.5, 0.74, 0.26, 0.26, 180, -170)]],
    ],
    7: [
        [[(0.15, 0.02), (0.82, 0.02), (0.4, 1)], [(0.35, 0.5), (0.75, 0.48)]],
        [[(0.15, 0.15), (0.17, 0.03), (0.82, 0.02), (0.42, 1)]],
    ],
    8: [[arc(0.5, 0.25, 0.24, 0.25, 90, 440) + arc(0.5, 0.75, 0.29, 0.25, -90, 270)]],
    9: [
        [[*arc(0.48, 0.28, 0.27, 0.28, -10, -350), (0.74, 0.3), (0.7, 1)]],
        [[*arc(0.48, 0.28, 0.27, 0.28, -20, -350), (0.76, 0.6), (0.65, 0.92), (0.3, 0.97)]],
    ],
}


class Person:
    """Draws digits in one hand: `strokes(digit)` are points in a box of about 1 × 1 around 0."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng([seed, 54])
        self.form = {digit: int(self.random.integers(len(forms))) for digit, forms in FORMS.items()}
        self.slant, self.width = self.random.normal(0.04, 0.12), self.random.uniform(0.75, 1.15)
        self.shake = self.random.uniform(0.01, 0.035)

    def strokes(self, digit: int) -> Strokes:
        drawn = []
        for points in FORMS[digit][self.form[digit]]:
            line = np.array(points, float)
            knots = np.linspace(0, len(line) - 1, 5)
            shake = [np.interp(range(len(line)), knots, self.random.normal(0, self.shake, 5)) for _ in "xy"]
            drawn.append(line + np.stack(shake, 1) - 0.5)
        slant = self.slant + self.random.normal(0, 0.04)
        return [line @ np.array([[self.width, 0], [-slant, 1]]) for line in drawn]


def placed(strokes: Strokes, height: float, left: float, top: float) -> Strokes:
    """Strokes that reach from the given corner downwards by `height` pixels."""
    points = np.concatenate(strokes)
    first = points.min(axis=0)
    scale = height / float(np.ptp(points[:, 1]))
    return [(line - first) * scale + (left, top) for line in strokes]


def extent(strokes: Strokes) -> tuple[float, float]:
    """Width and height of strokes."""
    points = np.concatenate(strokes)
    return float(np.ptp(points[:, 0])), float(np.ptp(points[:, 1]))


def sheet(strokes: Strokes, size: tuple[int, int], pen: float, *, smooth: bool = True) -> np.ndarray:
    """Black lines on white, uint8 of `size` (h, w): round ones of a width of `pen` pixels, or bare pixels."""
    fine = 4 if smooth else 1
    picture = Image.new("L", (size[1] * fine, size[0] * fine), 255)
    draw = ImageDraw.Draw(picture)
    width = max(1, round(pen * fine))
    for line in strokes:
        points = [(x * fine, y * fine) for x, y in line]
        draw.line(points, fill=0, width=width, joint="curve")
        for x, y in points if smooth else []:
            draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=0)
    return np.asarray(picture.resize((size[1], size[0]), Image.Resampling.BOX))


def small_drawing(person: Person, digit: int) -> np.ndarray:
    """A digit of thin black lines on 28 × 28, off-centre, now and then over the border. uint8."""
    random = person.random
    strokes = placed(person.strokes(digit), random.uniform(11, 23), 0, 0)
    room = 28 - np.array(extent(strokes))
    # One in five is free to leave the sheet, by at most a twelfth of its size.
    beyond = 28 / 12 if random.random() < 0.2 else 0.0
    left, top = (float(random.uniform(-beyond, max(free, 0) + beyond)) for free in room)
    corner = np.array([left, top])
    return sheet(
        [line + corner for line in strokes], (28, 28), random.uniform(0.9, 1.3), smooth=random.random() < 0.6
    )
