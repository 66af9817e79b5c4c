"""A posterior as a picture: the Gaussian of each number of the code beside the one that would say nothing."""

from __future__ import annotations

import numpy as np

from pages.ui.code_picture import FONT, GREY, VIOLET


def gaussians(z_mean: np.ndarray, sigma: np.ndarray, *, width: int = 300, height: int = 132) -> str:
    """An SVG: for each number z_mean ± 2σ as a violet bar with a dot, and ±2σ of the prior as a grey band."""
    mean, spread = (np.nan_to_num(np.asarray(part, np.float64).ravel()) for part in (z_mean, sigma))
    reach = max(float((np.abs(mean) + 2 * spread).max(initial=0.0)), 2.4)
    left, room = 22, height / 2 - 8
    pitch = (width - left) / max(len(mean), 1)
    thick = min(max(pitch * 0.5, 1.0), 14.0)

    def y(value: float) -> float:
        return height / 2 - value / reach * room

    shapes = []
    for place, (middle, deviation) in enumerate(zip(mean, spread, strict=True)):
        x = left + (place + 0.5) * pitch
        top, bottom = y(middle + 2 * deviation), y(middle - 2 * deviation)
        shapes.append(
            f"<rect x='{x - thick / 2:.1f}' y='{top:.1f}' width='{thick:.1f}'"
            f" height='{max(bottom - top, 1.0):.1f}' rx='{min(thick / 2, 3):.1f}' fill='{VIOLET}'"
            f" fill-opacity='0.55'/><circle cx='{x:.1f}' cy='{y(middle):.1f}'"
            f" r='{min(max(thick / 3, 1), 3.5):.1f}' fill='{VIOLET}'/>"
        )
    text = f"{FONT} font-size='10' fill='{GREY}' text-anchor='end'"
    marks = "".join(
        f"<text x='{left - 5}' y='{y(at) + 3.5:.1f}' {text}>{sign}2</text>"
        for at, sign in ((2, "+"), (-2, "−"))
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'"
        f" viewBox='0 0 {width} {height}'><rect x='{left}' y='{y(2):.1f}' width='{width - left}'"
        f" height='{y(-2) - y(2):.1f}' fill='{GREY}' fill-opacity='0.16'/>"
        f"<line x1='{left}' x2='{width}' y1='{y(0)}' y2='{y(0)}' stroke='{GREY}' stroke-opacity='0.5'/>"
        f"{marks}{''.join(shapes)}</svg>"
    )
