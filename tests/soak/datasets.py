"""Mutated data sets of every kind that may be brought: each is a data set in contract, or one of our sentences."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from aemodels.data.own import bring, limits, making
from aemodels.data.own.record import File
from aemodels.errors import DatasetError
from tests.soak import fuzzing
from tests.soak.mutations import Rng, mutated
from tests.unit.data.own import samples

COUNT: Final = 5_000


def soak() -> Sequence[str]:
    """All of them."""
    return fuzzing.run("datasets", COUNT).lines()


def corpus() -> dict[str, bytes]:
    """A small good data set of each kind; the name is that of the file."""
    values, labels = samples.images(24), samples.labels(24)
    table = samples.table(values).data
    return {
        "images.npz": samples.npz(images=values, labels=labels).data,
        "floats.npz": samples.npz(images=values / 255, labels=labels.astype(np.int64)).data,
        "texts.npz": samples.npz(images=values, labels=np.asarray(samples.NAMES)[labels]).data,
        "keras.npz": samples.npz(x_train=values, y_train=labels, x_test=values, y_test=labels).data,
        "plain.npz": samples.zipped(
            [("images.npy", _npy(values)), ("labels.npy", _npy(labels))], method=zipfile.ZIP_STORED
        ).data,
        "pictures.zip": samples.zipped(samples.pictures(values)).data,
        "stored.zip": samples.zipped(samples.pictures(values), method=zipfile.ZIP_STORED).data,
        "table.csv": table,
        "semicolons.csv": samples.table(values, separator=";", header=False).data,
        "packed.csv.gz": gzip.compress(table),
        "train-images-idx3-ubyte": samples.idx_images(values).data,
        "train-images-idx3-ubyte.gz": samples.idx_images(values, packed=True).data,
    }


def _npy(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def made(name: str, good: Mapping[str, bytes], rng: Rng) -> bytes:
    """A mutation of the file, or, every second time, of what is packed in it, packed again with right sums."""
    data = good[name]
    if rng.random() < 0.5:
        if name.endswith((".zip", ".npz")):
            return _one_member(data, rng)
        if name.endswith(".gz"):
            return gzip.compress(mutated(gzip.decompress(data), (), rng), 1)
    return mutated(data, list(good.values()), rng)


def _one_member(data: bytes, rng: Rng) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    chosen = int(rng.integers(len(members)))
    name, content = members[chosen]
    if rng.random() < 0.2:
        changed = mutated(name.encode(), (), rng).decode("utf-8", "replace")
        name = changed.partition("\0")[0] or "x"  # what zipfile makes of it, too
    else:
        content = mutated(content, (), rng)
    members[chosen] = (name, content)
    return samples.zipped(members).data


def answered(name: str, data: bytes) -> str:
    """What is read and made of a file, checked; the sentence where it is refused."""
    try:
        found = bring.read([File(name, data)])
    except DatasetError as error:
        return str(error)
    assert found.images.dtype == np.uint8
    assert found.images.ndim == 3
    assert len(found.images) == len(found.labels) >= limits.LEAST_IMAGES
    assert found.labels.max() < len(found.class_names)
    for way in making.Way:
        dataset = making.make(found, way)
        for split in (dataset.train, dataset.test):
            assert split.values.dtype == np.uint8
            assert split.values.shape[1:3] == (28, 28)
            assert len(split.values) == len(split.labels) > 0
    return ""
