"""The map under the cursor: a hover preview from the atlas, and a click anywhere on the chart.

The component binds to the Plotly chart of a given key in the same page. It shows the preview without the server,
and announces a click to `latent_marker`, which sends it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent
_BINDING: Final = (_FOLDER.parent / "plot_binding.js").read_text(encoding="utf-8")

_mount = st.components.v2.component(
    "latent_hover",
    html=(_FOLDER / "latent_hover.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "latent_hover.css").read_text(encoding="utf-8"),
    js=_BINDING + (_FOLDER / "latent_hover.js").read_text(encoding="utf-8"),
)


def latent_hover(*, key: str, chart: str, atlas: dict[str, Any] | None) -> None:
    """Lay the component over the chart of key `chart`.

    `atlas` is `{"uri", "columns", "rows", "x": [low, high], "y": [low, high]}`, or None for a map without a
    preview.
    """
    _mount(key=key, data={"chart": chart, "atlas": atlas}, height="content")
