"""Files in the two layouts of MNIST-like data sets, small and filled with noise."""

import gzip
import struct
from pathlib import Path

import numpy as np


def small_set(first_labels: tuple[int, ...] = (), train: int = 40, test: int = 20, seed: int = 0) -> dict:
    """Four arrays in the layout of Keras, of noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, train, dtype=np.uint8)
    labels[: len(first_labels)] = first_labels
    return {
        "x_train": rng.integers(0, 256, (train, 28, 28), dtype=np.uint8),
        "y_train": labels,
        "x_test": rng.integers(0, 256, (test, 28, 28), dtype=np.uint8),
        "y_test": rng.integers(0, 10, test, dtype=np.uint8),
    }


def write_idx(folder: Path, arrays: dict, ending: str = ".gz", dot: str = "-") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stem, images, labels in (("train", "x_train", "y_train"), ("t10k", "x_test", "y_test")):
        x, y = arrays[images], arrays[labels]
        files = {
            f"{stem}-images{dot}idx3-ubyte": struct.pack(">4I", 0x803, *x.shape) + x.tobytes(),
            f"{stem}-labels{dot}idx1-ubyte": struct.pack(">2I", 0x801, len(y)) + y.tobytes(),
        }
        for name, data in files.items():
            (folder / (name + ending)).write_bytes(gzip.compress(data, 1) if ending == ".gz" else data)
