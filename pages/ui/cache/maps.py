"""The map of a model's codes: where they lie, its figure, its layers, walks over it, how crowded it is."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.latent import paths
from aemodels.store import models
from pages.ui import code_picture, plane
from pages.ui.cache import store, trainings


def data_uri(png: bytes) -> str:
    """A PNG as `data:image/png;base64,…`."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


@dataclass(frozen=True)
class AtlasSheet:
    """The decoder on a lattice: one PNG of columns × rows tiles; x, y are the codes of the outermost ones."""

    png: bytes
    columns: int
    rows: int
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return data_uri(self.png)


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
        return AtlasSheet(path.read_bytes(), **lattice) if path is not None and lattice is not None else None
    from aemodels.latent import atlas

    made = atlas.make_atlas(store.answering(name).decode, atlas.extent(store.codes(name).z))
    return AtlasSheet(made.to_png(), made.columns, made.rows, made.x, made.y)


def atlas_sheet(name: str) -> AtlasSheet | None:
    """The atlas of a model that has one. That of an epoch of a training is made at the first call: a second."""
    return _atlas_sheet(name, store.version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_plane(name: str, version: str) -> plane.Plane:
    return plane.fit(store.codes(name).z)


def map_plane(name: str) -> plane.Plane:
    """The plane in which the codes of `name` are drawn: their own for two numbers, of a PCA for more."""
    return _map_plane(name, store.version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_places(name: str, version: str) -> np.ndarray:
    return map_plane(name).project(store.codes(name).z)


def map_places(name: str) -> np.ndarray:
    """Where the test set's codes lie in that plane: (n, 2) float32."""
    return _map_places(name, store.version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_figure(name: str, version: str, legend: bool) -> Any:
    from aemodels.figures import latent_map, palette

    found = store.codes(name)
    figure = latent_map.latent_map(
        map_places(name), found.labels, class_names=store.class_names(name), revision=name
    )
    quiet = {"bgcolor": "rgba(0,0,0,0)", "color": palette.BOTH.muted, "activecolor": palette.BOTH.code}
    return figure.update_layout(showlegend=legend, modebar=quiet)


def map_figure(name: str, *, legend: bool = True) -> Any:
    """The scatter of a model's codes in that plane. Shared: not to be changed."""
    return _map_figure(name, store.version(name), legend)


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk between kept codes: its codes (n, d), their images (n, 28, 28, 1), and where the class changes."""

    codes: np.ndarray
    images: np.ndarray
    changes: tuple[paths.Change, ...]


@st.cache_resource(show_spinner=False, max_entries=64)
def _walk(name: str, version: str, between: tuple[tuple[float, ...], ...], kind: str, steps: int) -> Walk:
    model, found = store.answering(name), store.codes(name)
    way = paths.walk(np.asarray(between, np.float32), kind, steps, decode=model.decode)
    return Walk(way, model.decode(way), paths.class_changes(found.z, found.labels, way))


def walk(name: str, between: tuple[tuple[float, ...], ...], kind: str, steps: int) -> Walk:
    """The walk of a model of images; the card that shows it is drawn at every move of a slider."""
    return _walk(name, store.version(name), between, kind, steps)


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
