"""The manifold: what the decoder draws all over the map, as one picture under the axes of the map.

Kingma and Welling, "Auto-Encoding Variational Bayes" (2014), figure 4, but at equal steps of the code instead of
equal steps of probability, so that an image stands exactly where its code lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aemodels.figures import images
from aemodels.figures.latent_map import MARKS

if TYPE_CHECKING:
    from plotly import graph_objects as go


def manifold_figure(
    tiles: NDArray[np.uint8], x: Sequence[float], y: Sequence[float], scatter: go.Figure
) -> go.Figure:
    """Tiles (count², 28, 28), row by row with the largest y first, the outermost ones centred on the bounds.

    `x` and `y`: (low, high) in units of the code. Axes, zoom and marks are those of `scatter`, the latent_map of
    the same model, so that a visitor who changes between the two stays where they are.
    """
    from plotly import graph_objects as go

    count = round(len(tiles) ** 0.5)
    half_x, half_y = ((high - low) / (count - 1) / 2 for low, high in (x, y))
    figure = go.Figure([trace for trace in scatter.data if trace.name in MARKS], scatter.layout)
    figure.add_layout_image(
        source=images.data_uri(images.png(images.grid(tiles, count, gap=0))),
        xref="x",
        yref="y",
        x=x[0] - half_x,
        y=y[1] + half_y,
        sizex=x[1] - x[0] + 2 * half_x,
        sizey=y[1] - y[0] + 2 * half_y,
        sizing="stretch",
        layer="below",
    )
    return figure
