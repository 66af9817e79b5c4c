"""The codes of three numbers in space, with the chosen place, the kept places and the walk between them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import cache, choice, places, state, tray
from pages.ui.components.space_points import clicked, space_points

HEIGHT: Final = 470  # pixels
WITHOUT_WEBGL: Final = (
    "This browser has no WebGL, which the 3-D view needs. Choose PCA above to see the codes."
)


def space_view(name: str) -> None:
    """Show the codes of the model `name` in space."""
    st.plotly_chart(
        cache.space_figure(name, dark=st.context.theme.type == "dark"),
        theme=None,
        key=state.LATENT_SPACE.name,
        height=HEIGHT,
        config={"displayModeBar": "hover", "modeBarButtons": [["resetCameraDefault3d", "toImage"]]},
        alt=description(name),
    )


def marks(name: str, walk: cache.Walk | None) -> None:
    """Mark the chosen and the kept places there, and the `walk` between them; take the clicks.

    Drawn in the panel's fragment: a click reruns that alone, and the figure never changes.
    """
    chosen = choice.current(name)
    kept = tray.kept(name)
    label = f"The decoded place, {places.for_people(chosen.code)}"
    space_points(
        key=state.SPACE_POINTS.name,
        chart=state.LATENT_SPACE.name,
        place=chosen.code,
        kept=kept,
        path=() if walk is None else walk.codes.tolist(),
        label=f"{label}; {len(kept)} kept places" if kept else label,
        without_webgl=WITHOUT_WEBGL,
        on_click=lambda: tray.choose_image(name, clicked(state.SPACE_POINTS.name)),
    )


def description(name: str) -> str:
    """What is seen, in a sentence for a screen reader."""
    return (
        f"The codes of test images by {cache.title(name)} in space, coloured by class. The arrow keys turn them, "
        "plus and minus come nearer and go further; the sliders move the chosen place."
    )
