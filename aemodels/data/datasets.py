"""The data sets of the playground: one table, one way to load any of them.

`DATASETS` says what there is; `load` brings one, from where the design's order finds it. A new data set is a
function that returns the four arrays and one line in the table.
"""

import hashlib
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from aemodels.data import published
from aemodels.data.array_files import Arrays
from aemodels.data.content_order import content_order
from aemodels.data.download import Progress
from aemodels.data.factors import make_digits
from aemodels.data.optical_digits import read_digits
from aemodels.data.surface_points import make_points
from aemodels.errors import DatasetError


@dataclass(frozen=True, eq=False)
class Split:
    """One part of a data set, read-only: many visitors share it."""

    values: np.ndarray  # uint8 (n, 28, 28) images, or float32 (n, k) points
    labels: np.ndarray  # uint8 (n,)

    def __post_init__(self) -> None:
        self.values.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: slice | np.ndarray) -> "Split":
        """These examples alone: of a slice a view, of an array of rows a copy."""
        return Split(self.values[rows], self.labels[rows])

    @property
    def x(self) -> np.ndarray:
        """What a model takes: float32 (n, 28, 28, 1) in [0, 1], or the points as they are, float32 (n, k).

        Images are converted at every access (the float32 form is four times as large): keep what you need.
        """
        if self.values.dtype != np.uint8:
            return self.values
        return self.values[..., None].astype(np.float32) / np.float32(255)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set at hand."""

    name: str
    title: str
    train: Split
    test: Split
    class_names: tuple[str, ...]
    source: str  # where it came from, in words for a page
    fingerprint: str  # 16 hexadecimal digits that stand for the test split: its values, labels and order

    @property
    def size(self) -> int:
        """Bytes that its values take."""
        return int(self.train.values.nbytes + self.test.values.nbytes)


@dataclass(frozen=True)
class DatasetRecord:
    """What is known of a data set before it is loaded."""

    name: str
    title: str
    description: str
    kind: Literal["images", "points"]
    class_names: tuple[str, ...]
    licence: str
    citation: str
    shape: tuple[int, ...]  # of one example: 28×28 pixels, or a point's numbers
    examples: int  # to train with, before some are held back for validation
    read: Callable[
        [bool, Progress | None], tuple[Arrays, str]
    ]  # (download, progress) → arrays, source in words
    is_local: Callable[[], bool]


OWN = "own"
"""The name of a data set that is in no table: somebody's own, handed to a training as it is."""


def load(name: str, *, download: bool = True, progress: Progress | None = None) -> Dataset:
    """The data set `name` of the table, with its splits always in the same order.

    `progress(done, total)` is called with bytes while something is downloaded; `download=False` refuses
    instead. Raises DatasetError for an unknown name, a damaged file, or a data set that cannot be had on
    this machine. What somebody holds already is handed out again: sixteen trainings of MNIST hold one, not sixteen.
    """
    record = _record(name)
    arrays, source = record.read(download, progress)
    return _shared(of_arrays(name, record.title, arrays, record.class_names, source))


_held: weakref.WeakValueDictionary[str, Dataset] = weakref.WeakValueDictionary()
_holding = threading.Lock()


def _shared(read: Dataset) -> Dataset:
    """`read`, or the same as somebody holds it: a file may have become another since that was read."""
    with _holding:
        held = _held.get(read.name)
        if held is not None and held.source == read.source and _alike(held, read):
            return held
        _held[read.name] = read
        return read


def _alike(one: Dataset, other: Dataset) -> bool:
    return one.fingerprint == other.fingerprint and all(
        np.array_equal(getattr(one.train, part), getattr(other.train, part)) for part in ("values", "labels")
    )


def of_arrays(name: str, title: str, arrays: Arrays, class_names: tuple[str, ...], source: str) -> Dataset:
    """The data set of four arrays as the image contract has them, with its fingerprint."""
    x_train, y_train, x_test, y_test = arrays
    test = Split(x_test, y_test)
    return Dataset(name, title, Split(x_train, y_train), test, class_names, source, _fingerprint(test))


def is_own(name: str) -> bool:
    """Whether this is the name of data of somebody's own: `OWN`, or `OWN/` and what tells one from another."""
    return name == OWN or name.startswith(f"{OWN}/")


