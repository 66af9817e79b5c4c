"""MNIST and Fashion-MNIST: where on this machine they are looked for, and where on the web.

The order: the folder that AEMODELS_DATA names (Keras layout, else the original idx files) → the cache of
Keras → a download into that cache, from the addresses that Keras itself uses. Offline and with nothing at
hand, a sentence offers the bundled digits.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aemodels.data.array_files import Arrays, find_idx, first_labels, read_idx, read_npz
from aemodels.data.download import Progress, RemoteFile, fetch, keras_cache
from aemodels.errors import DatasetError

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class Published:
    """The names and addresses under which one data set is known."""

    title: str
    archive: str  # the Keras-layout file in the folder of AEMODELS_DATA
    idx_folders: tuple[
        str, ...
    ]  # where in that folder idx files may lie: ours, torchvision's, the folder itself
    first_labels: tuple[int, ...]  # the idx files of all data sets have the same names; this tells them apart
    cache_folder: str  # below the cache of Keras
    remotes: tuple[RemoteFile, ...]


MNIST = Published(
    title="MNIST",
    archive="mnist.npz",
    idx_folders=("mnist", "MNIST/raw", "."),
    first_labels=(5, 0, 4, 1, 9, 2, 1, 3, 1, 4),
    cache_folder=".",
    remotes=(
        RemoteFile(
            f"{_KERAS}mnist.npz",
            11_490_434,
            "sha256",
            "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",  # as in keras.datasets.mnist
        ),
    ),
)

# The checksums are those of the data set's own README (github.com/zalandoresearch/fashion-mnist).
FASHION_MNIST = Published(
    title="Fashion-MNIST",
    archive="fashion_mnist.npz",
    idx_folders=("fashion_mnist", "fashion-mnist", "FashionMNIST/raw", "."),
    first_labels=(9, 0, 0, 3, 0, 2, 7, 2, 5, 5),
    cache_folder="fashion-mnist",
    remotes=(
        RemoteFile(f"{_KERAS}train-labels-idx1-ubyte.gz", 29_515, "md5", "25c81989df183df01b3e8a0aad5dffbe"),
        RemoteFile(
            f"{_KERAS}train-images-idx3-ubyte.gz", 26_421_880, "md5", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"
        ),
        RemoteFile(f"{_KERAS}t10k-labels-idx1-ubyte.gz", 5_148, "md5", "bb300cfdad3c16e7a12a480ee83cd310"),
        RemoteFile(
            f"{_KERAS}t10k-images-idx3-ubyte.gz", 4_422_102, "md5", "bef4ecab320f06d8554ea6380940ec79"
        ),
    ),
)


def is_local(published: Published) -> bool:
    """Whether the files are on this machine, whatever is in them; costs a few file look-ups."""
    return _find(published) is not None


def read(published: Published, download: bool = True, progress: Progress | None = None) -> tuple[Arrays, str]:
    """The four arrays, and in words where they came from.

    Images uint8 (n, 28, 28), labels uint8 (n,), in the order of the file. `progress(done, total)` counts the
    bytes of all files of a download. Raises DatasetError when a file is damaged, or when nothing is at hand
    and there is no download (`download=False`, or offline).
    """
    found = _find(published)
    if found is None:
        if not download:
            raise DatasetError(f"{published.title} is not on this machine. {_advice(published)}")
        _download(published, progress)
        found = _find(published)
        if found is None:
            raise DatasetError(f"{published.title} vanished right after its download. {_advice(published)}")
    read_arrays, source = found
    return read_arrays(), source


def _find(published: Published) -> tuple[Callable[[], Arrays], str] | None:
    folder = _data_folder()
    if folder is not None:
        archive = folder / published.archive
        if archive.is_file():
            return partial(read_npz, archive), f"{published.archive} in the folder of AEMODELS_DATA"
        for name in published.idx_folders:
            idx = find_idx(folder / name)
            if idx is not None and (name != "." or _may_be(published, idx)):
                return partial(read_idx, idx), "the idx files in the folder of AEMODELS_DATA"
    cache = keras_cache() / published.cache_folder
    if not all((cache / remote.name).is_file() for remote in published.remotes):
        return None
    if len(published.remotes) == 1:
        return partial(read_npz, cache / published.remotes[0].name), "the cache of Keras"
    idx = find_idx(cache)
    return None if idx is None else (partial(read_idx, idx), "the cache of Keras")


def _data_folder() -> Path | None:
    named = os.environ.get("AEMODELS_DATA", "").strip()
    return Path(named).expanduser() if named else None


def _may_be(published: Published, idx: dict[str, Path]) -> bool:
    """Whether idx files in the folder itself can be this data set: not if they begin like another one."""
    others = {MNIST.first_labels, FASHION_MNIST.first_labels} - {published.first_labels}
    return first_labels(idx) not in others


def _download(published: Published, progress: Progress | None) -> None:
    total = sum(remote.size for remote in published.remotes)
    done = 0
    folder = keras_cache() / published.cache_folder
    for remote in published.remotes:
        start = done

        def report(bytes_so_far: int, _size: int | None, start: int = start) -> None:
            if progress is not None:
                progress(start + bytes_so_far, total)

        if not (folder / remote.name).is_file():  # a download broken off earlier goes on with the next file
            try:
                fetch(remote, folder, report)
            except DatasetError as error:
                raise DatasetError(
                    f"{published.title} is not on this machine and could not be downloaded: {error} "
                    f"{_advice(published)}"
                ) from error
        done += remote.size


def _advice(published: Published) -> str:
    named = os.environ.get("AEMODELS_DATA", "").strip()
    folder = f"the folder of AEMODELS_DATA ({named})" if named else "a folder that AEMODELS_DATA names"
    return (
        f"Connect to the internet, or put {published.archive} into {folder}, or choose the data set "
        "'digits': its handwritten digits are bundled."
    )
