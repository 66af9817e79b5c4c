"""Two Plotly maps of the same test images, linked: hovering on one rings and previews the image on the other.

Drawn inside a fragment, it reruns that fragment when one of the maps is clicked: the trigger `click` holds the
number of the image nearest to the place, which is what a browser claims and must be checked by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pages.ui.components import assembled, sent

_mount = assembled(__file__, "mounted.js", "plot_binding.js")


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
    return sent(key, "click")
