"""How a code moves while one factor of the image does: a way over the plane, or a curve for each of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from aemodels.errors import ConfigError
from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

NAMED: Final = 5  # curves with a colour and a name: those that move most


def factor_path(
    codes: ArrayLike, others: ArrayLike, at: int, *, theme: Theme | None = None, revision: str = "factor_path"
) -> go.Figure:
    """Codes `(n, 2)` of an image whose factor rises, as a line with its place `at` now, among `others` `(m, 2)`."""
    from plotly import graph_objects as go

    way, around = _codes(codes, 2), np.asarray(others, np.float64)
    colours = palette(theme)
    plain = axis(colours, fixedrange=True)
    figure = go.Figure(
        layout={
            "xaxis": {**plain, "title": {"text": "z₁"}},
            "yaxis": {**plain, "title": {"text": "z₂"}},
            **ground(colours),
            "showlegend": False,
            "uirevision": revision,
        }
    )
    figure.add_trace(
        go.Scatter(
            x=around[:, 0],
            y=around[:, 1],
            mode="markers",
            marker={"color": colours.muted, "size": 3, "opacity": 0.35},
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=way[:, 0],
            y=way[:, 1],
            mode="lines+markers",
            line={"color": colours.code, "width": 2, "shape": "spline"},
            marker={"size": 5},
            hoverinfo="skip",
        )
    )
    # The ends are told apart by their shape: the factor rises from the ring to the arrow.
    for place, symbol in ((0, "circle-open"), (len(way) - 1, "triangle-up")):
        figure.add_trace(
            go.Scatter(
                x=[way[place, 0]],
                y=[way[place, 1]],
                mode="markers",
                marker={
                    "color": colours.code,
                    "size": 11,
                    "symbol": symbol,
                    "line": {"width": 2, "color": colours.code},
                },
                hovertemplate=("lowest" if not place else "highest") + "<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[way[at, 0]],
            y=[way[at, 1]],
            mode="markers",
            marker={"color": colours.output, "size": 14, "line": {"color": "#ffffff", "width": 2}},
            hovertemplate="%{x:.2f}, %{y:.2f}<extra></extra>",
        )
    )
    return figure


def factor_curves(
    values: ArrayLike,
    codes: ArrayLike,
    numbers: ArrayLike,
    at: int,
    *,
    title: str,
    theme: Theme | None = None,
    revision: str = "factor_curves",
) -> go.Figure:
    """Codes `(n, d)` over the factor's values `(n,)`: a curve for each column, the present value an upright line.

    `numbers` `(d,)`: which numbers of the code the columns are, counted from 0. The `NAMED` that move most have a
    colour and a name, the others are grey. `title`: the factor and its unit.
    """
    from plotly import graph_objects as go

    x = np.asarray(values, np.float64)
    curves, which = _codes(codes, None), np.asarray(numbers)
    if curves.shape != (len(x), len(which)):
        raise ConfigError(f"A curve needs {len(x)} codes of {len(which)} numbers; received {curves.shape}.")
    colours = palette(theme)
    figure = go.Figure(
        layout={
            "xaxis": axis(colours, title={"text": title}, fixedrange=True, range=[x[0], x[-1]]),
            "yaxis": axis(colours, title={"text": "number of the code"}, fixedrange=True),
            **ground(colours, right=0),
            "legend": {"orientation": "v", "x": 1.01, "y": 1, "font": {"size": 11}},
            "hovermode": "x unified",
            "uirevision": revision,
        }
    )
    movers = np.argsort(-np.ptp(curves, axis=0), kind="stable")
    named = {int(column): place for place, column in enumerate(movers[:NAMED])}
    for column in movers[::-1]:  # those that move most are drawn last, above the others
        place = named.get(int(column))
        figure.add_trace(
            go.Scatter(
                x=x,
                y=curves[:, column],
                mode="lines",
                name=f"z{which[column] + 1}",
                line={
                    "color": colours.line if place is None else class_colour(place),
                    "width": 1 if place is None else 2.5,
                },
                showlegend=place is not None,
                legendrank=1000 if place is None else place,
                hoverinfo="skip" if place is None else None,
                hovertemplate=None if place is None else "%{y:.2f}",
            )
        )
    figure.add_vline(x=float(x[at]), line={"width": 1.5, "color": colours.output})
    return figure


def _codes(codes: ArrayLike, size: int | None) -> np.ndarray:
    array = np.asarray(codes, np.float64)
    if array.ndim != 2 or (size is not None and array.shape[1] != size) or not np.isfinite(array).all():
        raise ConfigError(f"A way of codes is (n, {size or 'd'}) finite numbers; received {array.shape}.")
    return array
