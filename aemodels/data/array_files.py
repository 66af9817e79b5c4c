"""Reading the two file formats in which MNIST-like data sets travel, without trusting a byte of them.

- the `.npz` layout of `keras.datasets`: `x_train`, `y_train`, `x_test`, `y_test`;
- the original idx files (LeCun, Cortes and Burges, "The MNIST database"), plain or gzipped.

Headers are checked before anything is allocated, nothing is unpickled, and whatever is wrong becomes one
DatasetError that names the file.
"""

import gzip
import struct
import zipfile
import zlib
from io import BufferedIOBase
from pathlib import Path
from tokenize import TokenError

import numpy as np

from aemodels.errors import DatasetError

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # x_train, y_train, x_test, y_test
IMAGE_SHAPE = (28, 28)
MOST_ITEMS = 1_000_000  # far above any data set of this layout, far below what would fill the memory
IDX_STEMS = ("train-images", "train-labels", "t10k-images", "t10k-labels")

_BROKEN = (
    *(OSError, EOFError, ValueError, KeyError, RuntimeError, SyntaxError, TokenError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


def read_npz(path: Path) -> Arrays:
    """The four arrays of a Keras-layout file: images uint8 (n, 28, 28), labels uint8 (n,) from 0 to 9."""
    try:
        with zipfile.ZipFile(path) as archive:
            x_train, y_train = _npy(archive, "x_train"), _npy(archive, "y_train")
            x_test, y_test = _npy(archive, "x_test"), _npy(archive, "y_test")
        return *_checked(x_train, y_train), *_checked(x_test, y_test)
    except _BROKEN as error:
        raise _damaged(path, error) from error


def read_idx(paths: dict[str, Path]) -> Arrays:
    """The four arrays of the four idx files, which `find_idx` found; the same shapes as `read_npz`."""
    arrays = {}
    for stem, path in paths.items():
        try:
            arrays[stem] = _idx_images(path) if stem.endswith("images") else _idx_labels(path)
        except _BROKEN as error:
            raise _damaged(path, error) from error
    result: list[np.ndarray] = []
    for images, labels in (IDX_STEMS[:2], IDX_STEMS[2:]):
        try:
            result += _checked(arrays[images], arrays[labels])
        except ValueError as error:
            raise _damaged(paths[labels], error) from error
    return result[0], result[1], result[2], result[3]


def find_idx(folder: Path) -> dict[str, Path] | None:
    """The four idx files of `folder` by stem, with or without `.gz`; None unless all four are there."""
    found = {}
    for stem in IDX_STEMS:
        kind = "idx3-ubyte" if stem.endswith("images") else "idx1-ubyte"
        names = (f"{stem}-{kind}", f"{stem}-{kind}.gz", f"{stem}.{kind}", f"{stem}.{kind}.gz")
        present = [folder / name for name in names if (folder / name).is_file()]
        if not present:
            return None
        found[stem] = present[0]
    return found


def first_labels(paths: dict[str, Path], count: int = 10) -> tuple[int, ...]:
    """The first `count` training labels of the idx files, to tell one data set's files from another's."""
    try:
        with _open(paths["train-labels"]) as file:
            return tuple(file.read(8 + count)[8:])
    except _BROKEN as error:
        raise _damaged(paths["train-labels"], error) from error


def _npy(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    member = archive.getinfo(f"{name}.npy")
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(version)
        if header is None:
            raise ValueError(f"{name} is stored in an unknown version of the format")
        shape, fortran_order, dtype = header(file)
        _check_header(name, shape, dtype)
        size = int(np.prod(shape)) * dtype.itemsize
        if member.file_size != file.tell() + size:
            raise ValueError(f"{name} is not as long as its header says")
        values = np.frombuffer(file.read(), dtype)  # reading to the end also checks the member's CRC
    return values.reshape(shape, order="F" if fortran_order else "C")


def _check_header(name: str, shape: tuple[int, ...], dtype: np.dtype) -> None:
    if name.startswith("x"):
        fits = dtype == np.uint8 and len(shape) == 3 and shape[1:] == IMAGE_SHAPE
        expected = "uint8 images of shape (n, 28, 28)"
    else:
        fits = dtype.kind in "iu" and len(shape) == 1
        expected = "whole-number labels of shape (n,)"
    if not fits or not 1 <= shape[0] <= MOST_ITEMS:
        raise ValueError(f"{name} should hold {expected}, it holds {dtype} {shape}")


def _open(path: Path) -> BufferedIOBase:
    return gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb")


def _idx_images(path: Path) -> np.ndarray:
    with _open(path) as file:
        magic, count, height, width = struct.unpack(">4I", file.read(16))
        if magic != 0x803 or (height, width) != IMAGE_SHAPE or not 1 <= count <= MOST_ITEMS:
            raise ValueError("it does not begin like an idx file of 28×28 images")
        return np.frombuffer(_rest(file, count * height * width), np.uint8).reshape(count, height, width)


def _idx_labels(path: Path) -> np.ndarray:
    with _open(path) as file:
        magic, count = struct.unpack(">2I", file.read(8))
        if magic != 0x801 or not 1 <= count <= MOST_ITEMS:
            raise ValueError("it does not begin like an idx file of labels")
        return np.frombuffer(_rest(file, count), np.uint8)


def _rest(file: BufferedIOBase, size: int) -> bytes:
    data = file.read(size + 1)  # one more than expected: never all of a file that unpacks to gigabytes
    if len(data) != size:
        raise ValueError("it is not as long as its header says")
    return data


def _checked(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(images) != len(labels):
        raise ValueError(f"there are {len(images)} images and {len(labels)} labels")
    if labels.min() < 0 or labels.max() > 9:
        raise ValueError("labels should lie between 0 and 9")
    return images, labels.astype(np.uint8)


def _damaged(path: Path, error: BaseException) -> DatasetError:
    reason = str(error).strip("'\"") or type(error).__name__
    return DatasetError(
        f"The data set file {path} is damaged or not what its name says ({reason}). "
        "Delete it or put an intact copy in its place, then try again."
    )
