"""The loss by epoch, training and validation, the terms apart.

Colour says whose loss it is (training violet, validation teal), the line which term: the total is thick, the
reconstruction solid and thin, the KL dotted and on the same axis, in nats per image. Constants to compare with are
grey lines, and the ground between them is in bands, so that one sees how far a curve has come; their names stand at
the right, outside: there no curve and no legend can cover them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from aemodels.errors import ConfigError
from aemodels.figures.layout import axis, epoch_axis, ground
from aemodels.figures.palette import Palette, Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

LABEL: Final = 13  # pixels that a line of the names at the right takes
LETTER: Final = 6.4  # pixels of one of its letters
OUTSIDE: Final = 76  # pixels of a figure's height above and below the curves, at most
LONG: Final = 16  # letters, more than which are put in two lines
ROOM: Final = 0.06  # of the axis, above and below what is shown
BETTER: Final = 0.10
WORSE: Final = 0.16  # opacities of the lowest and of the highest band
LOWEST: Final = 1e-3  # of the largest value: a logarithmic axis goes no lower, or a KL near 0 would fill it

BETWEEN = 0.42
"""Of the highest loss: from there on what the last total leaves below it is room enough for the legend."""
TERMS = {"loss": "total", "reconstruction": "reconstruction", "kl": "KL"}


def loss_curves(
    history: Mapping[str, Sequence[float]],
    *,
    theme: Theme | None = None,
    unit: str = "nats per image",
    epochs: int | None = None,
    best_epoch: int | None = None,
    levels: Mapping[str, float] | None = None,
    logarithmic: bool = False,
    height: int = 300,
) -> go.Figure:
    """Curves from columns of equal length: `epoch` (or 1, 2, ...), `loss`, `val_loss`, and where there are any
    `reconstruction`, `kl`, `val_reconstruction`, `val_kl`.

    Where the total *is* the reconstruction (KL absent or zero throughout) only the total is drawn. `epochs`:
    how many are planned, so that the axis does not move while training. `best_epoch`: the one whose weights
    are kept, a thin upright line. Values that are not finite leave a gap. `levels`: constants to compare with, by
    the name that stands at the right of each. `logarithmic`: the axis of the loss. `height`: of the figure, in
    pixels, so that names of levels that lie close are moved apart as far as they need.
    """
    from plotly import graph_objects as go

    lengths = {name: len(values) for name, values in history.items()}
    if len(set(lengths.values())) > 1:
        raise ConfigError(f"The columns of a history have one length; received {lengths}.")
    count = next(iter(lengths.values()), 0)
    x = np.asarray(history.get("epoch", range(1, count + 1)), dtype=np.float64)
    colours = palette(theme)
    variational = any(np.any(np.nan_to_num(np.asarray(history.get(k, ()), float))) for k in ("kl", "val_kl"))
    figure = go.Figure(layout=_layout(theme, unit, max(epochs or 0, count, 2)))
    figure.update_layout(legend=_free_place(history, logarithmic) if variational else {})
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
    known = {name: float(value) for name, value in (levels or {}).items() if np.isfinite(value) and value > 0}
    if logarithmic or known:
        span = _span(figure.data, known.values(), logarithmic)
        figure.update_yaxes(range=span, type="log" if logarithmic else "linear")
        _add_bands(figure, sorted(known.values()), span, logarithmic, colours)
        _add_levels(figure, known, span, logarithmic, height, colours.muted)
    return figure


def _span(traces: Any, levels: Iterable[float], logarithmic: bool) -> tuple[float, float]:
    """The range of the axis, as Plotly wants it (of a logarithmic one in powers of ten)."""
    values = [value for trace in traces for value in trace.y if value is not None] + list(levels)
    if not logarithmic:
        low, high = min(values, default=0.0), max(values, default=1.0)
    else:
        most = max(values, default=10.0)
        most = most if most > 0 else 10.0
        above = [value for value in values if value >= LOWEST * most]
        low, high = math.log10(min(above, default=most)), math.log10(most)
    room = ROOM * ((high - low) or 1.0)
    return low - room, high + room


def _add_bands(
    figure: go.Figure, levels: Sequence[float], span: tuple[float, float], logarithmic: bool, colours: Palette
) -> None:
    """Bands of the height between two levels: the lowest, where a curve is better than all of them, has the colour
    of the output, and the others are the darker the less is reached in them."""
    low, high = (10**edge if logarithmic else edge for edge in span)
    edges = [low, *(level for level in levels if low < level < high), high]
    for number, (below, above) in enumerate(itertools.pairwise(edges)):
        better = number == 0
        figure.add_hrect(
            y0=below,
            y1=above,
            fillcolor=colours.output if better else colours.muted,
            opacity=BETTER if better else WORSE * number / max(1, len(edges) - 2),
            line_width=0,
            layer="below",
        )


def _add_levels(
    figure: go.Figure,
    levels: Mapping[str, float],
    span: tuple[float, float],
    logarithmic: bool,
    height: int,
    colour: str,
) -> None:
    """Thin dotted lines, and their names in the margin, moved apart where they would cover each other."""
    if not levels:
        return
    at = [math.log10(value) if logarithmic else value for value in levels.values()]
    texts = [_broken(f"{name} {value:.{0 if value >= 20 else 1}f}") for name, value in levels.items()]
    inside = max(height - OUTSIDE, 60)
    gap = LABEL * (1.5 if any("<br>" in text for text in texts) else 1.0)
    places = apart(at, gap / inside * (span[1] - span[0]), *span)
    for value, place, text in zip(levels.values(), places, texts, strict=True):
        figure.add_hline(y=value, line={"width": 1, "color": colour, "dash": "dot"}, layer="below")
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=4,
            y=place,
            yref="y",
            yanchor="middle",
            text=text,
            align="left",
            showarrow=False,
            font={"size": 10.5, "color": colour},
        )
    longest = max(len(line) for text in texts for line in text.split("<br>"))
    figure.update_layout(margin_r=round(12 + LETTER * longest))


def _broken(text: str) -> str:
    """A long label in two lines: on a phone its margin would leave no room for the curves."""
    return text.replace(" ", "<br>", 1) if len(text) > LONG else text


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places of labels, moved as little as it takes for neighbours to be `gap` apart, within `low` to `high`.

    Where they do not all fit they begin at `low`. In the order given.
    """
    order = np.argsort(places, kind="stable")
    # Labels that touch form a group, which lies where its members want it on average; each entry is a place that a
    # member wants for the lowest of the group.
    groups: list[list[float]] = []
    for place in (float(places[index]) for index in order):
        groups.append([place])
        while len(groups) > 1 and _mean(groups[-2]) + len(groups[-2]) * gap > _mean(groups[-1]):
            upper = groups.pop()
            groups[-1] += [wanted - len(groups[-1]) * gap for wanted in upper]
    found = [_mean(group) + step * gap for group in groups for step in range(len(group))]
    for index in reversed(range(len(found))):  # down from the top, then up from the bottom
        found[index] = min(found[index], found[index + 1] - gap if index + 1 < len(found) else high)
    for index in range(len(found)):
        found[index] = max(found[index], found[index - 1] + gap if index else low)
    result = [0.0] * len(found)
    for index, place in zip(order, found, strict=True):
        result[int(index)] = place
    return result


def _mean(group: Sequence[float]) -> float:
    return sum(group) / len(group)


def _free_place(history: Mapping[str, Sequence[float]], logarithmic: bool) -> dict[str, Any]:
    """Where the legend lies between the total and the KL, a small one, where the total ends high above it."""
    totals = [value for value in history.get("val_loss", ()) if np.isfinite(value)]
    highest = max([*totals, *(value for value in history.get("loss", ()) if np.isfinite(value))], default=1.0)
    between = logarithmic or (totals and totals[-1] > BETWEEN * highest)
    return {"y": 0.24, "yanchor": "middle"} if between else {}


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
        "legend": {
            **{"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "top"},
            "font": {"size": 11},
        },
        "showlegend": True,
    }
