"""What may be brought, and how much of it; and a refusal that says so."""

from __future__ import annotations

from typing import Final

from aemodels.errors import DatasetError

MEGABYTE: Final = 2**20
MOST_PACKED: Final = 20 * MEGABYTE  # bytes of all files together, as they come
MOST_UNPACKED: Final = 300 * MEGABYTE  # bytes of all that is in them
MOST_IMAGES: Final = 70_000
LEAST_IMAGES: Final = 20  # so that ten are left to fit, five to choose and two to test with
SMALLEST_SIDE: Final = 28  # pixels of an image in an array
LARGEST_SIDE: Final = 64
MOST_CLASSES: Final = 100
LONGEST_CLASS: Final = 40  # characters of a class's name
MOST_FILES: Final = 4  # that are sent at once: the four idx files
MOST_MEMBERS: Final = MOST_IMAGES + 1_000  # of an archive: its folders count, too
MOST_RATIO: Final = 200  # of unpacked to packed, for members above `RATIO_FROM`
RATIO_FROM: Final = 4 * MEGABYTE
MOST_LARGE: Final = 2_000  # pictures above `LARGEST_SIDE` in a zip, each prepared with care, which takes time


def refused(what: str, do: str) -> DatasetError:
    """The error that says what was wrong, and what to do; two sentences."""
    return DatasetError(f"{what} {do}")


def megabytes(count: int) -> str:
    """A number of bytes for people: `0.4 MB`, `300 MB`, `4.0 TB`."""
    for unit, size in (("TB", 2**40), ("GB", 2**30)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    value = count / MEGABYTE
    return f"{value:.1f} MB" if value < 10 else f"{value:,.0f} MB"
