"""Which classes samples belong to, as bars beside what would be even."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError
from aemodels.figures.layout import ground
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def class_shares(
    shares: NDArray, class_names: Sequence[str], *, covered: float, theme: Theme | None = None
) -> go.Figure:
    """A bar for each class: `shares` (c,) in [0, 1], with a name each; in per cent.

    The dotted line is the even share, 1 / c; a bar below `covered`, the share from which on a class counts as
    covered, is pale.
    """
    from plotly import graph_objects as go

    values = np.asarray(shares, np.float64)
    if values.shape != (len(class_names),) or not np.isfinite(values).all():
        raise ConfigError(
            f"There is one share for each of the {len(class_names)} classes; received {values.shape}."
        )
    colours = palette(theme)
    bars = go.Bar(
        x=list(class_names),
        y=(100.0 * values).tolist(),
        marker={
            "color": [class_colour(label) for label in range(len(values))],
            "opacity": [1.0 if value >= covered else 0.4 for value in values],
            "line": {"width": 0},
        },
        hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
    )
    figure = go.Figure(data=[bars], layout=_layout(theme))
    figure.add_hline(y=100.0 / len(values), line={"width": 1.5, "color": colours.text, "dash": "dot"})
    return figure


def _layout(theme: Theme | None) -> dict:
    colours = palette(theme)
    return {
        "bargap": 0.15,
        "xaxis": {"type": "category", "automargin": True, "fixedrange": True, "showgrid": False},
        "yaxis": {
            "gridcolor": colours.grid,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
            "ticksuffix": " %",
            "rangemode": "tozero",
            "nticks": 4,
        },
        **ground(colours, right=0, top=4),
        "showlegend": False,
        "uirevision": "class_shares",
    }
