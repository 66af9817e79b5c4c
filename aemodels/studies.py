"""Studies: what one can find out about a model with the data set that it was trained on, each a line in a table.

A study takes a model and a data set and gives named arrays, which a page draws. Those of the shipped models are
made once, by `python -m aemodels study NAME --write`, and stored beside the model; those of one's own are made when
asked for. The test set chooses nothing in any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from aemodels import use_studies

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset
    from aemodels.store.card import Card

Arrays = dict[str, np.ndarray]
Progress = Callable[[float], None]
"""Called now and then with the share that is done, 0 to 1."""


class Model(Protocol):
    """What a study needs of a model: arrays in, arrays out, as `Autoencoder` and `Preview` have it."""

    @property
    def latent_dim(self) -> int: ...
    @property
    def is_variational(self) -> bool: ...
    def encode(self, x: np.ndarray, /) -> np.ndarray: ...
    def decode(self, z: np.ndarray, /) -> np.ndarray: ...
    def reconstruct(self, x: np.ndarray, /) -> np.ndarray: ...


@dataclass(frozen=True)
class Study:
    """One study: its name and title, which models it makes sense for, and the function that makes it.

    `run(model, dataset, progress)` gives named arrays, the same for the same model and data set.
    """

    name: str
    title: str
    applies: Callable[[Card], bool]
    run: Callable[[Any, Dataset, Progress], Arrays]


VALIDATION_IMAGES = 5000  # at most, and at most a fifth of the training split, from its end
CODED_IMAGES = 10_000  # training images whose codes say what a number of a code is likely to be
DRAWN_OUTSIDERS = 1000
OUTSIDERS = {"mnist": "fashion_mnist", "digits": "fashion_mnist", "fashion_mnist": "mnist"}


def _of_images(card: Card) -> bool:
    return not card.config.linear_output


def _held_back(dataset: Dataset) -> int:
    return min(VALIDATION_IMAGES, len(dataset.train) // 5)


def _anomaly(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """Errors of known images and of outsiders: another data set, where that is on this machine, and drawn shapes.

    The held-back images are the last of the training split, where `held_back.last` puts those that were not fitted.
    """
    from aemodels.data import datasets, outsiders
    from aemodels.measure import anomaly, metrics

    others: dict[str, tuple[np.ndarray, np.ndarray | None]] = {
        "shapes": (outsiders.shapes(DRAWN_OUTSIDERS), None)
    }
    other = OUTSIDERS.get(dataset.name)
    if other is not None and datasets.find_local(other):
        test = datasets.load(other, download=False).test
        others = {other: (test.x, test.labels), **others}
    pca = _pca(model, dataset)
    return anomaly.study(
        lambda x: anomaly.scores(
            x,
            encode=model.encode,
            decode=model.decode,
            encode_distribution=model.encode_distribution if model.is_variational else None,
        ),
        {"pca": lambda x: metrics.mse(x, pca.reconstruct(x)), "ink": anomaly.ink},
        validation_x=dataset.train.take(slice(-_held_back(dataset), None)).x,
        test_x=dataset.test.x,
        test_labels=dataset.test.labels,
        outsiders=others,
        progress=progress,
    )


def _held_out(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """Ten small networks with a code of this model's size, each without one class (see `held_out`)."""
    from aemodels import held_out

    return held_out.study(model.latent_dim, dataset, _held_back(dataset), progress)


def _compression(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """The code in 1 to 8 bits a number, a PCA's likewise, and PNG, JPEG and WebP, on the first test images."""
    from aemodels.measure import compression

    pca = _pca(model, dataset)
    return compression.study(
        {"model": (model.encode, model.decode), "pca": (pca.encode, pca.decode)},
        train_x=dataset.train.take(slice(CODED_IMAGES)).x,
        test_x=dataset.test.take(slice(compression.TEST_IMAGES)).x,
        program_bytes=compression.BYTES_A_WEIGHT * _decoder_weights(model),
        progress=progress,
    )


def _pca(model: Any, dataset: Dataset) -> Any:
    from aemodels.measure.baselines import Pca

    images = dataset.train.values[:20_000, ..., None]
    return Pca.fit(images, min(model.latent_dim, images[0].size))


def _decoder_weights(model: Any) -> int:
    """How many weights the decoder has, of an `Autoencoder` or a `Preview`."""
    if isinstance(model.decoder, tuple):
        return sum(part.size for layer in model.decoder for part in layer)
    return int(model.decoder.count_params())


def _denoising(model: Any, dataset: Dataset, progress: Progress) -> Arrays:
    """PSNR over all kinds and levels of noise, on the first test images. Nothing is chosen in it."""
    from aemodels.measure import denoising

    return denoising.curves(dataset.test.take(slice(denoising.TEST_IMAGES)).x, model.reconstruct, progress)


STUDIES: dict[str, Study] = {
    study.name: study
    for study in (
        Study("anomaly", "Telling strangers by their error", _of_images, _anomaly),
        Study(
            "held_out",
            "One class held out of the training",
            lambda card: card.kind == "dense" and _of_images(card) and card.code_size <= 128,
            _held_out,
        ),
        Study("denoising", "Denoising at every level of noise", _of_images, _denoising),
        Study("compression", "A code as a compressed image", _of_images, _compression),
        Study("features", "Labels that a code saves", use_studies.of_images, use_studies.features),
        Study("visualisation", "Four flat pictures", use_studies.of_images, use_studies.visualisation),
        Study("generation", "Codes by class", use_studies.of_images, use_studies.generation),
        Study("augmentation", "Does it help a classifier?", use_studies.of_images, use_studies.augmentation),
    )
}
