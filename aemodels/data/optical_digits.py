"""The handwritten digits that come with scikit-learn, brought to the image contract.

1,797 digits of 13 writers, 8×8 pixels of 17 grey levels (Alpaydin and Kaynak, "Optical Recognition of
Handwritten Digits", UCI Machine Learning Repository, 1998). They need no download, so everything works
offline. Here each is scaled to 20×20 and put into 28×28 with its centre of mass in the middle, as MNIST was
made (LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, section III.A).

All arithmetic is on integers, so every machine gets the same bytes. scikit-learn is not imported, only its
file is read: the import takes seconds, the file a few milliseconds.
"""

import gzip
import importlib.util
import zlib
from pathlib import Path

import numpy as np

from aemodels.data.array_files import Arrays
from aemodels.data.content_order import content_order
from aemodels.errors import DatasetError

SPLIT_SEED = b"digits, split 1"
TEST_SHARE = 5  # one in five of each class
BOX = 20  # pixels a side of the scaled digit
SCALE = 2000  # the kernel below is in units of 1/2000
FULL = 16 * SCALE * SCALE  # full ink after both passes of the kernel
DARKEST, BRIGHTEST = FULL * 25 // 100, FULL * 85 // 100  # stretched to 0 and 255: strokes as full as MNIST's


def read_digits() -> Arrays:
    """x_train, y_train, x_test, y_test: images uint8 (n, 28, 28), labels uint8 (n,).

    One in five of each class is a test image, chosen by hash with a fixed seed; writers are in both splits.
    Raises DatasetError when scikit-learn's file is missing or damaged.
    """
    small, labels = _read_file(_path())
    images = _enlarge(small)
    order = content_order(images, labels, SPLIT_SEED)
    images, labels = images[order], labels[order]
    test = np.zeros(len(labels), bool)
    for digit in range(10):
        members = np.flatnonzero(labels == digit)
        test[members[: round(len(members) / TEST_SHARE)]] = True
    return images[~test], labels[~test], images[test], labels[test]


def _path() -> Path:
    package = importlib.util.find_spec("sklearn")  # finds the folder of a package without running it
    if package is None or package.origin is None:
        raise DatasetError(
            "The bundled digits come with scikit-learn, which is not installed. Install it: "
            "pip install scikit-learn."
        )
    return Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"


def _read_file(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with gzip.open(path, "rb") as file:
            text = file.read(1_000_000)
        table = np.array(text.replace(b"\n", b",").strip(b",").split(b","), dtype=np.int64).reshape(-1, 65)
        if table.min() < 0 or table[:, :64].max() > 16 or table[:, 64].max() > 9:
            raise ValueError("values out of range")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DatasetError(
            f"The bundled digits cannot be read from {path} ({error}). Install scikit-learn anew."
        ) from error
    return table[:, :64].reshape(-1, 8, 8), table[:, 64].astype(np.uint8)


def _kernel() -> np.ndarray:
    """Cubic convolution (Keys, 1981, a = −1/2) from 8 to 20 samples: int64 (20, 8) in units of 1/SCALE.

    Target pixel i sits at (i + ½)·8/20 − ½ = (4i − 3)/10 of the source; with t the distance in tenths,
    Keys' two polynomials times 2,000 have whole coefficients. Beyond the edge the source is black.
    """
    target, source = np.arange(BOX)[:, None], np.arange(8)[None, :]
    t = np.abs(4 * target - 3 - 10 * source)
    near = 3 * t**3 - 50 * t**2 + SCALE
    far = -(t**3) + 50 * t**2 - 800 * t + 2 * SCALE
    return np.where(t < 10, near, np.where(t < 20, far, 0)).astype(np.int64)


def _enlarge(small: np.ndarray) -> np.ndarray:
    """(n, 8, 8) of 0 to 16 → uint8 (n, 28, 28), the centre of mass in the middle."""
    kernel = _kernel()
    large = kernel @ small @ kernel.T  # (n, 20, 20), 0 to FULL with a little overshoot
    span = BRIGHTEST - DARKEST
    ink = (np.clip(large - DARKEST, 0, span) * 255 + span // 2) // span
    mass = ink.sum(axis=(1, 2))
    images = np.zeros((len(ink), 28, 28), np.uint8)
    offsets = []
    for axis in (1, 2):
        moment = (ink.sum(axis=3 - axis) * np.arange(BOX)).sum(axis=1)
        # the nearest whole offset that brings moment / mass to 13.5, the middle, with the box still inside
        offsets.append(np.clip((28 * mass - 2 * moment) // (2 * mass), 0, 28 - BOX))
    rows = offsets[0][:, None, None] + np.arange(BOX)[None, :, None]
    columns = offsets[1][:, None, None] + np.arange(BOX)[None, None, :]
    images[np.arange(len(ink))[:, None, None], rows, columns] = ink
    return images
