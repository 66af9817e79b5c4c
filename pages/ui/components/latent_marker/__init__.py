"""A dot that marks one place of a Plotly map, laid over the chart so that its figure never changes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent
_BINDING: Final = (_FOLDER.parent / "plot_binding.js").read_text(encoding="utf-8")

_mount = st.components.v2.component(
    "latent_marker",
    js=_BINDING + (_FOLDER / "latent_marker.js").read_text(encoding="utf-8"),
)


def latent_marker(*, key: str, chart: str, place: tuple[float, float] | None, label: str) -> None:
    """Mark `place` (data units) on the chart of key `chart`; None takes the dot away. `label` is its text."""
    data = {"chart": chart, "place": None if place is None else list(place), "label": label}
    _mount(key=key, data=data, width="content", height="content")
