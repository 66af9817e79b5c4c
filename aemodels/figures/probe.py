"""Accuracy by number of labels: a curve with its band for each way to describe the same images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError
from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Palette, Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

Role = Literal["code", "input", "output", "muted"]


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve: accuracies in [0, 1], mean, lowest and highest of several draws, (k,) each; and whose it is.

    One that is not `solid` is thinner, with open marks.
    """

    name: str
    role: Role
    mean: NDArray
    low: NDArray
    high: NDArray
    dash: str = "solid"


def accuracy_curves(
    sizes: NDArray, curves: Sequence[Curve], *, theme: Theme | None = None, revision: str = "accuracy_curves"
) -> go.Figure:
    """The curves over `sizes` (k,), numbers of labels, on a logarithmic axis; accuracies in per cent.

    The band behind a curve goes from its lowest to its highest draw.
    """
    from plotly import graph_objects as go

    if any(len(part) != len(sizes) for curve in curves for part in (curve.mean, curve.low, curve.high)):
        raise ConfigError(f"Each curve has one accuracy for each of the {len(sizes)} numbers of labels.")
    colours = palette(theme)
    figure = go.Figure(layout=_layout(colours, sizes, revision))
    x = [int(size) for size in sizes]
    for curve in curves:
        colour = _colour(curve.role, colours)
        low, high, mean = (
            100.0 * np.asarray(part, np.float64) for part in (curve.low, curve.high, curve.mean)
        )
        figure.add_trace(
            go.Scatter(
                x=x + x[::-1],
                y=[*high.tolist(), *low[::-1].tolist()],
                fill="toself",
                fillcolor=colour,
                opacity=0.16,
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
                legendgroup=curve.name,
            )
        )
        figure.add_trace(
            go.Scatter(
                x=x,
                y=mean.tolist(),
                name=curve.name,
                mode="lines+markers",
                line={
                    "color": colour,
                    "width": 2.5 if curve.dash == "solid" else 1.5,  # slate and grey are near each other
                    "dash": curve.dash,
                },
                marker={
                    "color": colour,
                    "size": 6,
                    "symbol": "circle" if curve.dash == "solid" else "circle-open",
                },
                legendgroup=curve.name,
                hovertemplate="%{y:.1f} %",
            )
        )
    return figure


def _colour(role: Role, colours: Palette) -> str:
    return str(getattr(colours, role))


def _layout(colours: Palette, sizes: NDArray, revision: str) -> dict:
    plain = axis(colours, fixedrange=True)
    return {
        "xaxis": {
            **plain,
            "title": {"text": "labels"},
            "type": "log",
            "tickvals": [int(size) for size in sizes],
            "ticktext": [f"{int(size):,}" for size in sizes],
        },
        "yaxis": {**plain, "title": {"text": "test accuracy, %"}},
        "hovermode": "x unified",
        "uirevision": revision,
        **ground(colours),
        # Inside, at the lower right: accuracy rises with labels, so that corner is free.
        "legend": {"x": 1, "xanchor": "right", "y": 0.02, "yanchor": "bottom", "font": {"size": 12}},
        "showlegend": True,
    }
