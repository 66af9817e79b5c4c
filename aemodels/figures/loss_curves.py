"""The loss by epoch, training and validation, the terms apart.

Colour says whose loss it is (training violet, validation teal), the line which term: the total is thick, the
reconstruction solid and thin, the KL dotted and on the same axis, in nats per image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from aemodels.errors import ConfigError
from aemodels.figures.layout import axis, epoch_axis, ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

TERMS = {"loss": "total", "reconstruction": "reconstruction", "kl": "KL"}


def loss_curves(
    history: Mapping[str, Sequence[float]],
    *,
    theme: Theme | None = None,
    unit: str = "nats per image",
    epochs: int | None = None,
    best_epoch: int | None = None,
) -> go.Figure:
    """Curves from columns of equal length: `epoch` (or 1, 2, ...), `loss`, `val_loss`, and where there are any
    `reconstruction`, `kl`, `val_reconstruction`, `val_kl`.

    Where the total *is* the reconstruction (KL absent or zero throughout) only the total is drawn. `epochs`:
    how many are planned, so that the axis does not move while training. `best_epoch`: the one whose weights
    are kept, a thin upright line. Values that are not finite leave a gap.
    """
    from plotly import graph_objects as go

    lengths = {name: len(values) for name, values in history.items()}
    if len(set(lengths.values())) > 1:
        raise ConfigError(f"The columns of a history have one length; received {lengths}.")
    count = next(iter(lengths.values()), 0)
    x = np.asarray(history.get("epoch", range(1, count + 1)), dtype=np.float64)
    colours = palette(theme)
    figure = go.Figure(layout=_layout(theme, unit, max(epochs or 0, count, 2)))
    variational = any(np.any(np.nan_to_num(np.asarray(history.get(k, ()), float))) for k in ("kl", "val_kl"))
    for term in TERMS if variational else ("loss",):
        for prefix, who, colour in (
            ("", "training", colours.code),
            ("val_", "validation", colours.output),
        ):
            if prefix + term not in history:
                continue
            y = np.asarray(history[prefix + term], dtype=np.float64)
            figure.add_trace(
                go.Scatter(
                    x=x.tolist(),
                    y=[float(value) if np.isfinite(value) else None for value in y],
                    name=who if not variational else f"{who}, {TERMS[term]}",
                    mode="lines" if count > 1 else "markers",
                    line={
                        "color": colour,
                        "width": 2.5 if term == "loss" else 1.25,
                        "dash": "dot" if term == "kl" else "solid",
                    },
                    marker={"color": colour},
                    showlegend=term == "loss" or prefix == "val_",  # the training's terms have its colour
                    hovertemplate="%{y:.2f}",
                )
            )
    if best_epoch is not None:
        figure.add_vline(x=best_epoch, line={"width": 1, "color": colours.muted, "dash": "dash"})
    return figure


def _layout(theme: Theme | None, unit: str, epochs: int) -> dict:
    colours = palette(theme)
    plain = axis(colours)
    return {
        "xaxis": epoch_axis(colours, epochs),
        "yaxis": {**plain, "title": {"text": unit}, "rangemode": "normal"},
        "hovermode": "x unified",
        "uirevision": "loss_curves",
        **ground(colours),
        # Inside, at the upper right: losses fall, so that corner is free, however narrow the figure is.
        "legend": {"x": 1, "xanchor": "right", "y": 1, "yanchor": "top", "font": {"size": 11}},
        "showlegend": True,
    }
