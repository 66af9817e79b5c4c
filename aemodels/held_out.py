"""One class at a time held out: ten small networks, each trained without it, and how strange they find it.

The hardest kind of stranger: an 8 for a network that has seen all digits but 8. The networks are small and trained
shortly, they are not kept; what is kept are the distributions of their errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset, Split

EPOCHS = 6
HIDDEN = (256,)  # units of the one hidden layer of encoder and decoder
SEED = 0


def study(
    latent_dim: int, dataset: Dataset, validation_images: int, progress: Callable[[float], None]
) -> dict[str, np.ndarray]:
    """Errors of networks with codes of `latent_dim` numbers, 1 to 128, of a data set of images.

    Row c is of the network that never saw class c. `validation`: of the last `validation_images` of the training
    split those that are no c, which it was not fitted to; `test`: test images that are no c; `held_out`: test
    images of c; each (classes, 51) float32, quantiles of the mean squared error. `auc` (classes,): the ROC area of
    the last two. `latent_dim`, `epochs` ().
    """
    from aemodels.measure import anomaly, metrics

    fitted = dataset.train.take(slice(None, -validation_images))
    groups = {"validation": dataset.train.take(slice(-validation_images, None)), "test": dataset.test}
    count = len(dataset.class_names)
    rows: dict[str, list[np.ndarray]] = {"validation": [], "test": [], "held_out": []}
    areas = []
    for label in range(count):
        reconstruct = _trained(
            latent_dim, _where(fitted, fitted.labels != label), _share(progress, label, count)
        )
        errors = {
            name: metrics.mse(part.x, reconstruct(part.x))
            for name, part in {
                **{name: _where(split, split.labels != label) for name, split in groups.items()},
                "held_out": _where(dataset.test, dataset.test.labels == label),
            }.items()
        }
        for name, values in errors.items():
            rows[name].append(anomaly.Errors.of(values, anomaly.CLASS_QUANTILES).quantiles)
        areas.append(anomaly.auc(errors["test"], errors["held_out"]))
    return {
        **{name: np.stack(each) for name, each in rows.items()},
        "auc": np.asarray(areas),
        "latent_dim": np.asarray(latent_dim),
        "epochs": np.asarray(EPOCHS),
    }


def _trained(
    latent_dim: int, split: Split, progress: Callable[[float], None]
) -> Callable[[np.ndarray], np.ndarray]:
    from aemodels.architectures.dense import DenseConfig
    from aemodels.autoencoder import build
    from aemodels.training.config import TrainingConfig
    from aemodels.training.fit import train

    config = DenseConfig(latent_dim=latent_dim, hidden=HIDDEN, loss="squared_error")
    network = build(config, seed=SEED)
    settings = TrainingConfig(epochs=EPOCHS, validation_images=1000)
    train(
        network,
        split,
        settings,
        seed=SEED,
        on_batch=lambda batch: progress(batch.step / batch.steps),
    )
    return network.reconstruct


def _where(split: Split, rows: np.ndarray) -> Split:
    return split.take(np.flatnonzero(rows))


def _share(progress: Callable[[float], None], place: int, count: int) -> Callable[[float], None]:
    return lambda share: progress((place + share) / count)
