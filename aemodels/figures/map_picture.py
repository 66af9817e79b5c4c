"""The map as one small picture: what is seen of it before a chart can draw, and where a chart would be too much."""

import io

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError
from aemodels.figures.palette import DIGITS, class_colour

OPACITY = 190
"""Of a dot, of 255: as in a chart, what lies below still shows."""

MOST_SIDE = 2000


def map_picture(
    places: NDArray,
    labels: NDArray,
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    side: int = 1000,
    dot: int = 5,
) -> bytes:
    """Codes (n, 2) with labels (n,) as dots in the colours of their classes: a transparent PNG.

    It covers x and y, (low, high) each, low at the left and at the bottom, with as many pixels a unit in both; the
    longer of the two has `side` pixels. A dot is a disc of `dot` pixels, and lies where the chart's would; what
    lies outside is left out. Raises ConfigError for codes and labels that do not fit, and for an empty range.
    """
    from PIL import Image

    codes, classes = np.asarray(places, np.float64), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2 or classes.shape != (len(codes),):
        raise ConfigError(
            "A picture of the map needs codes of two numbers, (n, 2), with one label each, (n,);"
            f" received {codes.shape} and {classes.shape}."
        )
    spans = (x[1] - x[0], y[1] - y[0])
    if not (np.isfinite(spans).all() and min(spans) > 0 and 1 <= dot < side <= MOST_SIDE):
        raise ConfigError(f"A picture of the map covers ranges from low to high; received {x} and {y}.")
    scale = side / max(spans)
    width, height = (max(1, round(span * scale)) for span in spans)
    # Indices into a palette, one byte a pixel: a fifth of the size of four channels.
    canvas = np.zeros((height + 2 * dot, width + 2 * dot), np.uint8)
    column = np.floor((codes[:, 0] - x[0]) * scale)
    row = np.floor((y[1] - codes[:, 1]) * scale)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    down, across = row[inside].astype(int) + dot, column[inside].astype(int) + dot
    ink = (classes[inside] % len(DIGITS) + 1).astype(np.uint8)
    middle = (dot - 1) / 2
    for index in np.ndindex(dot, dot):
        step = np.asarray(index) - middle
        if np.hypot(*step) <= dot / 2:
            canvas[down + round(step[0]), across + round(step[1])] = ink
    image = Image.fromarray(canvas[dot:-dot, dot:-dot], "P")
    colours = [bytes.fromhex(class_colour(index)[1:]) for index in range(len(DIGITS))]
    image.putpalette(b"\0\0\0" + b"".join(colours))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", transparency=bytes([0, *[OPACITY] * len(DIGITS)]))
    return buffer.getvalue()
