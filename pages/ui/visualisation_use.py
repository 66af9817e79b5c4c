"""Visualisation: the same images laid out flat in four ways, each with what it keeps and what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures.embeddings import embedding
from aemodels.figures.palette import class_colour
from aemodels.measure import embedding_quality
from pages.ui import cache, errors, map_kind, measured, theme
from pages.ui.components.class_legend import class_legend

STUDY: Final = "visualisation"
HEIGHT: Final = 224
WIDTH: Final = 228  # of a panel: four beside each other on a laptop, one below the other on a phone


@dataclass(frozen=True)
class Panel:
    """One way to lay images out: its name in the study, its title, and what it can and cannot do."""

    name: str
    title: str
    role: theme.Role
    can: str


PANELS: Final = (
    Panel(
        "code",
        "The code itself",
        "code",
        "Takes new images at once, and **decodes**: every place is an image.",
    ),
    Panel(
        "pca",
        "PCA of pixels",
        "plain",
        "Takes new images and draws them again, as far as a plane can. Linear.",
    ),
    Panel(
        "tsne",
        "t-SNE of pixels",
        "plain",
        "Made to keep neighbours. No new images, no way back; gaps mean little.",
    ),
    Panel(
        "umap",
        "UMAP of pixels",
        "plain",
        "Keeps neighbours, too. New images and a way back: roughly, with patience.",
    ),
)
BY_TSNE: Final = Panel(
    "code",
    "t-SNE of the code",
    "code",
    "The code has more than two numbers: t-SNE lays it out. It **decodes**; this picture of it does not.",
)
HELP_TRUST: Final = (
    "1 if the ten nearest in the picture are the nearest by pixels, too (Venna and Kaski, 2001)."
)
HELP_KNN: Final = "Images whose class most of their ten nearest in the picture have; none votes for itself."
SOURCE: Final = (
    "t-SNE: van der Maaten and Hinton, *Visualizing data using t-SNE*, 2008. UMAP: McInnes, Healy and Melville, "
    "*UMAP: Uniform manifold approximation and projection*, 2018."
)


@st.fragment
@errors.as_sentences()
def visualisation_use(name: str) -> None:
    """The section: four flat pictures of the same test images, with their figures."""
    found = measured.result(name, STUDY, about="a minute")
    if found is None:
        return
    count = len(found["labels"])
    st.markdown(
        f"The same **{count:,} test images**, four times. Who keeps neighbours, and who can take new ones?"
    )
    with theme.card("Flat pictures", role="code", aside=_aside(found), key="flat_card"):
        names = cache.class_names(name)
        entries = [{"name": each, "colour": class_colour(label)} for label, each in enumerate(names)]
        class_legend(key="flat_legend", entries=entries)  # type: ignore[arg-type]
        with st.container(horizontal=True, gap="small", horizontal_alignment="distribute"):
            for panel in panels(found):
                with st.container(width=WIDTH, gap="xxsmall"):
                    _panel(name, panel, found)
    st.caption(SOURCE)


def panels(found: dict[str, np.ndarray]) -> tuple[Panel, ...]:
    """The four panels of a study: a code of more than two numbers is laid out by t-SNE."""
    return PANELS if bool(found["code_is_flat"]) else (BY_TSNE, *PANELS[1:])


def _panel(name: str, panel: Panel, found: dict[str, np.ndarray]) -> None:
    st.markdown(theme.coloured(panel.title, panel.role))
    if f"{panel.name}_steps" not in found:
        with st.container(height=HEIGHT, border=False):
            st.caption(f"UMAP is not installed here. {map_kind.GET_UMAP}")
        return
    places = embedding_quality.unpacked(found[f"{panel.name}_steps"], found[f"{panel.name}_ends"])
    figure = embedding(
        places, found["labels"], class_names=cache.class_names(name), revision=f"{panel.name} {name}"
    )
    st.plotly_chart(
        figure.update_layout(height=HEIGHT), key=f"flat_{panel.name}", config={"displayModeBar": False}
    )
    with st.container(horizontal=True, gap="medium"):
        st.metric(
            "Trustworthy", f"{float(found[f'{panel.name}_trust']):.3f}", help=HELP_TRUST, width="content"
        )
        st.metric("10-NN", f"{float(found[f'{panel.name}_knn']):.1%}", help=HELP_KNN, width="content")
    st.caption(panel.can)


def _aside(found: dict[str, np.ndarray]) -> str:
    have = [panel for panel in panels(found) if f"{panel.name}_knn" in found]
    best = max(have, key=lambda panel: float(found[f"{panel.name}_knn"]))
    return f"classes are clearest in {best.title}: {float(found[f'{best.name}_knn']):.0%} by 10-NN"
