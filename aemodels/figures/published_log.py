"""The log of recipe R2 as curves: the tutorial's, the range of our seeds, and a run that is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def published_log(
    printed: Mapping[int, float],
    *,
    low: Sequence[float],
    high: Sequence[float],
    means: Mapping[str, Sequence[float]],
    run: Mapping[int, float] | None = None,
    level: float | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """Mean squared errors a pixel by step, on a logarithmic axis.

    `printed`: the tutorial's, by step; `low` and `high` of our seeds, and `means`, ours trained as a mean is,
    by the library whose ε they have, are at the same steps. `run`: a run so far, by step. `level`: that of the
    mean image.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    steps = list(printed)
    figure = go.Figure(
        layout={
            "xaxis": axis(colours, title={"text": "step"}, range=[0, max(steps)]),
            "yaxis": axis(colours, title={"text": "MSE of the batch"}, type="log"),
            "hovermode": "x unified",
            "uirevision": "published_log",
            **ground(colours),
            "legend": {"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top", "font": {"size": 11}},
            "showlegend": True,
        }
    )
    edge = {"color": colours.code, "width": 0.5}
    figure.add_trace(
        go.Scatter(x=steps, y=list(high), mode="lines", line=edge, showlegend=False, name="highest seed")
    )
    figure.add_trace(
        go.Scatter(
            x=steps,
            y=list(low),
            mode="lines",
            line=edge,
            fill="tonexty",
            fillcolor="rgba(139,92,246,0.30)",
            name="our seeds",
        )
    )
    for name, losses in means.items():
        figure.add_trace(
            go.Scatter(
                x=steps,
                y=list(losses),
                mode="lines",
                line={"color": colours.noise, "width": 1.25, "dash": "dot"},
                name=f"as a mean, {name}",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=steps,
            y=list(printed.values()),
            mode="lines+markers",
            line={"color": colours.input, "width": 2},
            name="tutorial",
        )
    )
    if run:
        figure.add_trace(
            go.Scatter(
                x=list(run),
                y=list(run.values()),
                mode="lines+markers",
                line={"color": colours.output, "width": 2.5},
                name="your run",
            )
        )
    if level is not None:
        figure.add_trace(
            go.Scatter(
                x=[0, max(steps)],
                y=[level, level],
                mode="lines",
                line={"width": 1.25, "color": colours.muted, "dash": "dash"},
                name="mean image",
            )
        )
    figure.update_traces(hovertemplate="%{y:.4f}")
    return figure
