"""A CSV file with an image in each row: a column a pixel, row by row, and perhaps one for the label.

The header is looked for, not required: where the first line holds numbers only there is none, and of a square and
one columns the first is the label, as in the MNIST files that go round. Numbers are read by NumPy.
"""

from __future__ import annotations

import csv
import math
from typing import Final

import numpy as np

from aemodels.data.own import packed
from aemodels.data.own.classes import coded, unlabelled
from aemodels.data.own.limits import (
    LARGEST_SIDE,
    LONGEST_CLASS,
    MOST_IMAGES,
    MOST_UNPACKED,
    SMALLEST_SIDE,
    refused,
)
from aemodels.data.own.naming import spoken, title
from aemodels.data.own.pixels import as_bytes
from aemodels.data.own.record import Brought, File, check_count

LABEL_NAMES: Final = ("label", "labels", "class", "target", "y", "digit", "letter", "category", "name")
SEPARATORS: Final = (",", ";", "\t")
_MOST_COLUMNS: Final = LARGEST_SIDE**2 + 1
_LONGEST_LINE: Final = 26 * _MOST_COLUMNS  # characters: a number of full precision for each pixel
_PART: Final = 2_000  # rows that are parsed at once


def read(file: File, label_column: str | None = None) -> Brought:
    """Images of a CSV file; labels from `label_column`, or from the one of a usual name. Raises DatasetError."""
    lines = _lines(file)
    separator = max(SEPARATORS, key=lines[0].count)
    first = _cells(lines[0], separator)
    header = first if any(not _is_number(cell) for cell in first) else None
    if header is not None:
        lines = lines[1:]
    check_count(len(lines))
    place, remark = _label_place(header, len(first), label_column)
    side = _side(len(first) - (place is not None))
    for number, line in enumerate(lines, start=1 + (header is not None)):
        if line.count(separator) != len(first) - 1 and len(_cells(line, separator)) != len(first):
            raise refused(
                f"Line {number:,} has {line.count(separator) + 1:,} columns instead of {len(first):,}.",
                "Give each image one line of the same length.",
            )
    images = np.empty((len(lines), side, side), np.float32)
    texts: list[str] = []
    for start in range(0, len(lines), _PART):
        part = lines[start : start + _PART]
        if place is not None:
            taken = [_without(line, separator, place) for line in part]
            texts += [label for label, _ in taken]
            part = [rest for _, rest in taken]
        images[start : start + _PART] = _numbers(part, separator, start, header is not None).reshape(
            -1, side, side
        )
    numbers, names = unlabelled(len(lines))
    if place is not None:
        numbers, names = coded(_as_labels(texts))
    pixels = as_bytes(images, "The file")
    return Brought(title(file.name), pixels, numbers, names, remarks=(remark,) if remark else ())


def _lines(file: File) -> list[str]:
    """The lines that are not empty; each of a length that rows of images may have."""
    data = packed.whole(file.data, MOST_UNPACKED // 2, file.name)
    if b"\x00" in data[:4096]:
        raise refused(f"{spoken(file.name)} is no text.", "Send .npz, .zip, .csv or idx files.")
    if data.count(b"\n") > 2 * MOST_IMAGES:  # before each line is looked at
        check_count(data.count(b"\n"))
    if _longest(data) > _LONGEST_LINE:
        raise refused(
            f"A line of {spoken(file.name)} is longer than {_LONGEST_LINE:,} characters.",
            f"Give each image one line, of {SMALLEST_SIDE} × {SMALLEST_SIDE} to {LARGEST_SIDE} × "
            f"{LARGEST_SIDE} numbers.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(f"{spoken(file.name)} is no text in UTF-8.", "Save it as CSV in UTF-8.") from error
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        raise refused(f"{spoken(file.name)} is empty.", "Give each image one line.")
    return lines


def _longest(data: bytes) -> int:
    longest = start = 0
    while (end := data.find(b"\n", start)) >= 0:
        longest, start = max(longest, end - start), end + 1
    return max(longest, len(data) - start)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    except (csv.Error, StopIteration):
        return []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _label_place(header: list[str] | None, columns: int, wanted: str | None) -> tuple[int | None, str]:
    """Where the label stands among the columns, None for nowhere; and a remark where that was guessed."""
    if header is not None and wanted:
        if wanted not in header:
            raise refused(
                f"There is no column named {spoken(wanted)}.",
                f"The first ones are {', '.join(spoken(name) for name in header[:3])}.",
            )
        return header.index(wanted), ""
    is_square = math.isqrt(columns) ** 2 == columns
    if header is not None:
        lowered = [name.lower() for name in header]
        found = next((name for name in LABEL_NAMES if name in lowered), None)
        if found is not None:
            return lowered.index(found), ""
        if is_square:
            return None, ""
        raise refused(
            f"None of the {columns:,} columns is named {', '.join(LABEL_NAMES[:4])}.",
            "Name the column of the labels so, or say its name.",
        )
    if is_square:
        return None, ""
    return 0, "The file has no header: its first column is taken for the label."


def _side(columns: int) -> int:
    side = math.isqrt(columns)
    if side * side != columns or not SMALLEST_SIDE <= side <= LARGEST_SIDE:
        raise refused(
            f"There are {columns:,} columns of pixels, which are no square image.",
            f"Expected are {SMALLEST_SIDE} × {SMALLEST_SIDE} = {SMALLEST_SIDE**2:,} to {LARGEST_SIDE} "
            f"× {LARGEST_SIDE} "
            f"= {LARGEST_SIDE**2:,}, and one for the label.",
        )
    return side


def _without(line: str, separator: str, place: int) -> tuple[str, str]:
    """The label, and the line without it. Quoted cells may hold the separator."""
    if '"' in line:
        cells = _cells(line, separator)
        return cells[place], separator.join(cells[:place] + cells[place + 1 :])
    if place == 0:
        label, _, rest = line.partition(separator)
        return label.strip(), rest
    cells = line.split(separator)
    return cells[place].strip(), separator.join(cells[:place] + cells[place + 1 :])


def _numbers(lines: list[str], separator: str, first: int, has_header: bool) -> np.ndarray:
    try:
        return np.loadtxt(lines, np.float32, comments=None, delimiter=separator, ndmin=2)
    except (ValueError, OverflowError) as error:
        for number, line in enumerate(lines, start=first + 1 + has_header):
            for cell in line.split(separator):
                if not _is_number(cell):
                    raise refused(
                        f"Line {number:,} holds {spoken(cell)} where a pixel should be.",
                        "Pixels are 0 to 255, or 0 to 1.",
                    ) from error
        raise refused(
            "A line holds something that is no number.", "Pixels are 0 to 255, or 0 to 1."
        ) from error


def _as_labels(texts: list[str]) -> np.ndarray:
    """Whole numbers where all are, texts otherwise."""
    longest = max(texts, key=len)
    if len(longest) > 2 * LONGEST_CLASS:
        raise refused(
            f"The label {spoken(longest)} is too long.", f"At most {LONGEST_CLASS} characters are allowed."
        )
    if all(_is_number(text) for text in set(texts)):
        return np.asarray([float(text) for text in texts])
    return np.asarray(texts)
