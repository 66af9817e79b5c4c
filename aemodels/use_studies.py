"""Studies of what autoencoders are used for: features, flat pictures, new images, and classifiers with few labels.

The computations are those of `aemodels.measure`; here they are given a model and a data set. Training images are
the first 20,000 of the training split; validation images its last 2,000 (a fifth of a small one), where
`held_back.last` puts those that the model was not fitted to; test images the test split. What does not depend on
the model (pixels, their PCA, t-SNE and UMAP) is computed once for a data set.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset, Split
    from aemodels.measure.baselines import Pca
    from aemodels.store.card import Card

Arrays = dict[str, np.ndarray]
Progress = Callable[[float], None]

MOST_TRAINING: Final = 20_000
MOST_VALIDATION: Final = 2_000
SHOWN: Final = 2_000  # test images in a flat picture
REAL: Final = 200  # test images a class that generated ones are compared with
WIDEST: Final = 784  # numbers of a code; feature maps of more are no summary


def of_images(card: Card) -> bool:
    """Whether the model draws images, from a code that is no longer than they are."""
    return not card.config.linear_output and card.code_size <= WIDEST


def parts(dataset: Dataset) -> tuple[Split, Split, Split]:
    """The training, validation and test images of these studies."""
    held_back = min(MOST_VALIDATION, len(dataset.train) // 5)
    pool = min(MOST_TRAINING, len(dataset.train) - held_back)
    return dataset.train.take(slice(0, pool)), dataset.train.take(slice(-held_back, None)), dataset.test


@dataclass(frozen=True)
class _Same:
    """A data set that is the same as another with these splits in this order, however often it is put together."""

    fingerprint: str  # of the test split
    order: int  # of the training split: the labels say where its images lie
    dataset: Dataset = field(compare=False)


def _same(dataset: Dataset) -> _Same:
    return _Same(dataset.fingerprint, zlib.crc32(np.ascontiguousarray(dataset.train.labels).data), dataset)


@functools.lru_cache(maxsize=2)
def _pca(same: _Same) -> Pca:
    from aemodels.measure.baselines import Pca

    images = parts(same.dataset)[0].values[..., None]
    return Pca.fit(images, images[0].size)


# --- features: a linear probe --------------------------------------------------------------------------------


def features(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """Accuracy of a linear probe by number of labels, on codes, pixels and a PCA of the same size."""
    from aemodels.measure import probe

    splits = parts(dataset)
    of_codes = probe.Features(*(np.asarray(model.encode(split.x), np.float32) for split in splits))
    whole = _pca(_same(dataset))
    linear = whole.truncate(min(model.latent_dim, whole.latent_dim))
    of_pca = probe.Features(*(linear.encode(split.x) for split in splits))
    found = probe.curves(
        {"code": of_codes, "pca": of_pca}, _labels(splits), progress=lambda share: progress(0.3 * share)
    )
    pixels = _pixel_curve(_same(dataset))
    progress(1.0)
    return {**found, **pixels, "validation_images": np.asarray(len(splits[1]))}


@functools.lru_cache(maxsize=2)
def _pixel_curve(same: _Same) -> Arrays:
    from aemodels.measure import probe

    splits = parts(same.dataset)
    pixels = probe.Features(*(split.x.reshape(len(split), -1) for split in splits))
    return probe.curves({"pixels": pixels}, _labels(splits))


def _labels(splits: tuple[Split, Split, Split]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return splits[0].labels, splits[1].labels, splits[2].labels


# --- visualisation: four flat pictures -----------------------------------------------------------------------


def visualisation(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """The first test images laid out flat: by the code, and by PCA, t-SNE and, where installed, UMAP of pixels.

    A code of two numbers is its own place; a longer one is laid out by t-SNE. `labels` (n,), and for each of
    `code`, `pca`, `tsne` and `umap` the places with 16 bits (`NAME_steps` (n, 2), `NAME_ends` (2, 2), for
    `measure.embedding_quality.unpacked`), `NAME_trust` and `NAME_knn`.
    """
    from aemodels.measure import embedding_quality

    shown = dataset.test.take(slice(0, SHOWN))
    z = np.asarray(model.encode(shown.x), np.float32)
    code = z if z.shape[1] == 2 else embedding_quality.tsne_places(z)
    progress(0.2)
    found = {"labels": shown.labels, "code_is_flat": np.asarray(z.shape[1] == 2)}
    found |= _panel("code", code, shown)
    return {**found, **_pixel_panels(_same(dataset))}


@functools.lru_cache(maxsize=2)
def _pixel_panels(same: _Same) -> Arrays:
    from aemodels.latent import planes
    from aemodels.measure import embedding_quality

    shown = same.dataset.test.take(slice(0, SHOWN))
    found = _panel("pca", _pca(same).truncate(2).encode(shown.x), shown)
    found |= _panel("tsne", embedding_quality.tsne_places(shown.x), shown)
    if planes.has_umap():
        found |= _panel("umap", planes.umap_places(shown.x.reshape(len(shown), -1)), shown)
    return found


def _panel(name: str, places: np.ndarray, shown: Split) -> Arrays:
    from aemodels.measure import embedding_quality

    steps, ends = embedding_quality.packed(places)
    return {
        f"{name}_steps": steps,
        f"{name}_ends": ends,
        f"{name}_trust": np.asarray(embedding_quality.trustworthiness(shown.x, places)),
        f"{name}_knn": np.asarray(embedding_quality.knn_accuracy(places, shown.labels)),
    }


# --- generation ----------------------------------------------------------------------------------------------


def generation(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """A mixture of Gaussians for each class of codes, and how different real images of each class are."""
    from aemodels.measure import generation

    train, validation, test = parts(dataset)
    mixtures = generation.fit(
        np.asarray(model.encode(train.x), np.float32),
        train.labels,
        np.asarray(model.encode(validation.x), np.float32),
        validation.labels,
        classes=len(dataset.class_names),
    )
    progress(0.8)
    rows = np.concatenate(
        [np.flatnonzero(test.labels == label)[:REAL] for label in range(len(dataset.class_names))]
    )
    real = test.take(np.sort(rows))
    spreads = generation.spread_by_class(real.x, real.labels, len(dataset.class_names))
    return {**mixtures.to_arrays(), "real_spread": spreads}


# --- augmentation --------------------------------------------------------------------------------------------


def augmentation(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """Accuracy of a classifier with few labels: by itself, with shifted images, with generated ones."""
    from aemodels.measure import augmentation

    splits = parts(dataset)
    x = (splits[0].x, splits[1].x, splits[2].x)
    sizes = tuple(size for size in augmentation.SIZES if size <= len(splits[0]))
    return augmentation.gains(model.encode, model.decode, x, _labels(splits), sizes=sizes, progress=progress)
