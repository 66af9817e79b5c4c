"""Reading data set files: whatever is wrong with one, the answer is a sentence that names it."""

import gzip
import io
import struct
import zipfile

import numpy as np
import pytest

from aemodels.data.datasets import load
from aemodels.errors import DatasetError
from tests.unit.data.made_up_files import small_set, write_idx


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npz(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def good(**changes: bytes) -> bytes:
    return npz(**{name: npy(array) for name, array in small_set().items()} | changes)


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def claiming(items: int) -> bytes:
    """A member whose header promises more than it holds."""
    header = npy(small_set()["x_train"])
    return header.replace(b"(40, 28, 28)", f"({items}, 28, 28)".encode(), 1)


DAMAGED = {
    "empty": b"",
    "a web page": b"<!doctype html><title>Log in</title>",
    "cut off": good()[:20_000],
    "a flipped byte": flipped(good()),
    "a member missing": npz(x_train=npy(small_set()["x_train"])),
    "pickled objects": good(y_train=npy(np.array([object()] * 40, dtype=object))),
    "another size of image": good(x_train=npy(np.zeros((40, 32, 32), np.uint8))),
    "float images": good(x_train=npy(np.zeros((40, 28, 28), np.float32))),
    "float labels": good(y_train=npy(np.zeros(40))),
    "labels missing": good(y_train=npy(np.zeros(39, np.uint8))),
    "labels too large": good(y_train=npy(np.full(40, 10))),
    "labels below zero": good(y_train=npy(np.full(40, -1))),
    "no images": good(x_test=npy(np.zeros((0, 28, 28), np.uint8)), y_test=npy(np.zeros(0, np.uint8))),
    "more promised than held": good(x_train=claiming(90)),
    "a terabyte promised": good(x_train=claiming(10**9)),
    "no array at all": good(x_train=b"nothing of the kind"),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_named(content, data):
    path = data / "mnist.npz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"damaged.*try again") as caught:
        load("mnist")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_of_another_whole_number_type_are_welcome(data):
    (data / "mnist.npz").write_bytes(good(y_train=npy(np.arange(40) % 10)))
    assert list(load("mnist").train.labels[:3]) == [0, 1, 2]


def test_images_in_column_order_are_read_as_what_they_are(data):
    arrays = small_set()
    (data / "mnist.npz").write_bytes(good(x_train=npy(np.asfortranarray(arrays["x_train"]))))
    assert np.array_equal(load("mnist").train.values, arrays["x_train"])


IDX_DAMAGE = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[:-100],
    "too long": lambda data: data + b"more",
    "another magic number": lambda data: b"\0\0\x08\x02" + data[4:],
    "a billion images": lambda data: data[:4] + struct.pack(">I", 10**9) + data[8:],
}


@pytest.mark.parametrize("damage", IDX_DAMAGE.values(), ids=IDX_DAMAGE.keys())
@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_a_damaged_idx_file_is_named(name, damage, data):
    write_idx(data, small_set(), ending="")
    path = data / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError, match="damaged") as caught:
        load("mnist")
    assert str(path) in str(caught.value)


def test_a_broken_gzip_file_is_named(data):
    write_idx(data, small_set())
    path = data / "train-images-idx3-ubyte.gz"
    path.write_bytes(flipped(path.read_bytes()))
    with pytest.raises(DatasetError, match=r"damaged") as caught:
        load("mnist")
    assert str(path) in str(caught.value)


def test_a_gzip_file_that_unpacks_to_more_than_it_says_is_not_unpacked(data, monkeypatch):
    write_idx(data, small_set())
    bomb = struct.pack(">4I", 0x803, 40, 28, 28) + bytes(30_000_000)
    (data / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(bomb))
    with pytest.raises(DatasetError, match="not as long as its header says"):
        load("mnist")
