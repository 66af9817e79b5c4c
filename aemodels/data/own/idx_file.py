"""The idx files of MNIST and its relatives (LeCun, Cortes and Burges): images, or images and their labels."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from aemodels.data.own import packed
from aemodels.data.own.classes import coded, unlabelled
from aemodels.data.own.limits import LARGEST_SIDE, MOST_UNPACKED, SMALLEST_SIDE, megabytes, refused
from aemodels.data.own.naming import spoken, title
from aemodels.data.own.record import Brought, File, check_count

IMAGES, LABELS = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"  # unsigned bytes, in three dimensions and in one
_FOR_TESTS: Final = ("t10k", "test")


@dataclass(frozen=True)
class _Head:
    """A file with what its header says: its shape, of bytes, from `start` on."""

    file: File
    shape: tuple[int, ...]
    start: int

    @property
    def for_tests(self) -> bool:
        return any(word in self.file.name.lower() for word in _FOR_TESTS)


def is_one(file: File) -> bool:
    """Whether the file begins like an idx file, packed or not, of whatever type."""
    return packed.beginning(file.data, 2, file.name) == b"\x00\x00"


def read(files: Sequence[File]) -> Brought:
    """Images of one or two idx files, with the labels of as many. Raises DatasetError."""
    heads = [_head(file) for file in files]
    images = sorted((head for head in heads if len(head.shape) == 3), key=lambda head: head.for_tests)
    labels = sorted((head for head in heads if len(head.shape) == 1), key=lambda head: head.for_tests)
    if not images:
        raise refused("There is no idx file of images among these.", "Send the images, too.")
    if len(images) > 2 or (labels and len(labels) != len(images)):
        raise refused(
            f"There are {len(images)} files of images and {len(labels)} of labels.",
            "Send one of each, or two of each: for training, and with “test” or “t10k” in the name for testing.",
        )
    if len(images) == 2 and [head.for_tests for head in images] != [False, True]:
        raise refused(
            "It is not clear which of the two files of images is for testing.",
            "Put “test” or “t10k” into its name.",
        )
    if len(labels) == 2 and [head.for_tests for head in labels] != [False, True]:
        raise refused(
            "It is not clear which of the two files of labels is for testing.",
            "Put “test” or “t10k” into its name.",
        )
    if len({head.shape[1:] for head in images}) > 1:
        raise refused("Training and test images are of different sizes.", "Give both the same.")
    for image, label in zip(images, labels, strict=False):
        if image.shape[0] != label.shape[0]:
            raise refused(
                f"There are {image.shape[0]:,} images in {spoken(image.file.name)} and "
                f"{label.shape[0]:,} labels in "
                f"{spoken(label.file.name)}.",
                "Each image needs one label.",
            )
    check_count(sum(head.shape[0] for head in images))
    total = sum(_size(head) for head in heads)
    if total > MOST_UNPACKED:
        raise refused(
            f"The files unpack to {megabytes(total)}; at most {megabytes(MOST_UNPACKED)} are allowed.",
            "Send fewer images.",
        )
    values = [_values(head) for head in images]
    whole = np.concatenate(values) if len(values) > 1 else np.array(values[0])
    numbers, names = unlabelled(len(whole))
    if labels:
        numbers, names = coded(np.concatenate([_values(head) for head in labels]))
    test_from = len(values[0]) if len(values) == 2 else None
    return Brought(title(images[0].file.name), whole, numbers, names, test_from)


def _head(file: File) -> _Head:
    begins = packed.beginning(file.data, 16, file.name)
    magic, rest = begins[:4], begins[4:]
    dimensions = {IMAGES: 3, LABELS: 1}.get(magic)
    if dimensions is None:
        raise refused(
            f"{spoken(file.name)} is no idx file of images or labels of bytes (it begins with {magic.hex(' ')}).",
            "Images begin with 00 00 08 03, labels with 00 00 08 01.",
        )
    if len(rest) < 4 * dimensions:
        raise refused(f"{spoken(file.name)} ends within its header.", "Send it again.")
    shape = struct.unpack(f">{dimensions}I", rest[: 4 * dimensions])
    if dimensions == 3 and not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in shape[1:]):
        raise refused(
            f"{spoken(file.name)} says that its images have {shape[1]:,} × {shape[2]:,} pixels.",
            f"Allowed are {SMALLEST_SIDE} to {LARGEST_SIDE} each way.",
        )
    head = _Head(file, shape, 4 + 4 * dimensions)
    if not file.data.startswith(packed.MAGIC) and len(file.data) != head.start + _size(head):
        raise _wrong_length(head)
    return head


def _size(head: _Head) -> int:
    size = 1
    for length in head.shape:
        size *= length
    return size


def _values(head: _Head) -> np.ndarray:
    data = packed.whole(head.file.data, head.start + _size(head), head.file.name)
    if len(data) != head.start + _size(head):
        raise _wrong_length(head)
    return np.frombuffer(data, np.uint8, offset=head.start).reshape(head.shape)


def _wrong_length(head: _Head) -> Exception:
    return refused(
        f"{spoken(head.file.name)} is not as long as its header says ({' × '.join(map(str, head.shape))} bytes).",
        "It is damaged or cut off: send it again.",
    )
