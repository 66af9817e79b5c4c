"""The ten digits as strokes of a pen, several shapes of each: data, and the way from them to equally spaced points.

A stroke is a kind and the places that it goes through, (x, y) with y downwards. A `line` has corners there, a
`curve` is the Catmull-Rom spline through them (Catmull and Rom, "A class of local interpolating splines", 1974);
one that ends where it began is closed. Only proportions count: a shape is brought to height 1 around the origin.
"""

from __future__ import annotations

import functools
from typing import Final, Literal

import numpy as np

Stroke = tuple[Literal["line", "curve"], tuple[tuple[float, float], ...]]
Shape = tuple[Stroke, ...]

POINTS: Final = 96  # of a shape: at most half a pixel apart in the largest digit
STEPS: Final = 24  # of a spline between two of its places

SHAPES: Final[tuple[tuple[Shape, ...], ...]] = (
    (  # 0: round, and narrow like an egg
        (("curve", ((0.30, 0), (0.08, 0.17), (0, 0.5), (0.08, 0.84), (0.30, 1), (0.52, 0.84), (0.60, 0.5),
                    (0.52, 0.17), (0.30, 0))),),
        (("curve", ((0.34, 0), (0.12, 0.2), (0.02, 0.58), (0.08, 0.9), (0.22, 1), (0.40, 0.83), (0.50, 0.45),
                    (0.46, 0.12), (0.34, 0))),),
    ),
    (  # 1: a stroke, with a flag, with flag and foot
        (("line", ((0.3, 0), (0.3, 1))),),
        (("line", ((0.10, 0.24), (0.3, 0), (0.3, 1))),),
        (("line", ((0.12, 0.2), (0.3, 0), (0.3, 1))), ("line", ((0.10, 1), (0.5, 1)))),
    ),
    (  # 2: with a flat foot, with a loop
        (("curve", ((0.03, 0.24), (0.12, 0.06), (0.30, 0), (0.50, 0.09), (0.54, 0.29), (0.40, 0.57), (0.20, 0.8),
                    (0, 1))), ("line", ((0, 1), (0.58, 1)))),
        (("curve", ((0.06, 0.17), (0.24, 0), (0.44, 0.05), (0.50, 0.25), (0.40, 0.55), (0.22, 0.86), (0.08, 1),
                    (0, 0.9), (0.10, 0.8), (0.28, 0.88), (0.44, 0.98), (0.60, 0.9))),),
    ),
    (  # 3: round, with a flat roof
        (("curve", ((0.03, 0.14), (0.2, 0), (0.42, 0.06), (0.47, 0.22), (0.38, 0.4), (0.2, 0.46))),
         ("curve", ((0.2, 0.46), (0.42, 0.53), (0.53, 0.73), (0.42, 0.94), (0.2, 1), (0, 0.87)))),
        (("line", ((0.05, 0), (0.5, 0), (0.22, 0.4))),
         ("curve", ((0.22, 0.4), (0.42, 0.46), (0.53, 0.69), (0.42, 0.93), (0.2, 1), (0, 0.88)))),
    ),
    (  # 4: open above, closed
        (("line", ((0.10, 0), (0, 0.56), (0.55, 0.56))), ("line", ((0.44, 0.2), (0.38, 1)))),
        (("line", ((0.42, 1), (0.42, 0), (0, 0.68), (0.58, 0.68))),),
    ),
    (  # 5: with corners, in one sweep
        (("line", ((0.5, 0), (0.1, 0), (0.06, 0.44))),
         ("curve", ((0.06, 0.44), (0.28, 0.36), (0.5, 0.47), (0.53, 0.74), (0.37, 0.96), (0.15, 1), (0, 0.9)))),
        (("curve", ((0.54, 0.04), (0.34, 0), (0.14, 0.08), (0.08, 0.27), (0.22, 0.42), (0.44, 0.55), (0.5, 0.78),
                    (0.32, 0.98), (0.12, 0.99), (0, 0.88))),),
    ),
    (  # 6: a bow and a loop, a straighter one
        (("curve", ((0.44, 0), (0.22, 0.16), (0.06, 0.45), (0.02, 0.75), (0.15, 0.97), (0.35, 0.98), (0.49, 0.8),
                    (0.43, 0.6), (0.25, 0.53), (0.09, 0.63), (0.03, 0.8))),),
        (("curve", ((0.24, 0), (0.1, 0.3), (0, 0.64), (0.08, 0.94), (0.3, 0.99), (0.46, 0.84), (0.42, 0.66),
                    (0.24, 0.63), (0.04, 0.8))),),
    ),
    (  # 7: plain, with a bar, with a bent back
        (("line", ((0, 0), (0.52, 0), (0.18, 1))),),
        (("line", ((0, 0), (0.54, 0), (0.2, 1))), ("line", ((0.14, 0.5), (0.54, 0.5)))),
        (("line", ((0, 0.12), (0.04, 0), (0.5, 0.02))),
         ("curve", ((0.5, 0.02), (0.38, 0.3), (0.29, 0.6), (0.26, 1)))),
    ),
    (  # 8: two loops, drawn as an S and back
        (("curve", ((0.28, 0.47), (0.08, 0.32), (0.08, 0.12), (0.28, 0), (0.48, 0.12), (0.48, 0.32), (0.28, 0.47),
                    (0.05, 0.65), (0.04, 0.87), (0.28, 1), (0.52, 0.87), (0.51, 0.65), (0.28, 0.47))),),
        (("curve", ((0.48, 0.1), (0.3, 0), (0.1, 0.12), (0.14, 0.32), (0.38, 0.54), (0.5, 0.78), (0.3, 1),
                    (0.06, 0.82), (0.14, 0.58), (0.4, 0.32), (0.48, 0.1))),),
    ),
    (  # 9: a loop with a stem, with a bow
        (("curve", ((0.47, 0.18), (0.29, 0), (0.07, 0.11), (0.04, 0.34), (0.2, 0.5), (0.39, 0.41), (0.47, 0.18))),
         ("curve", ((0.47, 0.18), (0.47, 0.5), (0.40, 1)))),
        (("curve", ((0.49, 0.2), (0.31, 0), (0.08, 0.1), (0.03, 0.32), (0.18, 0.48), (0.38, 0.41), (0.49, 0.2),
                    (0.5, 0.55), (0.42, 0.85), (0.22, 1), (0.04, 0.92))),),
    ),
)  # fmt: skip
"""By digit, its shapes."""


