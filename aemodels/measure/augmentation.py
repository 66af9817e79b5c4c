"""Whether a classifier with few labels gains from images that a decoder invents, beside plain shifts of real ones.

For each class a Gaussian around the mean code of its labelled images, with the covariance within classes that all
of them share, shrunk as Ledoit and Wolf advise ("A well-conditioned estimator for large-dimensional covariance
matrices", 2004): five codes a class say little of thirty-two directions. Its samples are decoded and added to the
real images. The autoencoder itself has seen all training images, without labels. Shifting images is the oldest
remedy (Simard, Steinkraus and Platt, 2003). What a method may choose (the penalty, the spread of the Gaussian) is
chosen on validation images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aemodels.measure import probe

Floats = NDArray[np.float32]

WAYS: Final = ("none", "shift", "generated")
SIZES: Final = (50, 100, 300)  # labels, all classes together
EXTRA: Final = 50  # images a class that are added
DRAWS: Final = 5
SHIFT: Final = 2  # pixels, either way
SPREADS: Final = (0.25, 0.5, 1.0)  # of the Gaussian, tried on validation images

Coder = Callable[[NDArray], NDArray]


def shifted(x: Floats, count: int, seed: int) -> tuple[Floats, NDArray[np.intp]]:
    """`count` images of x (n, 28, 28, 1), each moved by up to 2 pixels, and the rows that they are copies of."""
    rng = np.random.default_rng(seed)
    source = np.arange(count) % len(x)
    padded = np.pad(x, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)))
    down, right = rng.integers(0, 2 * SHIFT + 1, (2, count))
    height, width = x.shape[1:3]
    moved = [
        padded[row, i : i + height, j : j + width] for row, i, j in zip(source, down, right, strict=True)
    ]
    return np.stack(moved).astype(np.float32), source


def invented(codes: Floats, labels: NDArray, count: int, spread: float, seed: int) -> tuple[Floats, NDArray]:
    """`count` new codes a class, from the codes (n, d) of labelled images alone, and their labels.

    Around the mean of each class, with `spread` times the shared deviations within classes.
    """
    from sklearn.covariance import ledoit_wolf

    classes = np.unique(labels)
    means = np.stack([codes[labels == label].mean(axis=0) for label in classes])
    within = codes - means[np.searchsorted(classes, labels)]
    covariance, _ = ledoit_wolf(within.astype(np.float64), assume_centered=True)
    # One degree of freedom a class went into its mean.
    covariance *= len(codes) / max(len(codes) - len(classes), 1)
    variances, axes = np.linalg.eigh(
        covariance
    )  # a square root, also where a number of the code never changes
    factor = axes * np.sqrt(np.maximum(variances, 0.0))
    asked = np.repeat(np.arange(len(classes)), count)
    drawn = np.random.default_rng(seed).standard_normal((len(asked), codes.shape[1]))
    return (means[asked] + spread * drawn @ factor.T).astype(np.float32), classes[asked]


def gains(
    encode: Coder,
    decode: Coder,
    images: tuple[NDArray, NDArray, NDArray],
    labels: tuple[NDArray, NDArray, NDArray],
    *,
    sizes: tuple[int, ...] = SIZES,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, NDArray]:
    """Test accuracy of logistic regression on pixels with few labels, in three ways.

    `images`: (n, 28, 28, 1) float32 of the training, validation and test split, `labels` (n,) of the same. Gives
    `sizes` (k,), and for each of `WAYS` the mean, lowest and highest of the draws, (k,) float32: `none_mean`, ….
    All ways see the same draws of labelled images, and the same number of added ones.
    """
    train_x, validation_x, test_x = images
    train_y, validation_y, test_y = labels
    pixels = probe.Features(*(part.reshape(len(part), -1) for part in images))
    middle = pixels.train.mean(axis=0)
    scale = float(np.sqrt(pixels.train.var(axis=0).mean()))

    def flat(x: NDArray) -> Floats:
        return ((x.reshape(len(x), -1) - middle) / scale).astype(np.float32)

    held_back, test = flat(validation_x), flat(test_x)
    result: dict[str, list[list[float]]] = {
        f"{way}_{part}": [] for way in WAYS for part in ("mean", "low", "high")
    }
    for place, size in enumerate(sizes):
        scores: dict[str, list[float]] = {way: [] for way in WAYS}
        settings: dict[str, tuple[float, float]] = {}
        for draw in range(draws):
            drawn = probe.rows(train_y, size, seed + draw)
            x, y = np.asarray(train_x[drawn], np.float32), train_y[drawn]
            for way in WAYS:
                if draw == 0:
                    settings[way] = _chosen(way, x, y, encode, decode, flat, held_back, validation_y, seed)
                strength, spread = settings[way]
                fuller, whose = _more(way, x, y, encode, decode, spread, seed + draw)
                scores[way].append(float(probe.fitted(flat(fuller), whose, strength).score(test, test_y)))
            progress((place + (draw + 1) / draws) / len(sizes))
        for way, values in scores.items():
            for part, value in (("mean", np.mean(values)), ("low", min(values)), ("high", max(values))):
                result[f"{way}_{part}"].append(value)  # type: ignore[arg-type]
    found = {name: np.asarray(values, np.float32) for name, values in result.items()}
    return {"sizes": np.asarray(sizes, np.int32), **found}


def _more(
    way: str, x: Floats, y: NDArray, encode: Coder, decode: Coder, spread: float, seed: int
) -> tuple[Floats, NDArray]:
    """The labelled images with those that this way adds."""
    if way == "none":
        return x, y
    if way == "shift":
        parts = []
        for label in np.unique(y):
            moved, _ = shifted(x[y == label], EXTRA, seed * 1_000 + int(label))
            parts.append((moved, np.full(EXTRA, label, y.dtype)))
    else:
        codes, whose = invented(np.asarray(encode(x), np.float32), y, EXTRA, spread, seed)
        parts = [(np.asarray(decode(codes), np.float32), whose.astype(y.dtype))]
    return np.concatenate([x, *(part[0] for part in parts)]), np.concatenate(
        [y, *(part[1] for part in parts)]
    )


def _chosen(
    way: str,
    x: Floats,
    y: NDArray,
    encode: Coder,
    decode: Coder,
    flat: Coder,
    held_back: Floats,
    held_back_y: NDArray,
    seed: int,
) -> tuple[float, float]:
    """The penalty and, for the generated images, the spread that are best on the validation images."""

    def tried() -> Iterator[tuple[float, float, float]]:
        for spread in SPREADS if way == "generated" else (1.0,):
            fuller, whose = _more(way, x, y, encode, decode, spread, seed)
            strength, score = probe.choose(flat(fuller), whose, held_back, held_back_y)
            yield score, strength, spread

    _, strength, spread = max(tried())
    return strength, spread
