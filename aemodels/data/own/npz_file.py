"""An `.npz` file: arrays by name, in the layout of Keras or as images and labels."""

from __future__ import annotations

import zipfile
from typing import Final

import numpy as np

from aemodels.data.own import archive, npy
from aemodels.data.own.classes import coded, unlabelled
from aemodels.data.own.limits import refused
from aemodels.data.own.naming import spoken, title
from aemodels.data.own.npy import Header
from aemodels.data.own.pixels import as_bytes, image_shape, shape_words
from aemodels.data.own.record import Brought, File, check_count

# Names of: training images, their labels, test images, their labels; or of images and their labels.
LAYOUTS: Final = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("images", "labels"),
    ("x", "y"),
    ("X", "y"),
    ("data", "target"),
    ("arr_0", "arr_1"),
)


def read(file: File, opened: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Brought:
    """Images and labels of an `.npz` that was opened and checked. Raises DatasetError saying what is wrong."""
    by_name = {member.filename.removesuffix(".npy"): member for member in members}
    foreign = next((member for member in members if not member.filename.endswith(".npy")), None)
    if foreign is not None:
        raise refused(
            f"The file holds {spoken(foreign.filename)}, which is no array.",
            "An .npz file holds arrays only, as numpy.savez writes it.",
        )
    layout = next((one for one in LAYOUTS if one[0] in by_name), None)
    if layout is None:
        raise refused(
            f"The file holds no array named {' or '.join(one[0] for one in LAYOUTS[:3])}, but "
            f"{', '.join(spoken(name) for name in list(by_name)[:4]) or 'nothing'}.",
            "Name them as Keras does: x_train, y_train, x_test, y_test; or images and labels.",
        )
    wanted = [name for name in layout if name in by_name]
    if len(layout) == 4 and len(wanted) in (2, 3) and wanted != list(layout[:2]):
        missing = next(name for name in layout if name not in by_name)
        raise refused(
            f"The array {missing} is not there.",
            f"Give all of {', '.join(layout)}, or images and labels.",
        )
    headers = {name: _header(opened, by_name[name]) for name in wanted}
    _check(headers, layout)
    arrays = {name: _values(opened, by_name[name]) for name in wanted}
    left_out = sorted(set(by_name) - set(wanted))
    remarks = (f"Not used: {', '.join(spoken(name) for name in left_out[:5])}.",) if left_out else ()
    return _brought(arrays, layout, title(file.name), remarks)


def _header(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Header:
    try:
        with opened.open(member) as file:
            header = npy.read_header(file, member.filename)
    except archive.BROKEN as error:
        if isinstance(error, archive.DatasetError):
            raise
        raise archive.damaged(member.filename) from error
    if member.file_size != header.start + header.size:
        raise refused(
            f"The array {spoken(member.filename)} is not as long as its header says "
            f"({shape_words(header.shape)} of {header.dtype}).",
            "Save it again.",
        )
    return header


def _values(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    try:
        with opened.open(member) as file:
            return npy.read_values(file, npy.read_header(file, member.filename))
    except archive.DatasetError:
        raise  # a ValueError, too, but with a sentence of its own
    except archive.BROKEN as error:
        raise archive.damaged(member.filename) from error


def _check(headers: dict[str, Header], layout: tuple[str, ...]) -> None:
    """Shapes, types and counts, by the headers alone."""
    counts, sides = [], set()
    for images, labels in zip(layout[::2], layout[1::2], strict=True):
        if images not in headers:
            continue
        header = headers[images]
        if header.dtype.kind not in "biuf":
            raise refused(
                f"The array {images} holds texts.", "Images are numbers from 0 to 255, or from 0 to 1."
            )
        shape = image_shape(header.shape, f"The array {images}")
        counts.append(shape[0])
        sides.add(shape[1:])
        if labels in headers and _label_count(headers[labels], labels) != shape[0]:
            raise refused(
                f"There are {shape[0]:,} images in {images} and "
                f"{_label_count(headers[labels], labels):,} labels in "
                f"{labels}.",
                "Each image needs one label.",
            )
    if len(sides) > 1:
        raise refused("Training and test images are of different sizes.", "Give both the same.")
    check_count(sum(counts))
    if 0 in counts:
        raise refused("One of the arrays is empty.", "Leave it out, or fill it.")


def _label_count(header: Header, name: str) -> int:
    if len(header.shape) == 1 or (len(header.shape) == 2 and header.shape[1] == 1):
        return header.shape[0]
    raise refused(
        f"The array {name} has the shape {shape_words(header.shape)}.",
        "Labels are one whole number, or one text, for each image.",
    )


def _brought(
    arrays: dict[str, np.ndarray], layout: tuple[str, ...], name: str, remarks: tuple[str, ...]
) -> Brought:
    images, labels = [], []
    for x, y in zip(layout[::2], layout[1::2], strict=True):
        if x not in arrays:
            continue
        count, height, width, channels = image_shape(arrays[x].shape, x)
        images.append(as_bytes(arrays[x].reshape(count, height, width, channels), f"The array {x}"))
        if y in arrays:
            labels.append(arrays[y].reshape(count))
    test_from = len(images[0]) if len(images) == 2 else None
    if (
        len(labels) == 2
        and {labels[0].dtype.kind, labels[1].dtype.kind} & set("US")
        and (labels[0].dtype.kind != labels[1].dtype.kind)
    ):
        raise refused(
            "Training labels and test labels are of different types.", "Save both as texts, or as numbers."
        )
    numbers, names = coded(np.concatenate(labels)) if labels else unlabelled(sum(map(len, images)))
    whole = np.concatenate(images) if len(images) > 1 else np.array(images[0])
    return Brought(name, whole, numbers, names, test_from, remarks=remarks)
