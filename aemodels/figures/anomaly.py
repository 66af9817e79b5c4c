"""Figures on telling strangers by their error: two distributions with a threshold, the ROC curve, models compared.

Known images are slate, strangers amber; the threshold is a dashed line, what a visitor gave a mark on the axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from aemodels.errors import ConfigError
from aemodels.figures.layout import LEGEND_ABOVE, axis, ground, words_at
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def edges(low: float, high: float, bins: int = 60) -> np.ndarray:
    """Edges of bins (bins + 1,) of equal ratio from `low` to `high`, both above 0: errors range over decades."""
    if not 0 < low < high:
        raise ConfigError(
            f"Bins of equal ratio go from a number above 0 to a larger one; got {low:g}, {high:g}."
        )
    return np.geomspace(low, high, bins + 1)


def error_histogram(
    edges: ArrayLike,
    known: ArrayLike,
    strangers: ArrayLike,
    *,
    names: tuple[str, str],
    threshold: float,
    title: str,
    mark: tuple[float, str] | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """Shares of known images and of strangers, (m - 1,) each, in bins between edges (m,), on a logarithmic axis.

    `names`: of the two groups. `threshold`: a dashed line. `mark`: a score and what it is called; one beyond the
    edges is put on the nearest. `title`: of the axis, with its unit.
    """
    from plotly import graph_objects as go

    at = np.asarray(edges, np.float64)
    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme, title, "share of images"))
    for name, shares, colour in zip(names, (known, strangers), (colours.input, colours.noise), strict=True):
        heights = np.asarray(shares, np.float64)
        if heights.shape != (len(at) - 1,):
            raise ConfigError(f"{len(at)} edges have {len(at) - 1} bins between them; got {heights.shape}.")
        figure.add_trace(
            go.Scatter(
                x=at.tolist(),
                y=[*heights.tolist(), 0.0],
                name=name,
                line={"color": colour, "width": 1.5, "shape": "hv"},
                fill="tozeroy",
                hovertemplate="%{y:.1%}",
            )
        )
    figure.add_vline(x=threshold, line={"width": 1.5, "color": colours.text, "dash": "dash"})
    words = {"y": 1, "xanchor": "left", "yanchor": "top", "font": {"color": colours.text}}
    figure.add_annotation(words_at(threshold, "alarm →", **words))
    if mark is not None:
        place = float(np.clip(mark[0], at[0], at[-1]))
        figure.add_trace(
            go.Scatter(
                x=[place],
                y=[0],
                name=mark[1],
                mode="markers",
                marker={"symbol": "triangle-up", "size": 15, "color": colours.code},
                cliponaxis=False,
                hovertemplate=f"{mark[0]:.4g}",
            )
        )
    figure.update_xaxes(type="log", range=np.log10(at[[0, -1]]).tolist(), dtick=1, tickformat="~g")
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    figure.update_layout(hovermode="x")
    return figure


def roc_curve(
    false_alarms: ArrayLike,
    found: ArrayLike,
    *,
    at: tuple[float, float],
    theme: Theme | None = None,
) -> go.Figure:
    """Strangers found against false alarms, (n,) each from 0 to 1; a dot at the threshold, guessing dotted."""
    from plotly import graph_objects as go

    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme, "known images that raise an alarm", "strangers found"))
    figure.add_trace(
        go.Scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            name="guessing",
            hoverinfo="skip",
            line={"color": colours.muted, "width": 1, "dash": "dot"},
        )
    )
    figure.add_trace(
        go.Scatter(
            x=np.asarray(false_alarms).tolist(),
            y=np.asarray(found).tolist(),
            mode="lines",
            name="this model",
            line={"color": colours.code, "width": 2.5},
            hovertemplate="%{y:.1%} found at %{x:.1%} false alarms<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[at[0]],
            y=[at[1]],
            mode="markers",
            name="threshold",
            marker={"size": 11, "color": colours.text},
            cliponaxis=False,
            hovertemplate="threshold: %{y:.1%} found at %{x:.1%} false alarms<extra></extra>",
        )
    )
    ends = {"range": [-0.01, 1.01], "tickformat": ".0%", "dtick": 0.25}
    figure.update_xaxes(**ends)
    figure.update_yaxes(**ends)
    figure.update_layout(showlegend=False, hovermode="closest")
    return figure


def quality_and_area(
    names: Sequence[str],
    psnr: ArrayLike,
    groups: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    chosen: str | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """Models as points: how well they draw what they know, psnr (n,) in dB, and how well they tell strangers.

    `groups`: by group of strangers, ROC areas (n,) and, for the label, the shares that pass (n,); one symbol a
    group. `chosen`: the model that is ringed.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme, "PSNR of known images (dB)", "ROC area"))
    sizes = [13 if name == chosen else 8 for name in names]
    for (group, (areas, shares)), colour, symbol in zip(
        groups.items(),
        (colours.noise, colours.output, colours.input),
        ("circle", "diamond", "square"),
        strict=False,
    ):
        figure.add_trace(
            go.Scatter(
                x=np.asarray(psnr).tolist(),
                y=np.asarray(areas).tolist(),
                mode="markers",
                name=group,
                customdata=[
                    [name, share] for name, share in zip(names, np.asarray(shares).tolist(), strict=True)
                ],
                marker={
                    "symbol": symbol,
                    "size": sizes,
                    "color": colour,
                    "line": {"width": [2 if name == chosen else 0 for name in names], "color": colours.text},
                },
                hovertemplate="%{customdata[0]}, %{x:.1f} dB: area %{y:.3f}, %{customdata[1]:.1%} pass",
            )
        )
    figure.update_yaxes(range=[0.45, 1.02])
    figure.update_layout(hovermode="closest")
    return figure


def areas_by_class(
    names: Sequence[str], areas: Mapping[str, ArrayLike], *, theme: Theme | None = None
) -> go.Figure:
    """ROC areas (classes,) of networks that never saw a class, by class; one kind of dots for each of `areas`."""
    from plotly import graph_objects as go

    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme, "the class that was left out", "ROC area"))
    for (title, values), colour, symbol in zip(
        areas.items(),
        (colours.code, colours.output, colours.noise),
        ("circle", "diamond", "square"),
        strict=False,
    ):
        figure.add_trace(
            go.Scatter(
                x=list(names),
                y=np.asarray(values).tolist(),
                mode="markers",
                name=title,
                marker={"size": 10, "color": colour, "symbol": symbol},
                hovertemplate="%{y:.3f}",
            )
        )
    figure.add_hline(y=0.5, line={"width": 1, "color": colours.muted, "dash": "dot"})
    figure.update_xaxes(type="category", tickangle=0)
    figure.update_layout(hovermode="x unified")
    return figure


def _layout(theme: Theme | None, x: str, y: str) -> dict[str, Any]:
    colours = palette(theme)
    plain = axis(colours)
    return {
        "xaxis": {**plain, "title": {"text": x}},
        "yaxis": {**plain, "title": {"text": y}},
        **ground(colours, right=16, top=24),
        # Above the plot: every corner of it may hold a curve.
        "legend": LEGEND_ABOVE,
        "showlegend": True,
        "uirevision": "anomaly",
    }
