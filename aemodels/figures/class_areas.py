"""The areas that classes take on a map: their ellipses over the codes, and bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from aemodels.figures.latent_map import latent_map
from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def map_of_areas(
    codes: ArrayLike,
    labels: ArrayLike,
    ellipses: ArrayLike,
    classes: Sequence[int],
    *,
    holes: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """Codes (n, 2) coloured by label (n,), with an ellipse (points, 2) for each of `classes`, and numbered
    `holes` (m, 2)."""
    from plotly import graph_objects as go

    colours = palette(theme)
    figure = latent_map(
        codes,
        labels,
        class_names=class_names,
        theme=theme,
        legend=False,
        webgl=False,
        revision="map_of_areas",
    )
    for label, ellipse in zip(classes, np.asarray(ellipses, np.float64), strict=True):
        figure.add_trace(
            go.Scatter(
                x=ellipse[:, 0],
                y=ellipse[:, 1],
                mode="lines",
                line={"color": class_colour(int(label)), "width": 2},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    if holes is not None and len(np.asarray(holes)):
        places = np.asarray(holes, np.float64)
        figure.add_trace(
            go.Scatter(
                x=places[:, 0],
                y=places[:, 1],
                mode="markers+text",
                text=[str(number) for number in range(1, len(places) + 1)],
                textfont={"size": 10, "color": colours.text},
                marker={
                    "symbol": "circle-open",
                    "size": 16,
                    "color": colours.text,
                    "line": {"width": 1.5},
                },
                hoverinfo="skip",
                showlegend=False,
            )
        )
    return figure


def area_bars(
    areas: ArrayLike,
    classes: Sequence[int],
    *,
    class_names: Sequence[str] | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """A bar for the area (k,) of each of `classes`, in σ² of the codes, the largest first."""
    from plotly import graph_objects as go

    values = np.asarray(areas, np.float64)
    order = np.argsort(-values, kind="stable")
    names = [
        class_names[classes[place]]
        if class_names and classes[place] < len(class_names)
        else str(classes[place])
        for place in order
    ]
    colours = palette(theme)
    return go.Figure(
        data=go.Bar(
            x=[float(values[place]) for place in order],
            y=names,
            orientation="h",
            marker={"color": [class_colour(int(classes[place])) for place in order]},
            hovertemplate="%{y}: %{x:.3f} σ²<extra></extra>",
        ),
        layout={
            "xaxis": axis(colours, title={"text": "area, σ²"}),
            "yaxis": {"automargin": True, "autorange": "reversed", "type": "category", "dtick": 1},
            "bargap": 0.25,
            "uirevision": "area_bars",
            **ground(colours),
        },
    )
