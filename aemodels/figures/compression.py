"""Rate against distortion: bits an image, on a logarithmic axis, and the PSNR that they buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from aemodels.figures.layout import LEGEND_ABOVE, axis, ground, words_at
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

Role = Literal["input", "code", "output", "noise", "muted"]


@dataclass(frozen=True, eq=False)
class Curve:
    """One coder: bits an image (n,) and PSNR in dB (n,), its colour by role, and what each point says."""

    name: str
    bits: NDArray
    psnr: NDArray
    role: Role
    notes: Sequence[str] = ()
    dash: str = "solid"


def rate_distortion(
    curves: Sequence[Curve],
    *,
    lossless: Sequence[tuple[str, float]] = (),
    marked: tuple[float, float] | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """Curves in their order; `lossless`: name and bits of coders that lose nothing, upright lines.

    `marked`: (bits, PSNR) of the point that is spoken of, a ring. Up and to the left is better.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme))
    for curve in curves:
        colour = getattr(colours, curve.role)
        figure.add_trace(
            go.Scatter(
                x=np.asarray(curve.bits).tolist(),
                y=np.asarray(curve.psnr).tolist(),
                name=curve.name,
                mode="lines+markers",
                customdata=list(curve.notes) or [""] * len(curve.bits),
                line={"color": colour, "width": 2, "dash": curve.dash},
                marker={"size": 6, "color": colour},
                hovertemplate="%{x:,.0f} bits, %{y:.1f} dB %{customdata}",
            )
        )
    for name, bits in lossless:
        figure.add_vline(x=bits, line={"width": 1, "color": colours.muted, "dash": "dash"})
        font = {"color": colours.muted, "size": 11}
        beside = {"y": 0, "textangle": -90, "xanchor": "right", "yanchor": "bottom", "font": font}
        figure.add_annotation(words_at(bits, name, **beside))
    if marked is not None:
        figure.add_trace(
            go.Scatter(
                x=[marked[0]],
                y=[marked[1]],
                mode="markers",
                showlegend=False,
                hoverinfo="skip",
                marker={"size": 15, "symbol": "circle-open", "color": colours.text, "line": {"width": 2}},
            )
        )
    return figure


def _layout(theme: Theme | None) -> dict[str, Any]:
    colours = palette(theme)
    plain = axis(colours)
    return {
        "xaxis": {**plain, "title": {"text": "bits an image"}, "type": "log", "dtick": "D2"},
        "yaxis": {**plain, "title": {"text": "PSNR (dB)"}},
        "hovermode": "closest",
        "uirevision": "compression",
        **ground(colours),
        "legend": LEGEND_ABOVE,
        "showlegend": True,
    }
