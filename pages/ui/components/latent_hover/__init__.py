"""The map under the cursor: a hover preview from the atlas, and a click anywhere on the chart.

The component binds to the Plotly chart of a given key in the same page. It shows the preview without the server,
and announces a click to `latent_marker`, which sends it. Where the browser has no WebGL, it draws the points.
"""

from __future__ import annotations

from typing import Any

from pages.ui.components import assembled

_mount = assembled(__file__, "mounted.js", "plot_binding.js", "plain_points.js")


def latent_hover(*, key: str, chart: str, atlas: dict[str, Any] | None) -> None:
    """Lay the component over the chart of key `chart`.

    `atlas` is the lattice of `aemodels.latent.atlas` and the `uri` of its picture, or None for no preview.
    """
    _mount(key=key, data={"chart": chart, "atlas": atlas}, height="content")
