"""A small flat picture of images: a dot for each, in the colour of its class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError
from aemodels.figures.latent_map import middle_range
from aemodels.figures.layout import ground
from aemodels.figures.palette import POINT_OPACITY, Theme, class_colour, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go


def embedding(
    places: NDArray,
    labels: NDArray,
    *,
    class_names: Sequence[str] = (),
    theme: Theme | None = None,
    revision: str = "embedding",
) -> go.Figure:
    """Places (n, 2) with labels (n,) as a figure without axes or legend; hovering says the class.

    Each axis shows the middle 99.8 % of the places, with a scale of its own. Drawn with SVG: for few thousand dots.
    """
    from plotly import graph_objects as go

    points, classes = np.asarray(places, np.float64), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or classes.shape != (len(points),):
        raise ConfigError(
            "A flat picture needs places of two numbers, (n, 2), with one label each, (n,);"
            f" received {points.shape} and {classes.shape}."
        )
    traces = []
    for label in np.unique(classes):
        rows = classes == label
        name = class_names[label] if label < len(class_names) else str(label)
        traces.append(
            go.Scatter(
                x=points[rows, 0].round(4),
                y=points[rows, 1].round(4),
                name=name,
                mode="markers",
                marker={"color": class_colour(int(label)), "size": 4, "opacity": POINT_OPACITY},
                hovertemplate="%{fullData.name}<extra></extra>",
            )
        )
    colours = palette(theme)
    axis = {"visible": False, "fixedrange": True}
    layout = {
        "xaxis": {**axis, "range": middle_range(points[:, 0])},
        "yaxis": {**axis, "range": middle_range(points[:, 1])},
        "hovermode": "closest",
        "uirevision": revision,
        "showlegend": False,
        **ground(colours, right=0, top=0),
    }
    return go.Figure(data=traces, layout=layout)
