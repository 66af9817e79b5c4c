"""How much an image changes from round to round, on a logarithmic scale, and how far it is from the clean one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aemodels.errors import ConfigError
from aemodels.figures.layout import LEGEND_ABOVE, axis, ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

LEAST = 1e-6  # of a change that is drawn: a logarithm has no zero


def change_curve(
    changes: np.ndarray, psnr: np.ndarray, *, shown: int, settled: float, theme: Theme | None = None
) -> go.Figure:
    """RMS changes (rounds,), violet, left axis; PSNR (rounds + 1,) in dB, teal, right axis, round 0 the beginning.

    An upright line at the round `shown`; a dotted level one where a change counts as none, `settled`. Raises
    ConfigError where the lengths do not fit.
    """
    from plotly import graph_objects as go

    if len(psnr) != len(changes) + 1:
        raise ConfigError(
            f"{len(changes)} changes lie between {len(changes) + 1} images; received {len(psnr)}."
        )
    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme, len(changes)))
    rounds = np.arange(len(psnr))
    change = np.maximum(changes, LEAST).tolist()
    figure.add_trace(
        go.Scatter(
            x=rounds[1:].tolist(), y=change, name="change a round (RMS)", mode="lines",
            line={"color": colours.code, "width": 2}, hovertemplate="%{y:.2g}",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=rounds.tolist(), y=np.asarray(psnr, float).tolist(), name="PSNR", yaxis="y2",
            mode="lines", line={"color": colours.output, "width": 2}, hovertemplate="%{y:.1f} dB",
        )
    )  # fmt: skip
    figure.add_vline(x=shown, line={"width": 1, "color": colours.muted, "dash": "dash"})
    figure.add_hline(y=settled, line={"width": 1, "color": colours.code, "dash": "dot"})
    return figure


def _layout(theme: Theme | None, rounds: int) -> dict:
    colours = palette(theme)
    plain = axis(colours)
    return {
        "xaxis": {**plain, "title": {"text": "round"}, "range": [0, max(rounds, 1)], "tickformat": "d"},
        "yaxis": {
            **plain, "type": "log", "exponentformat": "power", "dtick": 1, "tickfont": {"color": colours.code},
        },
        "yaxis2": {
            **plain, "overlaying": "y", "side": "right", "showgrid": False, "ticksuffix": " dB",
            "tickmode": "auto", "nticks": 5,
            "tickfont": {"color": colours.output},
        },
        "hovermode": "x unified",
        **ground(colours, right=0, top=0),
        "legend": LEGEND_ABOVE,
        "showlegend": True,
    }  # fmt: skip
