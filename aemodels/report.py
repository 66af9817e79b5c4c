"""The figures of a model on the test set of its data set: where models, data and measures meet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aemodels.autoencoder import Autoencoder, VariationalAutoencoder
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.data.datasets import Dataset
from aemodels.measure import evaluation

DENOISING_KIND = "gaussian"
DENOISING_LEVEL = 0.5
"""The damage at which denoising models are compared with each other and with classical filters."""


def evaluate(
    model: Autoencoder,
    dataset: Dataset,
    *,
    denoises: bool,
    thorough: bool = False,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float | str]:
    """All figures of `measure.evaluation.evaluate` that apply to this model, rounded to six digits.

    `thorough`: those that take minutes, too. A page does without them, whose visitor waits; `python -m aemodels
    evaluate` does not. The same seed gives the same figures, on one machine to the last digit.
    """
    images = dataset.train.values.dtype == np.uint8
    corruption = CORRUPTIONS[DENOISING_KIND]
    figures = evaluation.evaluate(
        encode=model.encode,
        decode=model.decode,
        train_x=dataset.train.x,
        train_labels=dataset.train.labels,
        test_x=dataset.test.x,
        test_labels=dataset.test.labels,
        encode_distribution=model.encode_distribution if isinstance(model, VariationalAutoencoder) else None,
        corruption=_at_level(corruption.apply) if denoises and images else None,
        thorough=thorough,
        seed=seed,
        progress=progress,
    )
    return {key: value if isinstance(value, str) else float(f"{value:.6g}") for key, value in figures.items()}


def _at_level(
    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray],
) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    return lambda x, rng: apply(x, DENOISING_LEVEL, rng)
