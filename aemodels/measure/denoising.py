"""How well something takes noise away, over all kinds and levels of it: the curves of the Denoise page.

A denoiser is any function of images (n, 28, 28, 1) in [0, 1] to the same shape. All of them are given the same
images with the same noise, so that curves of one data set can be laid over each other, whenever they were made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from aemodels.data.corruptions import CORRUPTIONS, corrupt
from aemodels.errors import ImageError
from aemodels.measure.metrics import psnr

Denoise = Callable[[np.ndarray], np.ndarray]

TEST_IMAGES: Final = 300
"""The first so many of the test split. Another 300 move a median by 0.1 to 0.5 dB."""

QUARTILES: Final = (0.25, 0.5, 0.75)
STEPS: Final = 8
SEED: Final = 0

FAINT: Final = 40.0
"""dB of a damaged image in which no eye finds the damage."""

VISIBLE: Final = 0.05
"""A pixel counts as repaired or harmed if its error changed by this much, 13 of 255 steps of grey."""


def levels(kind: str) -> tuple[float, ...]:
    """No noise, and eight levels over the range of the slider, each on one of its steps."""
    record = CORRUPTIONS[kind]
    steps = round((record.high - record.low) / record.step)
    return tuple(
        round(record.low + round(place * steps / STEPS) * record.step, 6) for place in range(STEPS + 1)
    )


def noisy(clean: np.ndarray, kind: str, level: float) -> np.ndarray:
    """`clean` (n, 28, 28, 1) with the noise that every curve is measured with."""
    return corrupt(clean, kind, level, SEED)


def quartiles(clean: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """The three quartiles over the images of the PSNR in dB: two (n, 28, 28, 1) -> (3,) float32, rising.

    Images without any error count as 100 dB (`metrics.PSNR_CAP`). Raises ImageError where there are no images.
    """
    if not len(clean):
        raise ImageError("Quartiles are taken over at least one image; received none.")
    return np.quantile(psnr(clean, answer), QUARTILES).astype(np.float32)


def curves(
    clean: np.ndarray, denoise: Denoise, progress: Callable[[float], None] = lambda share: None
) -> dict[str, np.ndarray]:
    """The curves of one denoiser, and of doing nothing, for every kind of noise.

    `clean` (n, 28, 28, 1), images that chose nothing. Gives kinds (k,) names, levels (k, 9), network and nothing
    (k, 9, 3) quartiles in dB, images (): how many. `progress` is told the share that is done.
    """
    kinds = list(CORRUPTIONS)
    network = np.empty((len(kinds), STEPS + 1, len(QUARTILES)), np.float32)
    nothing = np.empty_like(network)
    for row, kind in enumerate(kinds):
        for column, level in enumerate(levels(kind)):
            damaged = noisy(clean, kind, level)
            network[row, column] = quartiles(clean, np.clip(denoise(damaged), 0.0, 1.0))
            nothing[row, column] = quartiles(clean, damaged)
            progress((row * (STEPS + 1) + column + 1) / network[..., 0].size)
    return {
        "kinds": np.array(kinds),
        "levels": np.array([levels(kind) for kind in kinds], np.float32),
        "network": network,
        "nothing": nothing,
        "images": np.array(len(clean)),
    }


def curve(arrays: dict[str, np.ndarray], name: str, kind: str) -> np.ndarray | None:
    """One curve of what `curves` gave, "network" or "nothing": (9, 3); None where there is none that fits.

    A result may be older than a kind of noise, or than its range.
    """
    found = np.flatnonzero(arrays["kinds"] == kind)
    if not len(found) or not np.allclose(arrays["levels"][found[0]], levels(kind)):
        return None
    return np.asarray(arrays[name][found[0]])


def at_level(kind: str, values: np.ndarray, level: float) -> np.ndarray:
    """A curve's values (9, ...) at any level, straight lines between those that were measured."""
    x = np.asarray(levels(kind))
    return np.apply_along_axis(lambda y: np.interp(level, x, y), 0, np.asarray(values, np.float64))


def repaired_and_harmed(change: np.ndarray) -> tuple[int, int]:
    """How many pixels are visibly nearer to the clean image than before, and how many are farther: of `repair`."""
    return int(np.sum(change >= VISIBLE)), int(np.sum(change <= -VISIBLE))


def repair(clean: np.ndarray, damaged: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """|damaged - clean| - |answer - clean|, by pixel, in [-1, 1]: above 0 repaired, below 0 harmed."""
    shapes = {np.shape(image) for image in (clean, damaged, answer)}
    if len(shapes) != 1:
        raise ImageError(f"Three images of one shape are compared; received {sorted(shapes)}.")
    return np.abs(damaged - clean) - np.abs(answer - clean)