@functools.cache
def outlines() -> tuple[np.ndarray, np.ndarray]:
    """All shapes as points: `(shapes, POINTS, 2)` float64, (x, y), of height 1 around the origin; and the digit
    that each of them is, `(shapes,)`. In the order of `SHAPES`, read-only."""
    shapes = [(digit, shape) for digit, known in enumerate(SHAPES) for shape in known]
    points = np.stack([_spaced(shape) for _, shape in shapes])
    low, high = points.min(axis=1, keepdims=True), points.max(axis=1, keepdims=True)
    points = (points - (low + high) / 2) / (high - low)[..., 1:]
    digits = np.asarray([digit for digit, _ in shapes], np.uint8)
    for array in (points, digits):
        array.setflags(write=False)
    return points, digits


def _spaced(shape: Shape) -> np.ndarray:
    """`POINTS` points on the strokes, each stroke given as many as its length deserves."""
    paths = [_path(*stroke) for stroke in shape]
    lengths = [float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum()) for path in paths]
    ends = np.rint(POINTS * np.cumsum(lengths) / sum(lengths)).astype(int)
    counts = np.diff(ends, prepend=0)
    return np.concatenate([_resampled(path, count) for path, count in zip(paths, counts, strict=True)])


def _resampled(path: np.ndarray, count: int) -> np.ndarray:
    """`count` points at equal distances along a path of many, its ends among them."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    at = np.linspace(0.0, along[-1], count)
    return np.stack([np.interp(at, along, path[:, axis]) for axis in (0, 1)], axis=1)


def _path(kind: str, places: tuple[tuple[float, float], ...]) -> np.ndarray:
    """The way of the pen as points close to each other: a line's corners, or a spline, finely."""
    knots = np.asarray(places, np.float64)
    if kind == "line":
        return knots
    closed = places[0] == places[-1]
    before = knots[-2] if closed else 2 * knots[0] - knots[1]
    after = knots[1] if closed else 2 * knots[-1] - knots[-2]
    p0, p1, p2, p3 = (
        part[:, None]
        for part in (np.vstack([before, knots[:-2]]), knots[:-1], knots[1:], np.vstack([knots[2:], after]))
    )
    t = np.linspace(0.0, 1.0, STEPS, endpoint=False)[None, :, None]
    spline = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.vstack([spline.reshape(-1, 2), knots[-1:]])
