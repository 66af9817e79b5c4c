"""Telling strangers by their reconstruction error: scores, thresholds, and how well they separate.

A model that was trained on digits alone should draw anything else badly (Sakurada and Yairi, "Anomaly Detection
Using Autoencoders with Nonlinear Dimensionality Reduction", 2014). Knows no models: arrays and callables in.

The threshold comes from images that the model was not fitted to, given as `validation_x`; shares are then reported
on the test images, which have chosen nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.errors import ImageError
from aemodels.measure import metrics

Floats = NDArray[np.float64]
Scoring = Callable[[NDArray], Mapping[str, NDArray]]

QUANTILES = 1001  # of all errors of known images: false alarm rates down to 0.1 %
FEWER_QUANTILES = 501  # of those of outsiders
CLASS_QUANTILES = 51  # of those of one class
CHUNK = 1000


@dataclass(frozen=True)
class Score:
    """A number that an image gets: larger means stranger."""

    name: str
    title: str
    unit: str
    digits: int
    help: str


SCORES: dict[str, Score] = {
    score.name: score
    for score in (
        Score("mse", "Squared error", "", 4, "Mean squared error over 784 pixels."),
        Score(
            "bce",
            "Cross-entropy",
            "nats",
            0,
            "Summed over the pixels. Grey pixels cost something even where they are drawn right.",
        ),
        Score(
            "nelbo",
            "−ELBO",
            "nats",
            0,
            "Cross-entropy of what the code's mean draws, plus the KL of the code from the prior.",
        ),
    )
}


def scores(
    x: NDArray,
    *,
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    encode_distribution: Callable[[NDArray], tuple[NDArray, NDArray]] | None = None,
) -> dict[str, Floats]:
    """Both scores of images x (n, 28, 28, 1) in [0, 1] -> (n,) each, by the names of `SCORES`.

    `mse`, and `bce` in nats; of a variational model `nelbo` instead: that with the code's mean in place of a
    sample, so that an image has one score, plus the KL (Kingma and Welling, 2013).
    """
    found: dict[str, list[Floats]] = {}
    for at in range(0, len(x), CHUNK):
        part = x[at : at + CHUNK]
        divergence: Floats | float = 0.0
        if encode_distribution is None:
            z = encode(part)
        else:
            z, log_var = encode_distribution(part)
            divergence = metrics.kl(z, log_var)
        y = decode(z)
        second = "bce" if encode_distribution is None else "nelbo"
        found.setdefault("mse", []).append(metrics.mse(part, y))
        found.setdefault(second, []).append(metrics.bce(part, y) + divergence)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def auc(known: ArrayLike, outsiders: ArrayLike) -> float:
    """Area under the ROC curve: the chance that an outsider has the larger score, ties counting half.

    The Mann-Whitney form (Hanley and McNeil, 1982): 1 is perfect, 0.5 is guessing. known (n,), outsiders (m,).
    """
    first, second = np.sort(np.asarray(known, np.float64)), np.asarray(outsiders, np.float64)
    if not len(first) or not len(second):
        raise ImageError("A ROC area needs at least one known image and one outsider.")
    below, upto = np.searchsorted(first, second, side="left"), np.searchsorted(first, second, side="right")
    return float((below + upto).mean() / (2 * len(first)))


@dataclass(frozen=True, eq=False)
class Errors:
    """The distribution of a group's scores, kept as its quantiles (q,), q > 1, from the least to the largest."""

    quantiles: NDArray

    @classmethod
    def of(cls, values: ArrayLike, count: int = QUANTILES) -> Errors:
        """The distribution of values (n,), n > 0."""
        array = np.asarray(values, np.float64)
        if not len(array):
            raise ImageError("A distribution of errors needs at least one image.")
        return cls(np.quantile(array, np.linspace(0.0, 1.0, count)).astype(np.float32))

    def quantile(self, share: float) -> float:
        """The score that `share` of the group, 0 to 1, lies at or below."""
        return float(np.interp(share, np.linspace(0.0, 1.0, len(self.quantiles)), self.quantiles))

    def below(self, score: ArrayLike) -> Floats:
        """The share of the group at or below each score (m,) or (): (m,) or (), 0 to 1."""
        places = np.linspace(0.0, 1.0, len(self.quantiles))
        quantiles = self.quantiles.astype(np.float64)
        found = np.interp(np.asarray(score, np.float64), quantiles, places, left=0.0, right=1.0)
        return np.asarray(found)

    def density(self, edges: NDArray) -> Floats:
        """The share of the group between each two edges (m,) -> (m - 1,)."""
        return np.diff(self.below(edges))


