"""A dot that marks one place of a Plotly map, laid over the chart so that its figure never changes.

It also sends the clicks that `latent_hover` announces: drawn inside a fragment, it reruns that fragment alone,
in one run. A click is the trigger `click` with `[x, y]` in data units, which is what a browser claims and must
be checked by whoever reads it (`pages.ui.places`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pages.ui.components import assembled, sent

_mount = assembled(__file__, "mounted.js", "plot_binding.js")


def latent_marker(
    *, key: str, chart: str, place: tuple[float, float] | None, label: str, on_click: Callable[[], None]
) -> None:
    """Mark `place` (data units) on the chart of key `chart`; None takes the dot away. `label` is its text.

    `on_click` runs after a click on the chart; `clicked(key)` tells it where.
    """
    data = {"chart": chart, "place": None if place is None else list(place), "label": label}
    _mount(key=key, data=data, width="content", height="content", on_click_change=on_click)


def clicked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    return sent(key, "click")
