"""Quality against bits: every model as a point, PCAs of growing size as the line that a model has to lie above.

The bits of the stored code lie on a logarithmic axis, the PSNR on the other. A variational code says fewer bits
about an image than it takes to store: that is a ring at the same height, tied to its point. The mean image needs no
bits, which such an axis has no place for: it is a level line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Theme, palette
from aemodels.measure.contest import NUMBER_BITS, Result

if TYPE_CHECKING:
    from plotly import graph_objects as go


def rate_quality(
    results: Sequence[Result],
    curve: Sequence[tuple[int, float]] = (),
    *,
    picked: str | None = None,
    theme: Theme | None = None,
) -> go.Figure:
    """The results whose PSNR is finite; `curve`: (numbers, PSNR in dB) of PCAs of many sizes.

    `picked` is drawn larger. Of each size one model is named, the picked or the best one; all names show under the
    mouse. The line ends where the largest code does: beyond it, PCAs of nearly all pixels would flatten the rest.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    shown = [result for result in results if math.isfinite(result.psnr)]
    models = [result for result in shown if result.kind == "model" and result.bits]
    said = [result for result in models if result.said is not None and result.said > 0]
    named = _named(models, picked)
    figure = go.Figure(layout=_layout(theme))
    linear = {one.code_size: one.psnr for one in shown if one.kind == "pca"}
    largest = max((one.code_size for one in shown), default=0)
    heights = {size: psnr for size, psnr in curve if size <= largest} | linear
    line = sorted(heights)
    places = [float(result.bits) for result in models] + [result.said for result in said if result.said]
    places += [NUMBER_BITS * size for size in line]
    if places:  # with room for a name at both ends
        figure.update_xaxes(range=[math.log10(min(places)) - 0.15, math.log10(max(places)) + 0.3])
    figure.add_scatter(
        x=[NUMBER_BITS * size for size in line],
        y=[heights[size] for size in line],
        customdata=line,
        name="PCA",
        mode="lines+markers",
        line={"color": colours.input, "width": 1.5},
        marker={"color": colours.input, "size": 4},
        hovertemplate="PCA of %{customdata:,} numbers<br>%{x:,} bits, %{y:.1f} dB<extra></extra>",
    )
    figure.add_scatter(
        x=[x for result in said for x in (result.said, result.bits, None)],
        y=[y for result in said for y in (result.psnr, result.psnr, None)],
        mode="lines",
        line={"color": colours.code, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=[result.said for result in said],
        y=[result.psnr for result in said],
        customdata=[result.name for result in said],
        name="what a VAE's code says",
        mode="markers",
        marker={"color": colours.code, "size": 8, "symbol": "circle-open", "line": {"width": 2}},
        hovertemplate="%{customdata}<br>says %{x:.1f} bits, %{y:.1f} dB<extra></extra>",
    )
    figure.add_scatter(
        x=[result.bits for result in models],
        y=[result.psnr for result in models],
        customdata=[result.name for result in models],
        text=[result.name if result.name in named else "" for result in models],
        name="models, as stored",
        mode="markers+text",
        textposition="top center",
        textfont={"size": 11},
        marker={"color": colours.output, "size": [14 if one.name == picked else 9 for one in models]},
        hovertemplate="%{customdata}<br>%{x:,} bits, %{y:.1f} dB<extra></extra>",
    )
    for result in shown:
        if result.kind == "mean":
            figure.add_hline(
                y=result.psnr,
                line={"color": colours.muted, "width": 1, "dash": "dash"},
                annotation={"text": "mean image, 0 bits", "font": {"size": 11, "color": colours.muted}},
                annotation_position="bottom right",
            )
    return figure


def _named(models: Sequence[Result], picked: str | None) -> set[str]:
    """One of each size, for names beside each other would lie over each other: the picked one, or the best."""
    chosen: dict[int, Result] = {}
    for model in sorted(models, key=lambda one: (one.name == picked, one.psnr)):
        chosen[model.code_size] = model
    return {model.name for model in chosen.values()}


def _layout(theme: Theme | None) -> dict[str, object]:
    colours = palette(theme)
    plain = axis(colours)
    return {
        "xaxis": {
            **plain,
            "type": "log",
            "dtick": math.log10(4),
            "tickformat": ",",
            "title": {"text": "bits of the code"},
        },
        "yaxis": {**plain, "title": {"text": "PSNR, dB"}},
        "hovermode": "closest",
        "uirevision": "rate_quality",
        **ground(colours, top=28),
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "font": {"size": 11},
        },
        "showlegend": True,
    }
