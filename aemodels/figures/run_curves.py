"""Several trainings in one figure: the validation loss of each by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from aemodels.figures.layout import LEGEND_ABOVE, axis, epoch_axis, ground
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def run_curves(
    runs: Mapping[str, Sequence[float]], *, theme: Theme | None = None, logarithmic: bool = False
) -> go.Figure:
    """A line for each of `runs`: by its name the validation loss after epoch 1, 2, …, in nats per image.

    Values that are not finite leave a gap. `logarithmic`: the axis of the loss, for losses that fall far.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    plain = axis(colours)
    layout = {
        "xaxis": epoch_axis(colours, max(map(len, runs.values()), default=2)),
        "yaxis": {
            **plain,
            "title": {"text": "validation loss, nats"},
            "type": "log" if logarithmic else "linear",
        },
        "hovermode": "x unified",
        "uirevision": "run_curves",
        **ground(colours),
        "legend": LEGEND_ABOVE,
        "showlegend": True,
    }
    figure = go.Figure(layout=layout)
    for index, (name, losses) in enumerate(runs.items()):
        y = np.asarray(losses, np.float64)
        figure.add_trace(
            go.Scatter(
                x=list(range(1, len(y) + 1)),
                y=[float(value) if np.isfinite(value) else None for value in y],
                name=name,
                mode="lines+markers" if len(y) < 30 else "lines",
                line={"color": class_colour(index % 10), "width": 2},
                hovertemplate="%{y:.2f}",
            )
        )
    return figure
