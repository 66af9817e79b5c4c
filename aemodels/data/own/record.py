"""What was brought, read and checked, but not yet brought to the image contract."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from aemodels.data.own.limits import LEAST_IMAGES, MOST_CLASSES, MOST_IMAGES, refused


@dataclasses.dataclass(frozen=True)
class File:
    """A file as it was sent: a name, which means nothing but to people, and its bytes."""

    name: str
    data: bytes


@dataclasses.dataclass(frozen=True, eq=False)
class Brought:
    """Images and labels as they came, read-only.

    `images`: uint8 (n, h, w), sides of 28 to 64 pixels, as light as in the file. `labels`: uint8 (n,), numbers of
    `class_names`. From row `test_from` on they are for testing, where the files say so; None where they do not.
    `careful`: of rows that were large pictures, what the image contract made of the picture itself, uint8 (28, 28).
    """

    title: str
    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    test_from: int | None = None
    careful: Mapping[int, np.ndarray] = dataclasses.field(default_factory=dict)
    remarks: tuple[str, ...] = ()  # what was left out while reading, as sentences

    def __post_init__(self) -> None:
        check_count(len(self.images))
        if len(self.labels) != len(self.images):
            raise refused(
                f"There are {len(self.images):,} images and {len(self.labels):,} labels.",
                "Each image needs one label.",
            )
        self.images.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def nbytes(self) -> int:
        """Bytes that it occupies."""
        return self.images.nbytes + self.labels.nbytes + sum(one.nbytes for one in self.careful.values())

    def counts(self) -> dict[str, int]:
        """Images by class, in the order of the classes."""
        counted = np.bincount(self.labels, minlength=len(self.class_names))
        return dict(zip(self.class_names, map(int, counted), strict=True))


def check_count(images: int) -> None:
    """Raises DatasetError for too few images or too many."""
    if images > MOST_IMAGES:
        raise refused(
            f"There are {images:,} images; at most {MOST_IMAGES:,} are allowed.", "Send a part of them."
        )
    if images < LEAST_IMAGES:
        raise refused(
            f"There are {images:,} images; a training needs at least {LEAST_IMAGES}.",
            "Add some, or draw a few and let them be multiplied.",
        )


def check_classes(count: int) -> None:
    """Raises DatasetError for too many classes."""
    if count > MOST_CLASSES:
        raise refused(
            f"There are more than {MOST_CLASSES} different labels.",
            "Labels are few classes, not a number for each image; leave them out or merge some.",
        )
