"""A code as bars: its numbers in their order, up to 128 of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from aemodels.errors import ConfigError
from aemodels.figures.layout import ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

MOST_BARS = 128


def code_bars(
    z: ArrayLike, *, theme: Theme | None = None, typical: tuple[ArrayLike, ArrayLike] | None = None
) -> go.Figure:
    """One code z (d,) or (1, d), 1 to 128 finite numbers, as violet bars from zero.

    `typical`: (low, high), each (d,), say the 5th and 95th percentile of the test set's codes, drawn behind
    each bar, so that one sees which numbers are unusual. The axis then always holds them, too.
    """
    from plotly import graph_objects as go

    code = np.asarray(z, dtype=np.float64).reshape(-1)
    if not 1 <= len(code) <= MOST_BARS or not np.isfinite(code).all():
        raise ConfigError(f"Bars show a code of 1 to {MOST_BARS} finite numbers; received {len(code)}.")
    colours = palette(theme)
    names = [f"z{index}" for index in range(1, len(code) + 1)]
    figure = go.Figure(layout=_layout(theme))
    if typical is not None:
        low, high = (np.asarray(part, dtype=np.float64).reshape(-1) for part in typical)
        if len(low) != len(code) or len(high) != len(code):
            raise ConfigError(
                f"The typical range has one pair for each of the {len(code)} numbers of the code."
            )
        figure.add_trace(
            go.Bar(
                x=names,
                y=(high - low).tolist(),
                base=low.tolist(),
                marker={"color": colours.line, "line": {"width": 0}},
                name="typical",
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Bar(
            x=names,
            y=code.tolist(),
            width=0.5,
            marker={"color": colours.code, "line": {"width": 0}},
            name="code",
            hovertemplate="%{x} = %{y:.3f}<extra></extra>",
        )
    )
    return figure


def _layout(theme: Theme | None) -> dict:
    colours = palette(theme)
    return {
        "barmode": "overlay",
        "bargap": 0.1,
        "xaxis": {"showgrid": False, "automargin": True, "tickangle": 0, "type": "category"},
        "yaxis": {
            "gridcolor": colours.grid,
            "zerolinecolor": colours.line,
            "zerolinewidth": 1,
            "automargin": True,
        },
        **ground(colours, right=0, top=4),
        "showlegend": False,
        "uirevision": "code_bars",
    }
