"""Files of a few images in every format that may be brought, written by other hands: NumPy, zipfile, csv."""

import csv
import gzip
import io
import struct
import zipfile

import numpy as np
from PIL import Image

from aemodels.data.own.record import File

COUNT = 30
NAMES = ("a", "b", "c")


def images(count=COUNT, side=28, seed=0):
    """Images that are all different: a few bright pixels on a dark ground."""
    rng = np.random.default_rng(seed)
    values = np.zeros((count, side, side), np.uint8)
    values[:, 6:-6, 6:-6] = rng.integers(0, 256, (count, side - 12, side - 12)) * (
        rng.random((count, 1, 1)) > -1
    )
    return values


def labels(count=COUNT):
    return (np.arange(count) % len(NAMES)).astype(np.uint8)


def npz(name="data.npz", **arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return File(name, buffer.getvalue())


def png(image):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(members, name="data.zip", method=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, bytes)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for member, data in members:
            archive.writestr(member, data)
    return File(name, buffer.getvalue())


def pictures(values=None, folder="{}/"):
    values = images() if values is None else values
    return [
        (f"{folder.format(NAMES[label])}{number:03}.png", png(image))
        for number, (image, label) in enumerate(zip(values, labels(len(values)), strict=True))
    ]


def table(values=None, *, header=True, label="label", separator=",", place=0, rows=None):
    values = images() if values is None else values
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    columns = [f"pixel{number}" for number in range(values[0].size)]
    columns.insert(place, label)
    if header:
        writer.writerow(columns)
    for image, number in zip(values, labels(len(values)), strict=True):
        cells = image.ravel().tolist()
        cells.insert(place, NAMES[number] if rows is None else rows[number])
        writer.writerow(cells)
    return File("data.csv", text.getvalue().encode())


def idx_images(values=None, name="train-images-idx3-ubyte", *, packed=False, magic=0x803, count=None):
    values = images() if values is None else values
    data = (
        struct.pack(">4I", magic, len(values) if count is None else count, *values.shape[1:])
        + values.tobytes()
    )
    return File(name + ".gz" * packed, gzip.compress(data) if packed else data)


def idx_labels(values=None, name="train-labels-idx1-ubyte", *, packed=False):
    values = labels() if values is None else values
    data = struct.pack(">2I", 0x801, len(values)) + values.tobytes()
    return File(name + ".gz" * packed, gzip.compress(data) if packed else data)
