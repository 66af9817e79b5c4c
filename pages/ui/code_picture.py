"""The code as a picture: two numbers as a place on the map, up to 128 as bars, feature maps as tiles.

Small SVGs and arrays, made from arrays only. Their colours are middle tones that read well on both themes.
"""

from __future__ import annotations

import html
from typing import Final

import numpy as np

from aemodels.figures.map_picture import map_picture
from aemodels.figures.palette import BOTH
from pages.ui import pictures

VIOLET: Final = BOTH.code
GREY: Final = BOTH.muted
FONT: Final = "font-family='system-ui,-apple-system,Segoe UI,DejaVu Sans,sans-serif'"


def bars(z: np.ndarray, *, width: int = 176, height: int = 132) -> str:
    """An SVG of one bar for each number of the code `z` (d,), zero in the middle, the scale written beside it."""
    values = np.nan_to_num(np.asarray(z, np.float64).ravel())
    reach = float(max(np.abs(values).max(initial=0.0), 1e-6))
    middle, room = height / 2, height / 2 - 12
    pitch = width / max(len(values), 1)
    thick = max(pitch - min(1.0, pitch / 4), 0.5)
    shapes = []
    for place, value in enumerate(values):
        long = abs(value) / reach * room
        top = middle - long if value > 0 else middle
        shapes.append(
            f"<rect x='{place * pitch:.2f}' y='{top:.1f}' width='{thick:.2f}' height='{max(long, 0.6):.1f}'"
            f" fill='{VIOLET}' fill-opacity='{1 if value > 0 else 0.6}'/>"
        )
    text = f"{FONT} font-size='10' fill='{GREY}'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'"
        f" viewBox='0 0 {width} {height}'>"
        f"<line x1='0' x2='{width}' y1='{middle}' y2='{middle}' stroke='{GREY}' stroke-opacity='0.5'/>"
        f"{''.join(shapes)}<text x='0' y='9' {text}>+{reach:.2g}</text>"
        f"<text x='0' y='{height - 2}' {text}>−{reach:.2g}</text></svg>"
    )


def map_bounds(codes: np.ndarray) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a map that shows all but the outermost codes (n, 2), square in z."""
    low, high = np.quantile(codes, [0.005, 0.995], axis=0)
    centre, half = (low + high) / 2, max(float((high - low).max()) / 2 * 1.08, 1e-6)
    return (
        float(centre[0] - half), float(centre[0] + half), float(centre[1] - half), float(centre[1] + half),
    )  # fmt: skip


def map_background(codes: np.ndarray, labels: np.ndarray, *, side: int = 352, most: int = 4000) -> str:
    """The codes (n, 2) as dots in their digits' colours: a transparent PNG of `side` pixels, as a data URI."""
    left, right, bottom, top = map_bounds(codes)
    picture = map_picture(codes[:most], labels[:most], (left, right), (bottom, top), side=side, dot=3)
    return pictures.uri(picture)


def place_on_map(
    z: np.ndarray, bounds: tuple[float, float, float, float], background: str, *, side: int = 176
) -> str:
    """An SVG of the map with the code `z` (2,) as a dot; a code beyond the map sits at its edge."""
    left, right, bottom, top = bounds
    x = float(np.clip((z[0] - left) / (right - left), 0.03, 0.97)) * side
    y = float(np.clip((top - z[1]) / (top - bottom), 0.03, 0.97)) * side
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{side}' height='{side}' viewBox='0 0 {side} {side}'>"
        f"<image href='{html.escape(background, quote=True)}' width='{side}' height='{side}'/>"
        f"<path d='M{x:.1f} 0V{side}M0 {y:.1f}H{side}' stroke='{VIOLET}' stroke-opacity='0.35'/>"
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='6' fill='{VIOLET}' stroke='#fff' stroke-width='2'/></svg>"
    )


def tiles(z: np.ndarray, shape: tuple[int, int, int], *, columns: int = 8) -> np.ndarray:
    """Feature maps (rows, columns, filters) side by side: uint8 RGB, violet on black, a dark line between them.

    All share one scale, black for nothing and the brightest for the strongest answer, whatever its sign.
    """
    high, wide, filters = shape
    maps = np.abs(np.nan_to_num(np.asarray(z, np.float64))).reshape(high, wide, filters)
    maps = maps / max(float(maps.max(initial=0.0)), 1e-6)
    rows = -(-filters // columns)
    sheet = np.zeros((rows * (high + 1) - 1, columns * (wide + 1) - 1))
    for place in range(filters):
        top, left = place // columns * (high + 1), place % columns * (wide + 1)
        sheet[top : top + high, left : left + wide] = 0.06 + 0.94 * maps[:, :, place]
    return np.rint(sheet[..., None] * np.array([216, 204, 255])).astype(np.uint8)
