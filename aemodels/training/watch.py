"""Looking at a network while it is trained: always at the same test images, and at the same places of the prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aemodels.data.datasets import Split
from aemodels.training.progress import Look, Snapshot

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Dataset

MAP_POINTS = 2000
"""Test images whose codes are looked at."""
LOOKED_AT = 10
"""Test images that are reconstructed, one of each class, and samples of the prior."""


class Watch:
    """Looks at one model from outside. `inputs` and `labels` are as `Progress` has them."""

    def __init__(self, model: Autoencoder, dataset: Dataset) -> None:
        values, labels = dataset.test.values, dataset.test.labels
        chosen = [int(np.flatnonzero(labels == label)[0]) for label in np.unique(labels)[:LOOKED_AT]]
        others = [row for row in range(min(len(labels), 2 * LOOKED_AT)) if row not in chosen]
        chosen = sorted([*chosen, *others[: LOOKED_AT - len(chosen)]], key=lambda row: int(labels[row]))
        images = values.ndim == 3
        self._model = model
        self._x = Split(values[chosen], labels[chosen]).x if images else None
        self._map_x = Split(values[:MAP_POINTS], labels[:MAP_POINTS]).x if model.latent_dim == 2 else None
        self.inputs = _frozen(values[chosen].copy()) if images else None
        self.labels = _frozen(labels[:MAP_POINTS].copy())

    def look(self, epoch: int) -> Look:
        """The network as it is, after `epoch`."""
        model = self._model
        drawn = None if self._x is None else model.reconstruct(self._x)
        sampled = model.sample(LOOKED_AT) if self._x is not None and model.is_variational else None  # type: ignore[attr-defined]
        codes = None if self._map_x is None else _frozen(model.encode(self._map_x))
        return Look(epoch, _pixels(drawn), _pixels(sampled), codes)

    def snapshot(self, epoch: int) -> Snapshot:
        """Its weights, after `epoch`."""
        return Snapshot(epoch, tuple(_frozen(weight) for weight in self._model.get_weights()))


def _pixels(images: np.ndarray | None) -> np.ndarray | None:
    """Images of the contract as uint8 (n, 28, 28); what is no number is black."""
    if images is None:
        return None
    return _frozen(np.rint(255 * np.nan_to_num(np.clip(images[..., 0], 0.0, 1.0))).astype(np.uint8))


def _frozen(values: np.ndarray) -> np.ndarray:
    values.setflags(write=False)
    return values