@dataclass(frozen=True, eq=False)
class Result:
    """What `study` found, by name."""

    arrays: Mapping[str, NDArray]

    @property
    def scores(self) -> tuple[str, ...]:
        """The scores that were taken, names of `SCORES`."""
        return tuple(name for name in SCORES if f"{name}/test" in self.arrays)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of outsiders, by name, the most telling one first."""
        return tuple(str(name) for name in self.arrays["groups"])

    @property
    def psnr(self) -> float:
        """Mean PSNR of the test images in dB."""
        return float(self.arrays["psnr"])

    def errors(self, score: str, group: str, label: int | None = None) -> Errors:
        """The scores of a group (`validation`, `test` or one of `groups`), or of one class of it."""
        if label is None:
            return Errors(self.arrays[f"{score}/{group}"])
        return Errors(self.arrays[f"{score}/{group}/by_label"][self.labels(score, group).index(label)])

    def labels(self, score: str, group: str) -> tuple[int, ...]:
        """The classes of a group that `errors` knows; none where its images have no labels."""
        return tuple(int(label) for label in self.arrays.get(f"{score}/{group}/labels", ()))

    def area(self, score: str, group: str) -> float:
        """The ROC area of a score, or of one of the baselines `pca` and `ink`."""
        return float(self.arrays[f"{score}/auc/{group}"])


def threshold(validation: Errors, false_alarms: float) -> float:
    """The score above which an image raises an alarm, so that `false_alarms`, 0 to 1, of known images do."""
    return validation.quantile(1.0 - false_alarms)


def roc(known: Errors, outsiders: Errors) -> tuple[Floats, Floats]:
    """The share of known images and of outsiders above every threshold: (false alarms, found), both from 0 to 1."""
    at = np.unique(np.concatenate([known.quantiles, outsiders.quantiles]).astype(np.float64))[::-1]
    ends = np.array([0.0]), np.array([1.0])
    false_alarms, found = 1.0 - known.below(at), 1.0 - outsiders.below(at)
    return np.concatenate([ends[0], false_alarms, ends[1]]), np.concatenate([ends[0], found, ends[1]])


def study(
    scoring: Scoring,
    baselines: Mapping[str, Callable[[NDArray], NDArray]],
    *,
    validation_x: NDArray,
    test_x: NDArray,
    test_labels: NDArray,
    outsiders: Mapping[str, tuple[NDArray, NDArray | None]],
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, NDArray]:
    """Scores of held-back images, test images and outsiders, as named arrays of some 30 KB.

    x: (n, 28, 28, 1) in [0, 1]; labels (n,). `outsiders`: by name, images and, where they have any, labels.
    `baselines`: other scores to be compared with, x -> (n,), of which only the ROC area is kept.

    Of each score s: `s/validation`, `s/test`: quantiles (1001,) float32, `s/GROUP` (501,); where there are labels
    `s/test/labels`, `s/GROUP/labels` (k,) and `…/by_label` (k, 51), the quantiles of each; `s/auc/GROUP` and
    `BASELINE/auc/GROUP`: the area, ().
    `groups`: the names of the outsiders.
    `psnr`: mean PSNR of the test images in dB, (). `images`: how many were held back and tested, (2,).
    """
    parts = {"validation": (validation_x, None), "test": (test_x, test_labels), **outsiders}
    total, done = sum(len(x) for x, _ in parts.values()), 0
    found: dict[str, dict[str, NDArray]] = {}
    others: dict[str, dict[str, NDArray]] = {}
    for group, (x, _) in parts.items():
        pieces: list[Mapping[str, NDArray]] = []
        for at in range(0, len(x), CHUNK):
            pieces.append(scoring(x[at : at + CHUNK]))
            done += len(x[at : at + CHUNK])
            progress(done / total)
        found[group] = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
        others[group] = {name: function(x) for name, function in baselines.items()}
    arrays: dict[str, NDArray] = {
        "images": np.array([len(validation_x), len(test_x)]),
        "groups": np.asarray(list(outsiders)),
        "psnr": np.asarray((-10.0 * np.log10(np.maximum(found["test"]["mse"], 1e-10))).mean()),
    }
    for score in found["test"]:
        for group, (_, labels) in parts.items():
            values = found[group][score]
            count = FEWER_QUANTILES if group in outsiders else QUANTILES
            arrays[f"{score}/{group}"] = Errors.of(values, count).quantiles
            if labels is not None:
                kinds = np.unique(labels)
                each = [Errors.of(values[labels == kind], CLASS_QUANTILES).quantiles for kind in kinds]
                arrays |= {f"{score}/{group}/labels": kinds, f"{score}/{group}/by_label": np.stack(each)}
            if group in outsiders:
                arrays[f"{score}/auc/{group}"] = np.asarray(auc(found["test"][score], values))
    for name in baselines:
        for group in outsiders:
            arrays[f"{name}/auc/{group}"] = np.asarray(auc(others["test"][name], others[group][name]))
    return arrays


def ink(x: NDArray) -> Floats:
    """The mean of each image's pixels, (n, ...) -> (n,): what a detector can tell that never saw a digit."""
    return x.reshape(len(x), -1).mean(axis=1, dtype=np.float64)
