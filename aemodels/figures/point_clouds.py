"""Recipe R1a in three figures: points in space, their codes, and what the decoder lifts them to.

All colour the same point alike: by its place along the arc, or by its error. What the two clouds show is looked at
from one place (`pages.ui.components.turned_together`), and both have the same ranges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.figures.layout import axis, ground
from aemodels.figures.palette import Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

SCALE: Final = [[0.0, "#92dadd"], [0.5, "#ffa90e"], [1.0, "#bd1f01"]]  # of errors: from little to much
CAMERA: Final = {"eye": {"x": 1.2, "y": -1.2, "z": 0.8}, "up": {"x": 0, "y": 0, "z": 1}}


def cloud(
    points: ArrayLike,
    labels: ArrayLike,
    errors: ArrayLike,
    *,
    around: ArrayLike,
    by_error: bool = False,
    plane: ArrayLike | None = None,
    theme: Theme | None = None,
    revision: str = "cloud",
) -> go.Figure:
    """Points (n, 3) in space with `labels` (n,) and `errors` (n,), distances in units of the data.

    The ranges are those of the points `around` (m, 3). `plane`: the corners (4, 3) of one, drawn half transparent.
    """
    from plotly import graph_objects as go

    colours = palette(theme)
    places = np.asarray(points, np.float64)
    figure = go.Figure(
        data=[
            go.Scatter3d(
                **dict(zip("xyz", places.T.tolist(), strict=True)),
                mode="markers",
                marker={"size": 2.8, "opacity": 0.85, **_colour(labels, errors, by_error)},
                **_hover(labels, errors),
            )
        ]
    )
    if plane is not None:
        x, y, z = np.asarray(plane, np.float64).T.tolist()
        figure.add_trace(
            go.Mesh3d(
                x=x,
                y=y,
                z=z,
                i=[0, 0],
                j=[1, 2],
                k=[2, 3],
                color=colours.code,
                opacity=0.18,
                hoverinfo="skip",
                showscale=False,
            )
        )
    low, high = np.min(around, axis=0), np.max(around, axis=0)
    room = 0.06 * (high - low)
    axes = {
        f"{name}axis": {
            "range": [float(low[place] - room[place]), float(high[place] + room[place])],
            "title": {"text": name, "font": {"color": colours.muted, "size": 12}},
            "showbackground": False,
            "showticklabels": False,
            "zeroline": False,
            "showspikes": False,
            "gridcolor": colours.line,
            "linecolor": colours.line,
            "nticks": 5,
        }
        for place, name in enumerate("xyz")
    }
    figure.update_layout(
        scene={
            **axes,
            "aspectmode": "data",
            "dragmode": "turntable",
            "camera": CAMERA,
            "uirevision": revision,
            "bgcolor": "rgba(0,0,0,0)",
        },
        uirevision=revision,
        showlegend=False,
        **ground(colours, right=0, top=0),
    )
    return figure


def flat_codes(
    codes: ArrayLike,
    labels: ArrayLike,
    errors: ArrayLike,
    *,
    by_error: bool = False,
    theme: Theme | None = None,
    revision: str = "flat_codes",
) -> go.Figure:
    """Codes (n, 2) of the same points, coloured alike, with equal axes."""
    from plotly import graph_objects as go

    colours = palette(theme)
    places = np.asarray(codes, np.float64)
    return go.Figure(
        data=go.Scatter(
            x=places[:, 0].tolist(),
            y=places[:, 1].tolist(),
            mode="markers",
            marker={"size": 4.5, "opacity": 0.85, **_colour(labels, errors, by_error)},
            **_hover(labels, errors),
        ),
        layout={
            "xaxis": axis(colours, title={"text": "z₁"}),
            "yaxis": axis(colours, title={"text": "z₂"}, scaleanchor="x", scaleratio=1),
            "dragmode": "pan",
            "hovermode": "closest",
            "uirevision": revision,
            "showlegend": False,
            **ground(colours),
        },
    )


def _colour(labels: ArrayLike, errors: ArrayLike, by_error: bool) -> dict[str, Any]:
    if not by_error:
        return {"color": [class_colour(int(label)) for label in np.asarray(labels)]}
    values = np.asarray(errors, np.float64)
    return {"color": values.tolist(), "colorscale": SCALE, "cmin": 0.0, "cmax": float(_most(values))}


def _most(values: NDArray) -> float:
    """Where the scale of errors ends: a few large ones must not make all others alike."""
    return float(np.percentile(values, 98)) or 1.0 if len(values) else 1.0


def _hover(labels: ArrayLike, errors: ArrayLike) -> dict[str, Any]:
    values = np.column_stack([np.asarray(labels, np.float64) + 1, np.asarray(errors, np.float64)])
    return {
        "customdata": values.tolist(),
        "hovertemplate": "tenth %{customdata[0]:d} of the arc<br>error %{customdata[1]:.4f}<extra></extra>",
    }
