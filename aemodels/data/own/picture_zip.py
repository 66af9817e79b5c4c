"""A zip of pictures: the folder that each lies in is its label; without folders they are one class.

Folders `train` and `test` above those are obeyed. Pictures are read as everywhere (`data/reading.py`), each
once; what is larger than 64 pixels is prepared with care while it is at hand (`data/images.py`), and kept small.
"""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from aemodels.data import images
from aemodels.data.own import archive
from aemodels.data.own.classes import merged, unlabelled
from aemodels.data.own.contract import fitted
from aemodels.data.own.limits import LARGEST_SIDE, MOST_LARGE, MOST_UNPACKED, SMALLEST_SIDE, refused
from aemodels.data.own.naming import class_name, spoken, title
from aemodels.data.own.record import Brought, File, check_classes, check_count
from aemodels.data.reading import picture_size, read_grey
from aemodels.errors import ImageError

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_TRAINING: Final = frozenset({"train", "training"})
_TESTING: Final = frozenset({"test", "testing"})
_LITTER: Final = ("__MACOSX/", "._", ".DS_Store", "Thumbs.db", "desktop.ini")


def read(file: File, opened: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Brought:
    """The pictures of a zip that was opened and checked. Raises DatasetError with the first member at fault."""
    pictures, others = _sorted_out(members)
    check_count(len(pictures))
    folders = [PurePosixPath(member.filename).parts[:-1] for member in pictures]
    parts = _parts(folders)
    order = sorted(range(len(pictures)), key=lambda row: parts[row])  # training first; stable
    pictures, folders = [pictures[row] for row in order], [folders[row] for row in order]
    numbers, names = _labels(folders)
    side = _side(opened, pictures)
    stack = np.zeros((len(pictures), side, side), np.uint8)
    careful = {}
    for row, member in enumerate(pictures):
        stack[row], prepared = _picture(opened, member, side)
        if prepared is not None:
            careful[row] = prepared
    tests = sum(parts)
    remarks = (
        (f"{len(others):,} files that are no pictures were left out, first {others[0]}.",) if others else ()
    )
    return Brought(
        title(file.name), stack, numbers, names, len(pictures) - tests if tests else None, careful, remarks
    )


def _sorted_out(members: list[zipfile.ZipInfo]) -> tuple[list[zipfile.ZipInfo], list[str]]:
    pictures, others = [], []
    for member in members:
        last = PurePosixPath(member.filename).name
        if member.filename.startswith(_LITTER[0]) or last.startswith(_LITTER[1]) or last in _LITTER[2:]:
            continue
        if last.lower().endswith(ENDINGS):
            pictures.append(member)
        else:
            others.append(spoken(member.filename))
    if not pictures:
        raise refused(
            f"The archive holds no pictures{f', but {others[0]}' if others else ''}.",
            "Pack PNG, JPEG, WebP, BMP, GIF or TIFF pictures, in a folder for each label.",
        )
    return pictures, others


def _parts(folders: list[tuple[str, ...]]) -> list[bool]:
    """Of each picture whether it is for testing: where every one lies below a folder that says so."""
    words = _TRAINING | _TESTING
    found = [next((part.lower() for part in folder if part.lower() in words), None) for folder in folders]
    if None in found or len({word in _TESTING for word in found}) < 2:
        return [False] * len(folders)
    return [word in _TESTING for word in found]


def _labels(folders: list[tuple[str, ...]]) -> tuple[np.ndarray, tuple[str, ...]]:
    """The innermost folder, unless it is one and the same for all, or says train or test."""
    innermost = [folder[-1] if folder else "" for folder in folders]
    plain = {name.lower() for name in innermost} - _TRAINING - _TESTING
    if len(plain) < 2:
        return unlabelled(len(folders))
    if "" in innermost:
        raise refused(
            "Some pictures lie in a folder and some do not.",
            "Put each into the folder of its label, or none.",
        )
    texts = sorted(
        set(innermost), key=lambda text: (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)
    )
    check_classes(len({class_name(text) for text in texts}))
    place = {text: number for number, text in enumerate(texts)}
    return merged(np.asarray([place[text] for text in innermost], np.int64), texts)


def _side(opened: zipfile.ZipFile, pictures: list[zipfile.ZipInfo]) -> int:
    """The side of the square for every picture, by all headers before the first pixel, which are checked here."""
    total = large = side = 0
    for member in pictures:
        try:
            width, height = picture_size(archive.unpacked(opened, member))
        except ImageError as error:
            raise _unusable(member, error) from error
        total += width * height
        large += max(width, height) > LARGEST_SIDE
        side = max(side, width, height)
        if total > MOST_UNPACKED:
            raise refused(
                f"The pictures have more than {MOST_UNPACKED // 2**20} megapixels together, reached at "
                f"{spoken(member.filename)}.",
                "Make them smaller.",
            )
        if large > MOST_LARGE:
            raise refused(
                f"More than {MOST_LARGE:,} pictures are larger than {LARGEST_SIDE} × {LARGEST_SIDE} "
                "pixels; the first "
                f"one too many is {spoken(member.filename)}.",
                "Make them smaller, or send fewer.",
            )
    return min(max(side, SMALLEST_SIDE), LARGEST_SIDE)


def _picture(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, side: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """One picture in its square, and what the image contract makes of a large one."""
    try:
        grey = read_grey(archive.unpacked(opened, member))
    except ImageError as error:
        raise _unusable(member, error) from error
    pixels = np.rint(grey * 255).astype(np.uint8)
    if max(pixels.shape) <= LARGEST_SIDE:
        return fitted(pixels, side), None
    try:
        prepared = images.prepare_array(pixels).image
    except (
        ImageError
    ):  # nothing that looks like ink: a photograph of something, which is resized like the others
        return fitted(pixels, side), None
    return fitted(pixels, side), np.rint(prepared[0, :, :, 0] * 255).astype(np.uint8)


def _unusable(member: zipfile.ZipInfo, error: ImageError) -> Exception:
    return refused(f"The member {spoken(member.filename)} cannot be used:", str(error))
