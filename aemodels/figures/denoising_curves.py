"""PSNR against the level of noise, a curve for each denoiser, a band where the middle half of the images lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from aemodels.errors import ConfigError
from aemodels.figures.layout import LEGEND_ABOVE, axis, ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

Who = Literal["network", "second network", "nothing", "filter"]

FLAWLESS: Final = 60.0
"""dB above which an error is none that one could draw: the curve has a gap there."""

HIGHEST: Final = 40.0
"""dB at which the axis ends: beyond that no eye sees an error."""

FILTER_COLOURS: Final = (
    "#3f90da",
    "#a96b59",
    "#b9ac70",
    "#94a4a2",
)  # of Petroff's ten, none that has a meaning
FILTER_DASHES: Final = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True, eq=False)
class Curve:
    """One denoiser: its name, what it is, and the quartiles (levels, 3) of its PSNR in dB."""

    title: str
    who: Who
    quartiles: np.ndarray


def denoising_curves(
    levels: Sequence[float], curves: Sequence[Curve], *, unit: str, theme: Theme | None = None
) -> go.Figure:
    """The curves over `levels` (`unit` names that axis), medians as lines. A click in the legend hides one.

    Raises ConfigError where a curve has another length than the levels.
    """
    from plotly import graph_objects as go

    x = np.asarray(levels, np.float64)
    wrong = {
        curve.title: np.shape(curve.quartiles) for curve in curves if curve.quartiles.shape != (len(x), 3)
    }
    if wrong:
        raise ConfigError(f"Curves over {len(x)} levels have shape ({len(x)}, 3); received {wrong}.")
    figure = go.Figure(layout=_layout(theme, unit, x, curves))
    styles = _styles(curves, theme)
    for curve, style in zip(curves, styles, strict=True):
        figure.add_trace(_band(x, curve, style))
    for curve, style in zip(curves, styles, strict=True):
        seen = curve.quartiles[:, 1] < FLAWLESS
        figure.add_trace(
            go.Scatter(
                x=x.tolist(),
                y=[
                    float(value) if is_seen else None
                    for value, is_seen in zip(curve.quartiles[:, 1], seen, strict=True)
                ],
                name=curve.title,
                legendgroup=curve.title,
                mode="lines",
                line={"color": style.colour, "width": style.width, "dash": style.dash},
                hovertemplate="%{y:.1f} dB",
            )
        )
    return figure


def mark(figure: go.Figure, level: float, *, theme: Theme | None = None) -> go.Figure:
    """Put an upright line at `level` into the figure, and a dot on each curve there; gives the figure back."""
    from plotly import graph_objects as go

    figure.add_vline(x=level, line={"width": 1, "color": palette(theme).muted, "dash": "dash"})
    for trace in [trace for trace in figure.data if trace.mode == "lines"]:
        known = [(x, y) for x, y in zip(trace.x, trace.y, strict=True) if y is not None]
        if not known or not known[0][0] <= level <= known[-1][0]:
            continue
        figure.add_trace(
            go.Scatter(
                x=[level],
                y=[float(np.interp(level, [x for x, _ in known], [y for _, y in known]))],
                mode="markers",
                marker={"color": trace.line.color, "size": 8 if trace.line.width > 2 else 6},
                legendgroup=trace.legendgroup,
                showlegend=False,
                hoverinfo="skip",
            )
        )
    return figure


@dataclass(frozen=True)
class _Style:
    colour: str
    width: float
    dash: str
    fill: str


def _styles(curves: Sequence[Curve], theme: Theme | None) -> list[_Style]:
    colours = palette(theme)
    fixed = {
        "network": _Style(colours.output, 3, "solid", _faint(colours.output, 0.18)),
        "second network": _Style(colours.output, 2.25, "dot", _faint(colours.output, 0.10)),
        "nothing": _Style(colours.noise, 2.25, "dash", _faint(colours.noise, 0.12)),
    }
    styles, filters = [], 0
    for curve in curves:
        if curve.who == "filter":
            colour = FILTER_COLOURS[filters % len(FILTER_COLOURS)]
            dash = FILTER_DASHES[filters % len(FILTER_DASHES)]
            styles.append(_Style(colour, 1.5, dash, _faint(colour, 0.08)))
            filters += 1
        else:
            styles.append(fixed[curve.who])
    return styles


def _faint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _band(x: np.ndarray, curve: Curve, style: _Style) -> go.Scatter:
    """The middle half of the images: the lower quartile there, the upper one back."""
    from plotly import graph_objects as go

    low, high = (np.minimum(curve.quartiles[:, column], FLAWLESS) for column in (0, 2))
    seen = low < FLAWLESS
    return go.Scatter(
        x=[*x[seen].tolist(), *x[seen][::-1].tolist()],
        y=[*low[seen].tolist(), *high[seen][::-1].tolist()],
        fill="toself",
        fillcolor=style.fill,
        line={"width": 0},
        mode="none",
        legendgroup=curve.title,
        showlegend=False,
        hoverinfo="skip",
    )


def _layout(theme: Theme | None, unit: str, x: np.ndarray, curves: Sequence[Curve]) -> dict:
    colours = palette(theme)
    plain = axis(colours)
    low, high = _range(curves)
    return {
        "xaxis": {**plain, "title": {"text": unit}, "range": [float(x.min()), float(x.max())]},
        "yaxis": {**plain, "title": {"text": "PSNR, dB"}, "range": [low, high]},
        "hovermode": "x unified",
        "hoverlabel": {"namelength": -1},
        **ground(colours),
        "legend": LEGEND_ABOVE,
        "showlegend": True,
    }


def _range(curves: Sequence[Curve]) -> tuple[float, float]:
    """The axis in dB. What is nearly flawless where there is no noise must not press all the rest flat."""
    networks = [curve.quartiles for curve in curves if curve.who in ("network", "second network")]
    others = [curve.quartiles[1:] for curve in curves if curve.who not in ("network", "second network")]
    values = np.concatenate([part.ravel() for part in [*networks, *others]]) if curves else np.zeros(0)
    values = values[values < FLAWLESS]
    if not len(values):
        return 0.0, 30.0
    return float(values.min()) - 1, min(float(values.max()), HIGHEST) + 1