def title_of(name: str) -> str:
    """What to call the data set `name` on a page, whether it is in the table or somebody's own."""
    return DATASETS[name].title if name in DATASETS else "data of one's own"


def find_local(name: str) -> bool:
    """Whether `load(name)` needs no download. Raises DatasetError for an unknown name."""
    return _record(name).is_local()


def _record(name: str) -> DatasetRecord:
    if name not in DATASETS:
        raise DatasetError(f"There is no data set named {name!r}. Choose one of {', '.join(DATASETS)}.")
    return DATASETS[name]


def _fingerprint(split: Split) -> str:
    digest = hashlib.sha256(f"{split.values.dtype} {split.values.shape}".encode())
    digest.update(np.ascontiguousarray(split.values).data)
    digest.update(np.ascontiguousarray(split.labels).data)
    return digest.hexdigest()[:16]


def _read_mnist(download: bool, progress: Progress | None) -> tuple[Arrays, str]:
    return published.read(published.MNIST, download, progress)


def _read_fashion_mnist(download: bool, progress: Progress | None) -> tuple[Arrays, str]:
    (x_train, y_train, x_test, y_test), source = published.read(published.FASHION_MNIST, download, progress)
    # Found in its original order (Keras) and in shuffled ones; codes and samples are remembered by position,
    # so both are brought into one order that depends on the images alone.
    train, test = content_order(x_train, y_train), content_order(x_test, y_test)
    return (x_train[train], y_train[train], x_test[test], y_test[test]), source


def _read_digits(download: bool, progress: Progress | None) -> tuple[Arrays, str]:
    return read_digits(), "bundled with scikit-learn"


def _read_points(download: bool, progress: Progress | None) -> tuple[Arrays, str]:
    return make_points(), "made from a seed"


def _read_factors(download: bool, progress: Progress | None) -> tuple[Arrays, str]:
    return make_digits(), "drawn by code, from a seed"


DIGIT_NAMES = tuple("0123456789")

_ALL = (
    DatasetRecord(
        name="mnist",
        title="MNIST",
        description="70,000 handwritten digits of 28×28 pixels, the classic.",
        kind="images",
        class_names=DIGIT_NAMES,
        licence="CC BY-SA 3.0",
        citation="LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998",
        shape=(28, 28),
        examples=60_000,
        read=_read_mnist,
        is_local=lambda: published.is_local(published.MNIST),
    ),
    DatasetRecord(
        name="fashion_mnist",
        title="Fashion-MNIST",
        description="70,000 pictures of clothing of 28×28 pixels, ten kinds; harder than digits.",
        kind="images",
        class_names=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        licence="MIT",
        citation="Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel Image Dataset, arXiv:1708.07747, 2017",
        shape=(28, 28),
        examples=60_000,
        read=_read_fashion_mnist,
        is_local=lambda: published.is_local(published.FASHION_MNIST),
    ),
    DatasetRecord(
        name="digits",
        title="Bundled digits",
        description="1,797 real handwritten digits, scaled up from 8×8. They come with scikit-learn.",
        kind="images",
        class_names=DIGIT_NAMES,
        licence="CC BY 4.0",
        citation="Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI repository, 1998",
        shape=(28, 28),
        examples=1_438,
        read=_read_digits,
        is_local=lambda: True,
    ),
    DatasetRecord(
        name="factors",
        title="Digits with known factors",
        description="12,000 digits drawn by code: slant, width, size, thickness and position of each are known.",
        kind="images",
        class_names=DIGIT_NAMES,
        licence="MIT, ours",
        citation="made for this playground, after dSprites: Matthey et al., 2017",
        shape=(28, 28),
        examples=10_000,
        read=_read_factors,
        is_local=lambda: True,
    ),
    DatasetRecord(
        name="points",
        title="Points near a plane",
        description="2,500 points in space along an arc in a tilted plane, made from a seed.",
        kind="points",
        class_names=tuple(f"tenth {number} of the arc" for number in range(1, 11)),
        licence="MIT, ours",
        citation="made for this playground",
        shape=(3,),
        examples=2_000,
        read=_read_points,
        is_local=lambda: True,
    ),
)

DATASETS: dict[str, DatasetRecord] = {record.name: record for record in _ALL}
