"""Over a 3-D Plotly chart: marks that turn with it, clicks on its points, and the arrow keys that turn it.

Streamlit reports no click on a 3-D chart. It draws the whole chart anew whenever its figure changes, with the
camera where it was at first: so the figure stays as it is, and the marks lie over it.

Drawn inside a fragment, it reruns that fragment: the trigger `click` holds the `customdata` of the point, which is
what a browser claims and must be checked by whoever reads it. A browser without WebGL shows a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pages.ui.components import assembled, sent

_mount = assembled(__file__, "mounted.js", "plot_binding.js")

Place = Sequence[float]
"""Three numbers."""


def space_points(
    *,
    key: str,
    chart: str,
    place: Place,
    kept: Sequence[Place],
    path: Sequence[Place],
    label: str,
    without_webgl: str,
    on_click: Callable[[], None],
) -> None:
    """Draw over the 3-D chart of key `chart`: a dot at `place`, numbered rings at `kept`, a line along `path`.

    All in data units; `label` says for a screen reader what it is. `on_click` runs after a click on a point, and
    `clicked(key)` tells it which. `without_webgl` stands in the chart's place where the browser cannot draw it.
    """
    data = {
        "chart": chart,
        "place": list(place),
        "kept": [list(each) for each in kept],
        "path": [list(each) for each in path],
        "label": label,
        "without_webgl": without_webgl,
    }
    _mount(key=key, data=data, width="content", height="content", on_click_change=on_click)


def clicked(key: str) -> Any:
    """What the browser sent with the click that is being answered: unchecked; None if there was none."""
    return sent(key, "click")
