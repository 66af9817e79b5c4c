"""The map: the codes of a test set as a scatter, one trace a class, with a few marks on top.

The order of the traces never changes: the classes, then `neighbours`, `kept`, `current` (empty where there is
nothing to mark). So a new mark changes small traces only.
A figure without a theme has colours that do for both and can be cached once for all visitors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ConfigError
from aemodels.figures.layout import ground
from aemodels.figures.palette import POINT_OPACITY, Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

LEGEND_ROW = 30
"""Pixels below the map that one row of its legend takes."""

MARKS = ("neighbours", "kept", "current")
"""Names of the traces after those of the classes."""

LEGEND = {
    "orientation": "h",
    "x": 0,
    "y": 0,
    "yanchor": "top",
    "itemsizing": "constant",
    "itemclick": "toggleothers",
    "itemdoubleclick": "toggle",
    "title": {"text": ""},
}
"""Below the points; a click shows one class alone, a double click switches one on or off."""


def latent_map(
    z: ArrayLike,
    labels: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    theme: Theme | None = None,
    current: ArrayLike | None = None,
    kept: ArrayLike | None = None,
    neighbours: ArrayLike | None = None,
    revision: str = "latent_map",
    legend: bool = True,
    webgl: bool = True,
) -> go.Figure:
    """Codes z (n, 2) with labels (n,) as a Plotly figure with equal axes, and no margin but the legend's row.

    Each point's `customdata` is its index in z, each trace's `meta` the label of its points.
    `current`: (2,), the code that is decoded just now, a violet dot. `kept`: (m, 2), joined in their order.
    `neighbours`: (m, 2), rings. `revision`: zoom and hidden classes survive as long as it is the same: give
    the model's name. `webgl=False` draws with SVG, for browsers without WebGL and for few points.
    A click in the legend shows one class alone, a double click switches one on or off.
    """
    from plotly import graph_objects as go

    codes = np.asarray(z, dtype=np.float32)
    classes = np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2 or classes.shape != (len(codes),):
        raise ConfigError(
            "The map shows codes of two numbers, (n, 2), with one label each, (n,);"
            f" received {codes.shape} and {classes.shape}."
        )
    scatter = go.Scattergl if webgl else go.Scatter
    traces = [
        scatter(
            **_points(codes, classes, int(label)),
            name=class_names[label] if class_names and label < len(class_names) else str(label),
        )
        for label in np.unique(classes)
    ]
    traces += marks(current=current, kept=kept, neighbours=neighbours, theme=theme, webgl=webgl)
    layout = {**_layout(codes, theme, revision), "showlegend": legend}
    if legend:
        # Kept free from the first: Plotly makes room in a second step, and with it the axes show something else.
        layout["margin"] = {**layout["margin"], "b": LEGEND_ROW}
    return go.Figure(data=traces, layout=layout)


def marks(
    *,
    current: ArrayLike | None = None,
    kept: ArrayLike | None = None,
    neighbours: ArrayLike | None = None,
    theme: Theme | None = None,
    webgl: bool = True,
) -> list[go.Scattergl | go.Scatter]:
    """The traces of `MARKS`, in that order, for `latent_map` or to put in the place of those in a copy of it.

    Drawn as the points are: Plotly lays its WebGL canvas over everything in SVG, which would hide the marks.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    ink = colours.text
    rim = {"width": 2, "color": colours.ground if theme else "#ffffff"}
    looks = {
        "neighbours": {
            "mode": "markers",
            "marker": {"symbol": "circle-open", "size": 10, "color": ink, "line": {"width": 2}},
        },
        "kept": {
            "mode": "lines+markers",
            "marker": {"size": 9, "color": ink, "line": rim},
            "line": {"width": 2, "color": ink, "dash": "dot"},
        },
        "current": {
            "mode": "markers",
            "marker": {"size": 13, "color": colours.code, "line": rim},
        },
    }
    places = {"current": current, "kept": kept, "neighbours": neighbours}
    scatter = go.Scattergl if webgl else go.Scatter
    return [
        scatter(**_axes(places[name]), **looks[name], name=name, showlegend=False, hoverinfo="skip")
        for name in MARKS
    ]


def _points(codes: NDArray, classes: NDArray, label: int) -> dict:
    rows = np.flatnonzero(classes == label)
    opaque = {"marker": {"opacity": POINT_OPACITY}}
    return {
        "x": codes[rows, 0],
        "y": codes[rows, 1],
        # One number a point: of a pair, the browser would report a typed array, which is no JSON list.
        "customdata": rows.astype(np.int32),
        "meta": label,
        "mode": "markers",
        "marker": {"color": class_colour(label), "size": 3.5, "opacity": POINT_OPACITY},
        # A selected point must not make all others pale: it is marked by a dot of its own.
        "selected": opaque,
        "unselected": opaque,
        # Events without a label: the preview of the image is what follows the cursor.
        "hoverinfo": "none",
    }


def _axes(places: ArrayLike | None) -> dict:
    points = np.zeros((0, 2)) if places is None else np.asarray(places, dtype=np.float64).reshape(-1, 2)
    return {"x": points[:, 0].tolist(), "y": points[:, 1].tolist()}


def _layout(codes: NDArray, theme: Theme | None, revision: str) -> dict:
    colours = palette(theme)
    axis = {
        "showticklabels": False,
        "ticks": "",
        "zeroline": False,
        "showline": False,
        "gridcolor": colours.grid,
        "gridwidth": 1,
        "title": None,
    }
    x, y = middle_range(codes[:, 0]), middle_range(codes[:, 1])
    return {
        "xaxis": {**axis, "range": x},
        "yaxis": {**axis, "range": y, "scaleanchor": "x", "scaleratio": 1},
        "dragmode": "pan",
        "hovermode": "closest",
        "hoverdistance": 6,
        "uirevision": revision,
        **ground(colours, right=0, top=0),
        "legend": LEGEND,
    }


def middle_range(values: NDArray) -> list[float]:
    """The middle 99.8 % of the codes and a margin: a few outliers must not make the map small."""
    if not len(values):
        return [-1.0, 1.0]
    low, high = np.percentile(values.astype(np.float64), (0.1, 99.9))
    margin = max(0.05 * (high - low), 1e-3)
    return [float(low - margin), float(high + margin)]
