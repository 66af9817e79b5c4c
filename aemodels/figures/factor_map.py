"""Which number of a code follows which factor: a heat map of one hue, factors down, numbers of the code across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike

from aemodels.errors import ConfigError
from aemodels.figures.layout import ground
from aemodels.figures.palette import Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

WHOLE: Final = "all"
APART: Final = 0.3  # columns, between the last number and all of them
FEW: Final = 10  # columns that have all their values written into them
MOST_WRITTEN: Final = 24  # that have those written which are not nearly 0; all have them under the mouse
DARK: Final = 0.55  # from which on a value is written in white
FAINTEST: Final = 0.05  # opacity of a value of 0, so that a cell is seen to be one


def factor_map(
    r2: ArrayLike,
    whole: ArrayLike,
    factors: Sequence[str],
    numbers: Sequence[int],
    *,
    theme: Theme | None = None,
    revision: str = "factor_map",
) -> go.Figure:
    """R² `(k, d)` of k factors by d numbers of a code, and beside them that of the whole code `(k,)`.

    `factors`: their titles, the first one on top. `numbers`: which numbers of the code the columns are, counted
    from 0. Values below 0, which a prediction of unseen images can have, are drawn as 0. Raises ConfigError where
    the sizes differ.
    """
    from plotly import graph_objects as go

    values, last = np.asarray(r2, np.float64), np.asarray(whole, np.float64)
    if values.shape != (len(factors), len(numbers)) or last.shape != (len(factors),):
        raise ConfigError(
            f"A heat map has a value for each of {len(factors)} factors and {len(numbers)} numbers. "
            f"Received: {values.shape} and {last.shape}."
        )
    colours = palette(theme)
    cells, whole_cells = (np.clip(part, 0.0, 1.0) for part in (values, last[:, None]))
    figure = go.Figure(layout=_layout(theme, numbers, factors, revision))
    hue = _one_hue(colours.code)
    for part, start, names in (
        (cells, 0.0, [f"z{number + 1}" for number in numbers]),
        (whole_cells, len(numbers) + APART, ["all numbers"]),
    ):
        figure.add_trace(
            go.Heatmap(
                x0=start,
                dx=1,
                y0=0,
                dy=1,
                z=part.tolist(),
                customdata=[[f"{factor} and {name}" for name in names] for factor in factors],
                zmin=0,
                zmax=1,
                colorscale=hue,
                showscale=False,
                xgap=2,
                ygap=2,
                hovertemplate="%{customdata}: R² = %{z:.2f}<extra></extra>",
            )
        )
    figure.add_trace(_written(go, cells, whole_cells, colours.text))
    return figure


def _written(go: Any, cells: np.ndarray, whole: np.ndarray, colour: str) -> Any:
    """The values as text over their cells; of many columns only those that are not nearly 0."""
    count = cells.shape[1]
    least = -1.0 if count <= FEW else 0.095 if count <= MOST_WRITTEN else np.inf
    places = [(column, row, cell) for (row, column), cell in np.ndenumerate(cells) if cell >= least]
    places += [(count + APART, row, cell) for (row, _), cell in np.ndenumerate(whole)]
    return go.Scatter(
        x=[x for x, _, _ in places],
        y=[y for _, y, _ in places],
        text=[f"{cell:.2f}".replace("0.", ".", 1) for _, _, cell in places],
        mode="text",
        textfont={
            "size": 12 if count <= FEW else 10,
            "color": ["#ffffff" if cell >= DARK else colour for _, _, cell in places],
        },
        hoverinfo="skip",
    )


def _one_hue(colour: str) -> list[list]:
    """From nearly nothing to the full colour `#rrggbb`, whatever the ground is."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return [[0, f"rgba({red},{green},{blue},{FAINTEST})"], [1, f"rgba({red},{green},{blue},1)"]]


def _layout(theme: Theme | None, numbers: Sequence[int], factors: Sequence[str], revision: str) -> dict:
    colours = palette(theme)
    plain = {"showgrid": False, "zeroline": False, "automargin": True, "fixedrange": True, "ticks": ""}
    count = len(numbers)
    every = 1 if count <= 32 else 4  # of 64 numbers not all have room for their names
    columns = range(0, count, every)
    many = count > FEW
    return {
        "xaxis": {
            **plain,
            "side": "top",
            "tickangle": 0,
            "tickfont": {"size": 10 if many else 12},
            "tickvals": [*columns, count + APART],
            "ticktext": [f"{'' if many else 'z'}{numbers[at] + 1}" for at in columns] + [WHOLE],
            "range": [-0.5, count + APART + 0.5],
            **({"title": {"text": "number of the code", "standoff": 4}} if many else {}),
        },
        "yaxis": {
            **plain,
            "tickvals": list(range(len(factors))),
            "ticktext": list(factors),
            "range": [len(factors) - 0.5, -0.5],
        },
        **ground(colours, right=0, top=0),
        "showlegend": False,
        "uirevision": revision,
    }
