"""What all Plotly figures have in common: no ground of their own, the page's quiet text, thin grid lines."""

from __future__ import annotations

import math
from typing import Any, Final

from aemodels.figures.palette import Palette

LEGEND_ABOVE: Final = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "y": 1.02,
    "yanchor": "bottom",
    "font": {"size": 11},
}

FEW_EPOCHS: Final = 12  # so many have a tick each


def ground(
    colours: Palette, *, left: int = 0, right: int = 8, top: int = 8, bottom: int = 0
) -> dict[str, Any]:
    """Part of a layout: transparent, with these margins in pixels; labels of axes make room for themselves."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "font": {"color": colours.muted, "size": 12},
    }


def axis(colours: Palette, **more: Any) -> dict[str, Any]:
    """An axis with a grid and without a line at zero; `more` are its other settings."""
    return {"gridcolor": colours.grid, "zeroline": False, "automargin": True, **more}


def words_at(value: float, text: str, **more: Any) -> dict[str, Any]:
    """An annotation at `value` of a logarithmic x axis: there a line takes the number, words its logarithm."""
    return {"x": math.log10(value), "yref": "paper", "text": text, "showarrow": False, **more}


def epoch_axis(colours: Palette, epochs: int) -> dict[str, Any]:
    """The axis of 1 to `epochs` epochs: whole numbers, each once."""
    few = {"dtick": 1} if epochs <= FEW_EPOCHS else {}
    return axis(colours, title={"text": "epoch"}, range=[1, max(epochs, 2)], tickformat="d", **few)
