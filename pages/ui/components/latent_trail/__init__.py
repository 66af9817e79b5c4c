"""Kept places, the way between them and ellipses, drawn over a Plotly map so that its figure never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pages.ui.components import assembled

_mount = assembled(__file__, "mounted.js", "plot_binding.js")


Place = tuple[float, float]


class Ellipse(TypedDict):
    """An ellipse along the axes: its centre and its two half-axes, in data units."""

    centre: Place
    radii: Place


def latent_trail(
    *,
    key: str,
    chart: str,
    label: str,
    kept: Sequence[Place] = (),
    numbers: bool = True,
    path: Sequence[Place] = (),
    changes: Sequence[Place] = (),
    ellipses: Sequence[Ellipse] = (),
) -> None:
    """Draw over the chart of key `chart`: rings at `kept`, numbered or not, a line along `path`, `ellipses`.

    `changes` are places of the path at which something changes: a diamond each.

    All in data units; `label` says for a screen reader what it is.
    """
    data = {
        "chart": chart,
        "label": label,
        "kept": [list(place) for place in kept],
        "numbers": numbers,
        "path": [list(place) for place in path],
        "changes": [list(place) for place in changes],
        "ellipses": list(ellipses),
    }
    _mount(key=key, data=data, width="content", height="content")
