"""The loss at each step of a training, and its running median: where it goes, and how far it jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

MOST_POINTS: Final = 1_500
"""Steps that are drawn: more are no wider than a pixel each."""
WINDOW: Final = 41
"""Steps of which the thick line is the median."""


def step_losses(losses: ArrayLike, *, title: str = "loss", theme: Theme | None = None) -> go.Figure:
    """`losses` (steps,), from step 0 on, as a thin line, with the median of `WINDOW` steps around as a thick one.

    At most `MOST_POINTS` of them are drawn, taken evenly, the first 100 all; what is not finite leaves a gap.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    values = np.asarray(losses, np.float64)
    rows = drawn(len(values))
    figure = go.Figure(
        layout={
            "xaxis": axis(colours, title={"text": "step"}),
            "yaxis": axis(colours, title={"text": title}, type="log"),
            "hovermode": "x unified",
            "uirevision": "step_losses",
            **ground(colours),
            "showlegend": False,
        }
    )
    lines = (
        (values, "batch", {"color": colours.code, "width": 0.8}, 0.55),
        (running_median(values), f"median of {WINDOW}", {"color": colours.output, "width": 2.2}, 1.0),
    )
    for y, name, line, opacity in lines:
        figure.add_trace(
            go.Scatter(
                x=rows.tolist(),
                y=[float(value) if np.isfinite(value) else None for value in y[rows]],
                name=name,
                mode="lines",
                line=line,
                opacity=opacity,
                hovertemplate="%{y:.4f}",
            )
        )
    return figure


def drawn(count: int) -> NDArray[np.intp]:
    """The steps that are drawn of `count`: the first hundred, in which most happens, and others at even steps."""
    first = np.arange(min(count, 100))
    rest = np.linspace(100, count - 1, min(max(count - 100, 0), MOST_POINTS - 100)).round().astype(np.intp)
    return np.concatenate([first, rest]).astype(np.intp)


def running_median(values: NDArray) -> NDArray[np.float64]:
    """The median of the `WINDOW` values around each; nearer the ends of as many as there are on either side
    alike."""
    half = WINDOW // 2
    padded = np.full(len(values) + 2 * half, np.nan)
    padded[half : half + len(values)] = values
    if not len(values):
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW).copy()
    for row in range(min(half, len(values))):  # symmetric at the ends: no lag where the loss falls fastest
        windows[row, half + row + 1 :] = np.nan
        windows[-1 - row, : half - row] = np.nan
    known = np.isfinite(windows).any(axis=1)
    result = np.full(len(values), np.nan)
    result[known] = np.nanmedian(windows[known], axis=1)
    return result
