"""Every cache of the pages: what visitors share is loaded once, read-only, and in bounded number.

Nobody calls `fit` or `compile` on what is handed out here, and nobody writes into its arrays. A model that is
saved again under its name is another model: the date in its card is part of the key.

The first page is drawn before TensorFlow is imported. Nothing here imports it until a model is asked for;
`warm_up()` does so in one background thread as soon as the first page is out.
"""

from __future__ import annotations

import base64
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from aemodels.data import datasets
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.errors import AemodelsError, StoreError
from aemodels.latent import paths
from aemodels.measure import metrics
from aemodels.measure.baselines import Pca
from aemodels.store import models
from pages.ui import code_picture, plane
from pages.ui.tensorflow import WarmUp, keep_kernels

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Dataset
    from aemodels.measure.classical import Choice
    from aemodels.preview import Preview
    from aemodels.store.card import Card
    from aemodels.training.jobs import JobQueue

DEFAULT_MODEL: Final = "vae-mnist-2d"

_log = logging.getLogger(__name__)


# --- models of the store ----------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, ttl=2.0)  # a model saved by the command line appears soon, too
def _stamp() -> object:
    return models.stamp()


# Reading all cards takes 15 times as long as their stamp.
@st.cache_resource(show_spinner=False, max_entries=4)
def _cards(stamp: object) -> tuple[Card, ...]:
    return tuple(models.list_models())


def cards() -> tuple[Card, ...]:
    """The cards of all models of the store, shipped ones first."""
    return _cards(_stamp())


def forget_cards() -> None:
    """Look at the store again: call it after a model was saved or deleted."""
    _stamp.clear()


def card(name: str) -> Card:
    """The card of `name`. Raises StoreError if the store has no such model."""
    for entry in cards():
        if entry.name == name:
            return entry
    return models.read_card(name)


def _version(name: str) -> str:
    return str(card(name).created)


@st.cache_resource(show_spinner=False, max_entries=6)  # a spinner needs a page; the warm-up has none
def _model(name: str, version: str) -> Autoencoder:
    import aemodels

    loaded = aemodels.load(name)
    keep_kernels()
    return loaded


def model(name: str) -> Autoencoder:
    """The model itself, on TensorFlow: the first call of a process waits for that import."""
    return _model(name, _version(name))


@st.cache_resource(show_spinner=False, max_entries=6)
def _quick_model(name: str, version: str) -> Preview:
    from aemodels import preview

    return preview.load(name)


def quick_model(name: str) -> Preview | None:
    """The same dense model as a NumPy forward pass; None where the model is not dense."""
    try:
        return _quick_model(name, _version(name))
    except AemodelsError:
        return None


def answering(name: str) -> Autoencoder | Preview:
    """Whatever can encode, decode and reconstruct for `name` right now without waiting for TensorFlow.

    Dense models answer by NumPy until TensorFlow is there; all others wait for it.
    """
    if not warm_up_state().done.is_set():
        quick = quick_model(name)
        if quick is not None:
            return quick
    return model(name)


@st.cache_resource(show_spinner=False, max_entries=16)
def _codes(name: str, version: str) -> models.Codes:
    return models.codes(name)


def codes(name: str) -> models.Codes:
    """The stored codes of the model's test split: `z` (n, d) float32 and `labels` (n,) uint8."""
    return _codes(name, _version(name))


def class_names(name: str) -> tuple[str, ...]:
    """What the labels of the model's data set stand for; none for a data set that is not in the table."""
    record = datasets.DATASETS.get(card(name).dataset)
    return () if record is None else record.class_names


def draws_images(name: str) -> bool:
    """Whether the model's answers are images; those of recipe `three-to-two` are points."""
    return not card(name).config.linear_output


def class_name(name: str, label: int) -> str:
    """A label in words, as the model's data set has them."""
    names = class_names(name)
    return names[label] if label < len(names) else str(label)


def has_codes(name: str) -> bool:
    """Whether the model's codes are stored: those of feature maps, thousands of numbers each, are not."""
    try:
        return len(codes(name).z) > 0
    except AemodelsError:
        return False


@st.cache_resource(show_spinner=False, max_entries=16)
def _history(name: str, version: str) -> dict[str, list[float]]:
    return models.history(name)


