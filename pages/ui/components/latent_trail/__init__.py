"""Kept places and the way between them, drawn over a Plotly map so that its figure never changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent
_BINDING: Final = (_FOLDER.parent / "plot_binding.js").read_text(encoding="utf-8")

_mount = st.components.v2.component(
    "latent_trail",
    js=_BINDING + (_FOLDER / "latent_trail.js").read_text(encoding="utf-8"),
)


def latent_trail(
    *,
    key: str,
    chart: str,
    kept: Sequence[tuple[float, float]],
    path: Sequence[tuple[float, float]],
    label: str,
) -> None:
    """Number the places `kept` (data units) on the chart of key `chart`, and draw `path` through its places."""
    data = {
        "chart": chart,
        "kept": [list(place) for place in kept],
        "path": [list(place) for place in path],
        "label": label,
    }
    _mount(key=key, data=data, width="content", height="content")
