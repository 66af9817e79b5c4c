"""A dot on a Plotly map that is dragged, by mouse, finger or arrow keys, while the map previews what lies below it.

Where it is let go is the trigger `drop` with `[x, y]` in data units: what a browser claims, to be checked by
whoever reads it (`pages.ui.places`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pages.ui.components import assembled, sent

_mount = assembled(__file__, "mounted.js", "plot_binding.js")


def latent_handle(
    *, key: str, chart: str, place: tuple[float, float], label: str, on_drop: Callable[[], None]
) -> None:
    """Lay the dot at `place` (data units) over the chart of key `chart`; `label` says what it is.

    `on_drop` runs after it was moved; `dropped(key)` tells where to.
    """
    data = {"chart": chart, "place": list(place), "label": label}
    _mount(key=key, data=data, width="content", height="content", on_drop_change=on_drop)


def dropped(key: str) -> Any:
    """What the browser sent with the move that is being answered: unchecked; None if there was none."""
    return sent(key, "drop")