def history(name: str) -> dict[str, list[float]]:
    """The epochs of the model's training, column by column. Raises StoreError if they were not kept."""
    return _history(name, _version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _atlas_uri(name: str, version: str) -> str | None:
    path = models.atlas_path(name)
    if path is None:
        return None
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def atlas_uri(name: str) -> str | None:
    """The sprite of the decoder on a lattice, as a data URI; None for a model without one."""
    return _atlas_uri(name, _version(name))


TYPICAL_OF: Final = 50  # test images among which the typical one is looked for


@st.cache_resource(show_spinner=False, max_entries=32)
def _typical_digit(name: str, version: str, dataset: str) -> int:
    x = _dataset(dataset).test.take(slice(TYPICAL_OF)).x
    errors = metrics.mse(x, answering(name).reconstruct(x))
    return int(np.flatnonzero(errors <= np.median(errors))[0])


def typical_digit(name: str, dataset: str) -> int:
    """The first test image that the model reconstructs as well as most: no page begins with a rare failure."""
    return _typical_digit(name, _version(name), dataset)


# --- data sets --------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=4)
def _dataset(name: str) -> Dataset:
    return datasets.load(name, download=False)


def local_dataset(name: str) -> Dataset | None:
    """The data set if it is on this machine already; None otherwise. Never downloads."""
    if not datasets.find_local(name):
        return None
    try:
        return _dataset(name)
    except AemodelsError:
        _log.warning("The data set %s is on this machine, but cannot be read.", name, exc_info=True)
        return None


def originals(name: str) -> Dataset | None:
    """The data set whose test images the stored codes of `name` belong to, if it is at hand and the same."""
    entry = card(name)
    data = local_dataset(entry.dataset) if entry.dataset in datasets.DATASETS else None
    if data is None or data.fingerprint != entry.fingerprint or data.test.values.ndim != 3:
        return None
    return data


def sample_dataset(name: str = "mnist") -> Dataset:
    """`name` if it is at hand without a download, otherwise the bundled digits."""
    return local_dataset(name) or _dataset("digits")


@st.cache_resource(show_spinner="Fitting a PCA to compare with", max_entries=4)
def _pca(dataset: str) -> Pca:
    images = _dataset(dataset).train.values[..., None]
    return Pca.fit(images, images[0].size)  # all components: a smaller PCA is the beginning of a larger one


def pca(dataset: str, code_size: int) -> Pca:
    """The linear comparison: a PCA of `code_size` numbers, fitted on a local data set's training images.

    A code larger than the image is compared with the largest PCA there is, which loses nothing.
    """
    whole = _pca(dataset)
    return whole.truncate(min(code_size, whole.latent_dim))


# --- figures ----------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_plane(name: str, version: str) -> plane.Plane:
    return plane.fit(codes(name).z)


def map_plane(name: str) -> plane.Plane:
    """The plane in which the codes of `name` are drawn: their own for two numbers, of a PCA for more."""
    return _map_plane(name, _version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_places(name: str, version: str) -> np.ndarray:
    return map_plane(name).project(codes(name).z)


def map_places(name: str) -> np.ndarray:
    """Where the test set's codes lie in that plane: (n, 2) float32."""
    return _map_places(name, _version(name))


@st.cache_resource(show_spinner=False, max_entries=16)
def _map_figure(name: str, version: str, legend: bool) -> Any:
    from aemodels.figures import latent_map, palette

    found = codes(name)
    figure = latent_map.latent_map(
        map_places(name), found.labels, class_names=class_names(name), revision=name
    )
    quiet = {"bgcolor": "rgba(0,0,0,0)", "color": palette.BOTH.muted, "activecolor": palette.BOTH.code}
    return figure.update_layout(showlegend=legend, modebar=quiet)


def map_figure(name: str, *, legend: bool = True) -> Any:
    """The scatter of a model's codes in that plane. Shared: not to be changed."""
    return _map_figure(name, _version(name), legend)


@dataclass(frozen=True)
class MapLayer:
    """A field over the map as a picture: a data URI, the bounds that it covers, and the range of its colour."""

    uri: str
    x: tuple[float, float]
    y: tuple[float, float]
    low: float | None = None
    high: float | None = None


MANIFOLD: Final = "manifold"
MANIFOLD_SIDE: Final = 20
"""Images a side of the manifold grid: at 500 pixels each is still to be recognised."""


@st.cache_resource(show_spinner=False, max_entries=32)
def _layer(name: str, version: str, layer: str) -> MapLayer:
    from aemodels.figures import images, layers
    from aemodels.latent import atlas, fields

    if layer == MANIFOLD:
        path, lattice = models.atlas_path(name), card(name).atlas
        if path is None or lattice is None:
            raise StoreError("This model has no atlas to show as a manifold. Train and save it again.")
        tiles = atlas.manifold(atlas.Atlas.from_png(path.read_bytes(), **lattice), MANIFOLD_SIDE)
        picture = images.png(images.grid(tiles, MANIFOLD_SIDE, gap=0))
        return _over_nodes(picture, (lattice["x"], lattice["y"]), MANIFOLD_SIDE)
    places, model = map_places(name), answering(name)
    given = {"codes": places, "labels": codes(name).labels, "encode": model.encode, "decode": model.decode}
    extent = atlas.extent(places)
    arguments = {need: given[need] for need in fields.FIELDS[layer].needs}
    measured = getattr(fields, layer)(**arguments, extent=extent)
    if layer not in layers.HUES:
        return _over_nodes(layers.png(layers.regions_image(measured)), extent, fields.NODES)
    drawn = layers.field_image(measured, colour=layers.HUES[layer])
    return _over_nodes(layers.png(drawn.image), extent, fields.NODES, drawn.low, drawn.high)


def _over_nodes(
    png: bytes, extent: Any, nodes: int, low: float | None = None, high: float | None = None
) -> MapLayer:
    """A picture of so many nodes a side: the outermost lie on the bounds, and each reaches half a step around."""
    half = [(top - bottom) / (nodes - 1) / 2 for bottom, top in extent]
    x, y = ((bottom - more, top + more) for (bottom, top), more in zip(extent, half, strict=True))
    return MapLayer("data:image/png;base64," + base64.b64encode(png).decode("ascii"), x, y, low, high)


def layer(name: str, layer: str) -> MapLayer:
    """A field of `aemodels.latent.fields`, or the manifold, over the map of `name`.

    The first call measures a field, which takes a second or two.
    """
    return _layer(name, _version(name), layer)


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk between kept codes: its codes (n, d), their images (n, 28, 28, 1), and where the class changes."""

    codes: np.ndarray
    images: np.ndarray
    changes: tuple[paths.Change, ...]


@st.cache_resource(show_spinner=False, max_entries=64)
def _walk(name: str, version: str, between: tuple[tuple[float, ...], ...], kind: str, steps: int) -> Walk:
    model, found = answering(name), codes(name)
    way = paths.walk(np.asarray(between, np.float32), kind, steps, decode=model.decode)
    return Walk(way, model.decode(way), paths.class_changes(found.z, found.labels, way))


def walk(name: str, between: tuple[tuple[float, ...], ...], kind: str, steps: int) -> Walk:
    """The walk of a model of images; the card that shows it is drawn at every move of a slider."""
    return _walk(name, _version(name), between, kind, steps)


@st.cache_resource(show_spinner=False, max_entries=16)
def _crowding(name: str, version: str) -> np.ndarray:
    from aemodels.latent import neighbours

    return neighbours.crowding(codes(name).z)


def crowding(name: str) -> np.ndarray:
    """How crowded it is around each code, for `neighbours.density_percentile`. The first call takes a second."""
    return _crowding(name, _version(name))


# --- classical filters ------------------------------------------------------------------------------------


TUNING_IMAGES: Final = 16  # a filter has one parameter, and few values are tried: enough to choose among them
TUNING_LEVELS: Final = 8  # levels of noise, over a kind's whole range, at which filters are tuned


@st.cache_resource(show_spinner=False, max_entries=128)
def _filters(dataset: str, kind: str, level: float) -> dict[str, Choice]:
    from aemodels.data.corruptions import corrupt
    from aemodels.measure import classical

    clean = _dataset(dataset).train.take(slice(-TUNING_IMAGES, None)).x
    return classical.tune(clean, corrupt(clean, kind, level, 0))


def filters(dataset: str, kind: str, level: float) -> dict[str, Choice]:
    """The classical denoisers with their parameters chosen for this noise, on images of the training split.

    Tuned at the nearest of a few levels, so that moving a slider does not tune at every step of it.
    """
    record = CORRUPTIONS[kind]
    step = (record.high - record.low) / TUNING_LEVELS
    near = record.low + max(round((level - record.low) / step), 1) * step
    return _filters(dataset, kind, round(near, 6))


# --- pictures ---------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def ready_for_pictures() -> None:
    """Import what preparing a picture needs, in the background, once: the first stroke shall not wait for it."""
    from aemodels.data import images

    strokes = np.zeros((56, 56), np.uint8)
    strokes[8:48, 24:32] = 255
    threading.Thread(target=images.prepare_array, args=(strokes,), name="pictures", daemon=True).start()


@dataclass(frozen=True)
class CodeMap:
    """A test set's codes as a small picture: bounds in z (left, right, bottom, top), and a data URI."""

    bounds: tuple[float, float, float, float]
    uri: str


@st.cache_resource(show_spinner=False, max_entries=16)
def _code_map(name: str, version: str) -> CodeMap | None:
    try:
        found = codes(name)
    except AemodelsError:
        return None
    return CodeMap(code_picture.map_bounds(found.z), code_picture.map_background(found.z, found.labels))


def code_map(name: str) -> CodeMap | None:
    """The map of a two-dimensional model's codes as a small picture; None where its codes are not stored."""
    return _code_map(name, _version(name))


def map_shape(name: str) -> tuple[int, int, int] | None:
    """Rows, columns and filters of a code that is feature maps; None for a code that is a plain vector."""
    config = card(name).config
    return config.map_shape if config.latent_dim is None else None  # type: ignore[attr-defined]


# --- trainings --------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def jobs() -> JobQueue:
    """The process's one queue of trainings."""
    from aemodels.training.jobs import JobQueue

    return JobQueue()


# --- TensorFlow in the background -------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def warm_up_state() -> WarmUp:
    """The process's one WarmUp."""
    blank = np.zeros((1, 28, 28, 1), np.float32)
    return WarmUp(lambda: model(DEFAULT_MODEL).reconstruct(blank))


def warm_up() -> None:
    """Begin to import TensorFlow in the background: at the end of a run, so that its page is out already."""
    warm_up_state().start()
