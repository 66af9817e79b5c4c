"""How good a flat picture of images is: whether neighbours stay neighbours, and whether classes stay together.

Trustworthiness: Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", 2001, as scikit-learn
computes it. t-SNE: van der Maaten and Hinton, "Visualizing data using t-SNE", 2008.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError

NEIGHBOURS: Final = 10
PERPLEXITY: Final = 30.0  # scikit-learn's own; van der Maaten and Hinton advise 5 to 50
STEPS: Final = 65_534  # between the lowest and the highest coordinate when 16 bits keep it


def trustworthiness(x: NDArray, places: NDArray, neighbours: int = NEIGHBOURS) -> float:
    """1 where all of the `neighbours` nearest in the picture are near in x, 0 where none is.

    x (n, …) as it was, `places` (n, 2) in the picture; more than 2 · neighbours examples.
    """
    from sklearn.manifold import trustworthiness as computed

    _check(x, places, 2 * neighbours + 1)
    return float(computed(x.reshape(len(x), -1), places, n_neighbors=neighbours))


def knn_accuracy(places: NDArray, labels: NDArray, neighbours: int = NEIGHBOURS) -> float:
    """The share of points whose class is the most frequent one among their nearest others, in [0, 1].

    Leave one out: a point never votes for itself. It needs no projection of new points, which t-SNE has not. Among
    equally frequent classes the smallest label counts, as in scikit-learn.
    """
    from sklearn.neighbors import NearestNeighbors

    _check(labels, places, neighbours + 1)
    search = NearestNeighbors(n_neighbors=neighbours).fit(places)
    near = search.kneighbors(return_distance=False)  # of the fitted points themselves: each without itself
    classes = np.unique(labels)
    votes = (labels[near][..., None] == classes).sum(axis=1)
    return float(np.mean(classes[votes.argmax(axis=1)] == labels))


def tsne_places(x: NDArray, seed: int = 0) -> NDArray[np.float32]:
    """Where t-SNE lays the examples x (n, …): (n, 2) float32. 2,000 of them take about ten seconds."""
    from sklearn.manifold import TSNE

    flat = np.asarray(x, np.float32).reshape(len(x), -1)
    perplexity = min(PERPLEXITY, (len(flat) - 1) / 3)
    return TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(flat).astype(np.float32)


def packed(places: NDArray) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Places (n, 2) as 16-bit numbers (n, 2), and the low and high ends that those stand for, (2, 2)."""
    ends = np.stack([places.min(axis=0), places.max(axis=0)]).astype(np.float32)
    span = np.maximum(ends[1] - ends[0], 1e-12)
    steps = np.rint((places - ends[0]) / span * STEPS) - STEPS // 2
    return steps.astype(np.int16), ends


def unpacked(steps: NDArray, ends: NDArray) -> NDArray[np.float32]:
    """The inverse of `packed`, to one part in 65,534 of the span."""
    share = (steps.astype(np.float64) + STEPS // 2) / STEPS
    return (ends[0] + share * (ends[1] - ends[0])).astype(np.float32)


def _check(x: NDArray, places: NDArray, least: int) -> None:
    if places.ndim != 2 or len(places) != len(x) or len(places) < least:
        raise ConfigError(
            f"A flat picture of at least {least} examples is measured, with a place for each; received "
            f"{len(x)} examples and places of shape {places.shape}."
        )
