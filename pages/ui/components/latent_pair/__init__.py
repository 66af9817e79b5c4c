"""Two Plotly maps of the same test images, linked: hovering on one rings and previews the image on the other.

Drawn inside a fragment, it reruns that fragment when one of the maps is clicked: the trigger `click` holds the
number of the image nearest to the place, which is what a browser claims and must be checked by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent
_BINDING: Final = (_FOLDER.parent / "plot_binding.js").read_text(encoding="utf-8")

_mount = st.components.v2.component(
    "latent_pair",
    js=_BINDING + (_FOLDER / "latent_pair.js").read_text(encoding="utf-8"),
)


def latent_pair(
    *, key: str, charts: tuple[str, str], chosen: int, label: str, on_click: Callable[[], None]
) -> None:
    """Link the charts of these keys; `chosen` is the number of the image that is marked on both, `label` its text.

    The points' `customdata` are the numbers of their images. `on_click` runs after a click on either chart;
    `clicked(key)` tells which image.
    """
    data = {"charts": list(charts), "chosen": chosen, "label": label}
    _mount(key=key, data=data, width="content", height="content", on_click_change=on_click)


def clicked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    value = st.session_state.get(key)
    return None if value is None else value.get("click")
