"""The map under the cursor: a hover preview from the atlas, and a click anywhere on the chart.

The component binds to the Plotly chart of a given key in the same page. It shows the preview without the server,
and announces a click to `latent_marker`, which sends it. Where the browser has no WebGL, it draws the points.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent
_SHARED: Final = "".join(
    (_FOLDER.parent / name).read_text(encoding="utf-8") for name in ("plot_binding.js", "plain_points.js")
)

_mount = st.components.v2.component(
    "latent_hover",
    html=(_FOLDER / "latent_hover.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "latent_hover.css").read_text(encoding="utf-8"),
    js=_SHARED + (_FOLDER / "latent_hover.js").read_text(encoding="utf-8"),
)


def latent_hover(*, key: str, chart: str, atlas: dict[str, Any] | None) -> None:
    """Lay the component over the chart of key `chart`.

    `atlas` is the lattice of `aemodels.latent.atlas` and the `uri` of its picture, or None for no preview.
    """
    _mount(key=key, data={"chart": chart, "atlas": atlas}, height="content")
