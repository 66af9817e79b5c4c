"""Codes of three numbers as a cloud that can be turned, one trace a class.

Marks are not in the figure: whoever shows it draws them over it, and it never changes. WebGL draws a line that is
half transparent the same on a light and on a dark ground, so the figure of a theme has the colours of that theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError
from aemodels.figures.latent_map import LEGEND, middle_range
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

MOST_POINTS = 4_000
"""Codes that are drawn: enough to see the shape, few enough to be turned without a graphics card."""

CAMERA = {"eye": {"x": 1.08, "y": -1.08, "z": 0.6}, "center": {"x": 0.0, "y": 0.0, "z": -0.12}}
"""Where one looks from at first and to, in units of the cube around the codes."""

OPACITY = 0.75


def latent_space(
    z: ArrayLike,
    labels: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    theme: Theme | None = None,
    revision: str = "latent_space",
    legend: bool = True,
) -> go.Figure:
    """Codes z (n, 3) with labels (n,) as a Plotly figure with equal axes and no margin.

    At most `MOST_POINTS` of them are drawn, taken evenly. Each point's `customdata` is its index in z, each trace's
    `meta` the label of its points. `revision`: camera and hidden classes survive as long as it is the same: give
    the model's name. A click in the legend shows one class alone, a double click switches one on or off.
    """
    from plotly import graph_objects as go

    codes, classes = np.asarray(z, dtype=np.float32), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 3 or classes.shape != (len(codes),):
        raise ConfigError(
            "The cloud shows codes of three numbers, (n, 3), with one label each, (n,);"
            f" received {codes.shape} and {classes.shape}."
        )
    drawn = evenly(len(codes))
    traces = [
        go.Scatter3d(
            **_points(codes, drawn[classes[drawn] == label], int(label)),
            name=class_names[label] if class_names and label < len(class_names) else str(label),
        )
        for label in np.unique(classes)
    ]
    layout = {**_layout(codes, theme, revision), "showlegend": legend}
    return go.Figure(data=traces, layout=layout)


def evenly(count: int, most: int = MOST_POINTS) -> NDArray[np.intp]:
    """The rows that are drawn of `count`: all, or `most` of them at even steps."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.intp)


def _points(codes: NDArray, rows: NDArray[np.intp], label: int) -> dict[str, Any]:
    return {
        **{name: codes[rows, place] for place, name in enumerate("xyz")},
        "customdata": rows.astype(np.int32),
        "meta": label,
        "mode": "markers",
        "marker": {
            "color": class_colour(label),
            "size": 2.6,
            "opacity": OPACITY,
            "line": {"width": 0},
        },
        "hovertemplate": "test image %{customdata}",
    }


def _layout(codes: NDArray, theme: Theme | None, revision: str) -> dict[str, Any]:
    colours = palette(theme)
    axes = {
        f"{name}axis": {
            "range": middle_range(codes[:, place]),
            "title": {"text": f"z{'₁₂₃'[place]}", "font": {"color": colours.muted, "size": 13}},
            "showbackground": False,
            "showticklabels": False,
            "ticks": "",
            "zeroline": False,
            "showspikes": False,
            "gridcolor": colours.line,
            "linecolor": colours.line,
            "nticks": 6,
        }
        for place, name in enumerate("xyz")
    }
    return {
        "scene": {
            **axes,
            "aspectmode": "data",
            "dragmode": "turntable",
            "camera": CAMERA,
            "uirevision": revision,
            "bgcolor": "rgba(0,0,0,0)",
        },
        "hoverlabel": {"font": {"size": 12}},
        "uirevision": revision,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "font": {"color": colours.muted, "size": 12},
        "legend": LEGEND,
    }
