"""What is unusual about images that were brought, as sentences: nothing here is refused."""

from __future__ import annotations

import numpy as np

from aemodels.data.own.contract import FAINT, light_on_dark
from aemodels.data.own.record import Brought
from aemodels.figures.palette import DIGITS

FEW = 500
FEW_OF_A_CLASS = 5
UNBALANCED = 10  # times as many images of one class as of another


def advice(brought: Brought) -> tuple[str, ...]:
    """Sentences on what a visitor may want to know before a training, the most important first."""
    images, counts = brought.images, {name: n for name, n in brought.counts().items() if n}
    found = list(brought.remarks)
    if not light_on_dark(images):
        found.append(
            "The ink is dark on a light ground: light and dark are turned round, as the networks expect it."
        )
    if len(images) < FEW:
        found.append(
            f"{len(images)} images are few: a network soon knows them by heart. Small layers and augmentation help."
        )
    constant = int((np.ptp(images.reshape(len(images), -1), axis=1) < 255 * FAINT).sum())
    if constant:
        found.append(
            f"{constant:,} {'images have' if constant > 1 else 'image has'} next to no contrast: nothing to see."
        )
    if copies := duplicates(images):
        found.append(
            f"{copies:,} {'images are exact copies' if copies > 1 else 'image is an exact copy'} of "
            "others: where one is "
            "for training and one for testing, the test is easier than it looks."
        )
    if len(counts) > 1:
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        if counts[most] >= UNBALANCED * counts[least]:
            found.append(
                f"The classes are unbalanced: {counts[most]:,} of {most}, {counts[least]:,} of {least}. "
                "The rare ones will be drawn less well."
            )
        elif counts[least] < FEW_OF_A_CLASS:
            found.append(f"There are only {counts[least]} of {least}.")
    if len(counts) > len(DIGITS):
        found.append(f"{len(counts)} classes share {len(DIGITS)} colours on the map.")
    return tuple(found)


def duplicates(images: np.ndarray) -> int:
    """How many images are exact copies of an earlier one."""
    return len(images) - len({hash(image.tobytes()) for image in images})
