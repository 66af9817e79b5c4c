"""Running losses beside each other, each on an axis of its own, and trainings of the same kind over each
other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from aemodels.figures.layout import LEGEND_ABOVE, axis, epoch_axis, ground
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def term_curves(
    terms: Mapping[str, tuple[Sequence[float], Sequence[float]]], *, theme: Theme | None = None
) -> go.Figure:
    """A panel for each of `terms`, by its title: values after epoch 1, 2, … in training and in validation."""
    from plotly.subplots import make_subplots

    colours = palette(theme)
    figure = make_subplots(rows=1, cols=len(terms), subplot_titles=list(terms), horizontal_spacing=0.09)
    epochs = max((len(values) for pair in terms.values() for values in pair), default=2)
    for place, pair in enumerate(terms.values(), 1):
        for values, name, colour in zip(
            pair, ("training", "validation"), (colours.code, colours.output), strict=True
        ):
            figure.add_scatter(
                **_line(values, name, colour), legendgroup=name, showlegend=place == 1, row=1, col=place
            )
    figure.update_xaxes({**epoch_axis(colours, epochs), "title": None})
    figure.update_yaxes(axis(colours))
    figure.update_annotations(font={"size": 12, "color": colours.muted})
    figure.update_layout(
        hovermode="x unified",
        uirevision="term_curves",
        **ground(colours, top=24),
        legend={
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": -0.16,
            "yanchor": "top",
            "font": {"size": 11},
            "title": {"text": "by epoch: "},
        },
    )
    return figure


def paired_curves(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    unit: str,
    theme: Theme | None = None,
) -> go.Figure:
    """Training (dotted) and validation loss by epoch of several `runs` over each other, by their names, in one
    colour each."""
    from plotly import graph_objects as go

    colours = palette(theme)
    epochs = max((len(values) for pair in runs.values() for values in pair), default=2)
    figure = go.Figure(
        layout={
            "xaxis": epoch_axis(colours, epochs),
            "yaxis": axis(colours, title={"text": unit}),
            "hovermode": "x unified",
            "uirevision": "paired_curves",
            **ground(colours),
            "legend": LEGEND_ABOVE,
            "showlegend": True,
        }
    )
    for index, (name, (training, validation)) in enumerate(runs.items()):
        colour = class_colour((4, 0, 6, 1)[index % 4])
        figure.add_trace(go.Scatter(**_line(training, f"{name}, training", colour, dash="dot", width=1.25)))
        figure.add_trace(go.Scatter(**_line(validation, f"{name}, validation", colour)))
    return figure


def _line(
    values: Sequence[float], name: str, colour: str, *, dash: str = "solid", width: float = 2.0
) -> dict[str, Any]:
    y = np.asarray(values, np.float64)
    return {
        "x": list(range(1, len(y) + 1)),
        "y": [float(value) if np.isfinite(value) else None for value in y],
        "name": name,
        "mode": "lines+markers" if len(y) < 3 else "lines",
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"color": colour},
        "hovertemplate": "%{y:.4g}",
    }
