"""The map of a model's codes: where they lie, its atlas and figures, walks over it, how crowded it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.latent import paths, planes
from aemodels.store import models
from pages.ui import code_picture, pictures, state
from pages.ui.cache import store, trainings


@dataclass(frozen=True)
class AtlasSheet:
    """The decoder on a lattice: one PNG, and where its tiles lie (`aemodels.latent.atlas.Atlas.lattice`)."""

    png: bytes
    lattice: dict[str, Any]

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return pictures.uri(self.png)


def has_atlas(name: str) -> bool:
    """Whether there is a decoder of images over a plane of two numbers, and so an atlas of it."""
    if trainings.is_one(name):
        return store.card(name).code_size == 2 and store.draws_images(name)
    return store.card(name).atlas is not None and models.atlas_path(name) is not None


@st.cache_resource(show_spinner=False, max_entries=16)
def _atlas_sheet(name: str, version: str) -> AtlasSheet | None:
    if not has_atlas(name):
        return None
    if not trainings.is_one(name):
        lattice, path = store.card(name).atlas, models.atlas_path(name)
        return AtlasSheet(path.read_bytes(), lattice) if path is not None and lattice is not None else None
    from aemodels.latent import atlas

    z = store.codes(name).z
    made = atlas.make_atlas(store.answering(name).decode, atlas.extent(z), around=z)
    return AtlasSheet(made.to_png(), made.lattice)


def atlas_sheet(name: str) -> AtlasSheet | None:
    """The atlas of a model that has one. That of an epoch of a training is made at the first call: a second."""
    return _atlas_sheet(name, store.version(name))


PCA: Final = "pca"
UMAP: Final = "umap"
SPACE: Final = "space"


def map_kinds(name: str) -> tuple[str, ...]:
    """How the codes of `name` can be laid out, the usual way first: a code of two numbers is its own place."""
    size = store.card(name).code_size
    if size <= 2:
        return (PCA,)
    return ((SPACE,) if size == 3 else ()) + (PCA,) + ((UMAP,) if planes.has_umap() else ())


def map_kind(name: str) -> str:
    """The one of `map_kinds` that the visitor has chosen for this model, or the usual one."""
    kinds = map_kinds(name)
    if len(kinds) == 1:
        return kinds[0]
    chosen = state.MAP_KINDS.get().get(name)
    return chosen if chosen in kinds else kinds[0]


def flat_kind(name: str) -> str:
    """The kind of the flat map: `map_kind`, or PCA while the codes are shown in space."""
    kind = map_kind(name)
    return PCA if kind == SPACE else kind


@st.cache_resource(show_spinner=False, max_entries=16)
def _plane(name: str, version: str) -> planes.Plane:
    return planes.fit(store.codes(name).z)


# A spinner needs a page: only a visitor can have chosen UMAP.
@st.cache_resource(show_spinner="UMAP lays out the codes. It takes half a minute, once.", max_entries=8)
def _embedding(name: str, version: str) -> planes.Embedding:
    return planes.embed(store.codes(name).z)


def map_plane(name: str) -> planes.Projection:
    """How the codes of `name` are drawn flat: their own plane for two numbers; for more PCA or UMAP, as chosen.

    The first call for UMAP takes half a minute, and raises ConfigError where UMAP fails.
    """
    of_kind = _embedding if flat_kind(name) == UMAP else _plane
    return of_kind(name, store.version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_places(name: str, version: str, kind: str) -> np.ndarray:
    if kind == UMAP:
        return _embedding(name, version).places
    return _plane(name, version).project(store.codes(name).z)


def map_places(name: str) -> np.ndarray:
    """Where the test set's codes lie on that map: (n, 2) float32."""
    return _map_places(name, store.version(name), flat_kind(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_opening(name: str, version: str, kind: str) -> str:
    from aemodels.figures import latent_map, map_picture

    places = _map_places(name, version, kind)
    (x_low, x_high), (y_low, y_high) = (latent_map.middle_range(column) for column in places.T)
    labels = store.codes(name).labels
    return pictures.uri(map_picture.map_picture(places, labels, (x_low, x_high), (y_low, y_high)))


def map_opening(name: str) -> str:
    """What is seen of the map of `name` before its chart can draw: a data URI, which covers the chart's ranges."""
    return _map_opening(name, store.version(name), flat_kind(name))


def _quiet_tools(figure: Any) -> Any:
    from aemodels.figures import palette

    quiet = {"bgcolor": "rgba(0,0,0,0)", "color": palette.BOTH.muted, "activecolor": palette.BOTH.code}
    return figure.update_layout(modebar=quiet)


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_figure(name: str, version: str, kind: str, legend: bool, height: int | None) -> Any:
    from aemodels.figures import latent_map

    places = _map_places(name, version, kind)
    figure = latent_map.latent_map(
        places,
        store.codes(name).labels,
        class_names=store.class_names(name),
        revision=name if kind == PCA else f"{name} {kind}",
        legend=legend,
    )
    return _quiet_tools(figure.update_layout(height=height))


def map_figure(name: str, *, legend: bool = True, height: int | None = None) -> Any:
    """The scatter of a model's codes on that map. Shared: not to be changed.

    With its `height` (pixels) inside: Streamlit draws a figure without one at 450 pixels first, then at the height
    that it was asked for, and the axes show more from then on.
    """
    return _map_figure(name, store.version(name), flat_kind(name), legend, height)


@st.cache_resource(show_spinner=False, max_entries=16)
def _space_figure(name: str, version: str, dark: bool) -> Any:
    from aemodels.figures import latent_space

    found = store.codes(name)
    return _quiet_tools(
        latent_space.latent_space(
            found.z,
            found.labels,
            class_names=store.class_names(name),
            theme="dark" if dark else "light",
            revision=f"{name} {SPACE}",
        )
    )


def space_figure(name: str, *, dark: bool) -> Any:
    """The codes of three numbers of a model in space. Shared: not to be changed."""
    return _space_figure(name, store.version(name), dark)


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk between kept codes: its codes (n, d), their images (n, 28, 28, 1), and their classes (n,)."""

    codes: np.ndarray
    images: np.ndarray
    classes: np.ndarray

    @property
    def changes(self) -> tuple[paths.Change, ...]:
        """Where the class changes."""
        return paths.changes(self.classes)

    @property
    def borders(self) -> np.ndarray:
        """The codes half way between the step before a change and the first one after it."""
        steps = [change.step for change in self.changes]
        return (self.codes[steps] + self.codes[[step - 1 for step in steps]]) / 2


@st.cache_resource(show_spinner=False, max_entries=64)
def _walk(name: str, version: str, between: tuple[tuple[float, ...], ...], kind: str, steps: int) -> Walk:
    model, found = store.answering(name), store.codes(name)
    way = paths.walk(np.asarray(between, np.float32), kind, steps, decode=model.decode)
    return Walk(way, model.decode(way), paths.classes_along(found.z, found.labels, way))


def walk(name: str, between: tuple[tuple[float, ...], ...], kind: str, steps: int) -> Walk:
    """The walk of a model of images; the card that shows it is drawn at every move of a slider."""
    return _walk(name, store.version(name), between, kind, steps)


@st.cache_resource(show_spinner=False, max_entries=16)
def _class_codes(name: str, version: str) -> dict[int, np.ndarray]:
    from aemodels.latent import arithmetic

    found = store.codes(name)
    return dict(arithmetic.class_means(found.z, found.labels))


def class_codes(name: str) -> dict[int, np.ndarray]:
    """The mean code (d,) of each class."""
    return _class_codes(name, store.version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _crowding(name: str, version: str) -> np.ndarray:
    from aemodels.latent import neighbours

    return neighbours.crowding(store.codes(name).z)


def crowding(name: str) -> np.ndarray:
    """How crowded it is around each code, for `neighbours.density_percentile`. The first call takes a second."""
    return _crowding(name, store.version(name))


@dataclass(frozen=True)
class CodeMap:
    """A test set's codes as a small picture: bounds in z (left, right, bottom, top), and a data URI."""

    bounds: tuple[float, float, float, float]
    uri: str


@st.cache_resource(show_spinner=False, max_entries=16)
def _code_map(name: str, version: str) -> CodeMap | None:
    try:
        found = store.codes(name)
    except AemodelsError:
        return None
    return CodeMap(code_picture.map_bounds(found.z), code_picture.map_background(found.z, found.labels))


def code_map(name: str) -> CodeMap | None:
    """The map of a two-dimensional model's codes as a small picture; None where its codes are not stored."""
    return _code_map(name, store.version(name))
