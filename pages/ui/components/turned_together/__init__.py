"""Several 3-D Plotly charts with one camera: whichever is turned or neared, the others follow, in the browser.

The arrow keys turn them while one has the focus, plus and minus come nearer and go further.
"""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui.components import assembled

_mount = assembled(__file__, "mounted.js", "plot_binding.js")


def turned_together(*, key: str, charts: Sequence[str], without_webgl: str) -> None:
    """Keep the 3-D charts of these keys together. `without_webgl` stands in their place where none can be drawn."""
    _mount(
        key=key,
        data={"charts": list(charts), "without_webgl": without_webgl},
        width="content",
        height="content",
    )
