"""The judge: a small convolutional classifier of 28×28 images, by NumPy alone, so that it answers at once.

Images that a decoder invents have no label; the judge says which class each looks like, and how sure it is. It is
no autoencoder and has seen none: `python -m aemodels.judge DATASET` trained it on the training images of a data set
(`aemodels/judge.py`) and counted on the test images. Two convolutions with pooling, then two dense layers, as in
LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import DatasetError, ImageError

Floats = NDArray[np.float32]

FOLDER: Final = Path(__file__).with_name("judges")
JUDGES: Final = {"mnist": "mnist", "digits": "mnist", "fashion_mnist": "fashion_mnist"}
"""Data set → whose judge it is judged by: the bundled digits are digits, too."""

LAYERS: Final = ("first", "second", "third", "fourth")
CHUNK: Final = 256
"""Images at a time: a convolution writes each pixel's neighbourhood out, 29 MB for this many."""


@dataclass(frozen=True, eq=False)
class Classifier:
    """Kernels and biases of the four layers, float32, and what is known of it.

    Convolutions: (3, 3, 1, a) and (3, 3, a, b); dense: (49 b, c) and (c, 10). `accuracy`: on the test images of the
    data set `trained_on`, in [0, 1].
    """

    kernels: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    trained_on: str
    accuracy: float

    def probabilities(self, x: NDArray) -> Floats:
        """Images (n, 28, 28, 1) in [0, 1] → (n, 10), how likely each class is. Raises ImageError for others."""
        if x.ndim != 4 or x.shape[1:] != (28, 28, 1):
            raise ImageError(f"The judge looks at images of shape (n, 28, 28, 1); received {x.shape}.")
        images = np.asarray(x, np.float32)
        starts = range(0, max(len(images), 1), CHUNK)
        return np.concatenate([self._probabilities(images[start : start + CHUNK]) for start in starts])

    def judge(self, x: NDArray) -> tuple[NDArray[np.uint8], Floats]:
        """Images (n, 28, 28, 1) → the class of each (n,) uint8, and how sure the judge is (n,) in [0, 1]."""
        probabilities = self.probabilities(x)
        return probabilities.argmax(axis=1).astype(np.uint8), probabilities.max(axis=1)

    def to_arrays(self) -> dict[str, NDArray]:
        """For `np.savez`, weights with 16 bits each; `from_arrays` is the way back."""
        arrays: dict[str, NDArray] = {
            "trained_on": np.asarray(self.trained_on),
            "accuracy": np.asarray(self.accuracy),
        }
        for name, kernel, bias in zip(LAYERS, self.kernels, self.biases, strict=True):
            arrays[f"{name}.kernel"] = kernel.astype(np.float16)
            arrays[f"{name}.bias"] = bias.astype(np.float16)
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray]) -> Classifier:
        kernels, biases = (
            tuple(arrays[f"{name}.{part}"].astype(np.float32) for name in LAYERS)
            for part in ("kernel", "bias")
        )
        return cls(kernels, biases, str(arrays["trained_on"]), float(arrays["accuracy"]))

    def _probabilities(self, x: Floats) -> Floats:
        values = x
        for kernel, bias in zip(self.kernels[:2], self.biases[:2], strict=True):
            # The largest of four first: bias and rectifier keep the order, and then have a quarter of the work.
            values = np.maximum(_halved(_convolved(values, kernel)) + bias, 0)
        values = values.reshape(len(x), len(self.kernels[2]))  # rows, columns, channels, as Keras has it
        values = np.maximum(values @ self.kernels[2] + self.biases[2], 0)
        logits = values @ self.kernels[3] + self.biases[3]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True)) if len(logits) else logits
        return powers / powers.sum(axis=1, keepdims=True)


def load(dataset: str) -> Classifier:
    """The judge for images like those of `dataset`. Raises DatasetError where there is none."""
    if dataset not in JUDGES:
        raise DatasetError(
            f"There is a judge for {', '.join(JUDGES)}; none for {dataset.partition('/')[0]!r}."
        )
    return _read(JUDGES[dataset])


@functools.lru_cache(maxsize=4)  # two small sets of weights, shared and read-only
def _read(name: str) -> Classifier:
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        return Classifier.from_arrays({key: np.asarray(file[key]) for key in file.files})


def _convolved(x: Floats, kernel: Floats) -> Floats:
    """3×3 cross-correlation with zeros around: (n, h, w, a), (3, 3, a, b) → (n, h, w, b)."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    count, height, width, channels = x.shape
    # Each pixel's neighbourhood, (n, h, w, 9 a), so that one matrix product does it all.
    around = np.empty((count, height, width, 9 * channels), np.float32)
    for place, (i, j) in enumerate(np.ndindex(3, 3)):
        part = slice(place * channels, (place + 1) * channels)
        around[..., part] = padded[:, i : i + height, j : j + width]
    flat = around.reshape(-1, 9 * channels) @ kernel.reshape(9 * channels, -1)
    return flat.reshape(count, height, width, kernel.shape[-1])


def _halved(x: Floats) -> Floats:
    """The largest of each 2×2 pixels: (n, h, w, a), h and w even → (n, h/2, w/2, a)."""
    rows = np.maximum(x[:, ::2], x[:, 1::2])  # four times as quick as a maximum over two axes
    return np.maximum(rows[:, :, ::2], rows[:, :, 1::2])
