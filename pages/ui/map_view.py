"""The map of a model's codes: the Plotly scatter with the hover preview over it.

A click anywhere is one round trip. The marker reports it, on a point or beside one, to the fragment in which the
marker is drawn; where components cannot run, the chart's own selection of points does, to the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from aemodels.errors import StoreError
from pages.ui import cache, sidebar, state, theme
from pages.ui.components.latent_hover import latent_hover
from pages.ui.components.latent_marker import clicked, latent_marker

OnPlace = Callable[[Any], None]
OnOutline = Callable[[Any], bool]


def map_view(
    name: str,
    *,
    height: int,
    on_place: OnPlace,
    on_outline: OnOutline | None = None,
    small: bool = False,
    chart: str = state.LATENT_MAP.name,
    hover: str = state.HOVER.name,
) -> None:
    """Show the map of `name`, `height` pixels high, in the chart of key `chart` with the preview of key `hover`.

    `on_place` is a callback for browsers without components, see `map_marker` for all others; it gets [x, y] as the
    browser sent it, unchecked. `on_outline` is asked first with the chart's whole selection, and answers whether
    that was a box or a lasso. A small map has no legend and no toolbar, and leaves the mouse wheel to the page.
    """
    figure = cache.map_figure(name, legend=not small, height=height)
    with st.container(gap=None, key=f"{chart}_frame"):
        # Plotly takes a browser seconds to read; until then this picture stands where it will draw (style.css).
        with st.container(key=f"{chart}_opening{'_small' * small}"):
            st.image(
                cache.map_opening(name), width="stretch", alt="The same map as a picture, while it loads"
            )
        st.plotly_chart(
            figure,
            theme=None,  # the figure has its own colours, which do for both themes
            key=chart,
            height=height,
            on_select=lambda: _selected(chart, on_place, on_outline),
            selection_mode="points" if on_outline is None else ("points", "box", "lasso"),
            config={"scrollZoom": not small, "displayModeBar": False if small else "hover"},
            alt=description(name),
        )
        latent_hover(key=hover, chart=chart, atlas=_atlas(name))


def mapped(name: str) -> tuple[str, str | None]:
    """A model that has a map: `name`, or the default one and a remark (markdown) why it is not `name`."""
    if cache.has_codes(name):
        return name, None
    others = [card.name for card in cache.cards() if cache.has_codes(card.name)]
    if not others:
        raise StoreError("No model in the store has a map yet. Train one on the page Train.")
    other = sidebar.default_model(others)
    size = cache.card(name).code_size
    return (
        other,
        f"{theme.escaped(cache.title(name))} keeps {size:,} numbers, which make no map. You see **{other}**.",
    )


def map_marker(place: tuple[float, float] | None, label: str, on_place: OnPlace) -> None:
    """Mark a place on the map of the same page.

    A click on the map calls `on_place` with [x, y] as the browser sent it, unchecked, and reruns the fragment that
    the marker is drawn in.
    """
    key = state.LATENT_MARKER.name
    latent_marker(
        key=key,
        chart=state.LATENT_MAP.name,
        place=place,
        label=label,
        on_click=lambda: on_place(clicked(key)),
    )


def description(name: str) -> str:
    """What the map shows, in a sentence for a screen reader."""
    found = cache.codes(name)
    return (
        f"Scatter of the codes of {len(found.z):,} test images by {cache.title(name)}, coloured by class. "
        "The arrow keys move a cross over it, Enter decodes the place; the sliders do the same."
    )


def selected_place(selection: Any) -> list[float] | None:
    """[x, y] of the point in what `st.plotly_chart` reports; None where no point is selected."""
    points = (selection or {}).get("selection", {}).get("points", [])
    return [points[0].get("x"), points[0].get("y")] if points and hasattr(points[0], "get") else None


def _selected(chart: str, on_place: OnPlace, on_outline: OnOutline | None) -> None:
    selection = state.chart(chart).get()
    if on_outline is not None and on_outline(selection):
        return
    place = selected_place(selection)
    if place is not None:
        on_place(place)


def _atlas(name: str) -> dict[str, Any] | None:
    sheet = cache.atlas_sheet(name)
    if sheet is None:
        return None
    return {"uri": sheet.uri, **sheet.lattice}
