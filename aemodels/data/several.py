"""Several digits in one picture: which marks of ink make up a digit, and in which order digits are read.

Only boxes around marks are looked at, and all lengths are relative to the height of the picture's digits, so
neither the size of the picture nor the pen matters. What touches is one mark, and stays one digit; two digits
of which one reaches over the other (a 7 whose bar roofs the 1 beside it) may count as one.
"""

from __future__ import annotations

import numpy as np

MOST_DIGITS = 16

# All in heights of a digit, the median of the tall marks, unless something else is said.
TALL = 0.55  # a mark that high may be a digit of its own
ALONE = 0.35  # as may a lower one, if it is no part of a neighbour; what is lower still is a hyphen or a dot
NEAR = 0.35  # a part lies so near to its digit, above, below or beside: the bar of a 5, of a crossed 7
TOUCHING = 0.12  # so near, a part belongs to its digit even if it lies beside it: a broken stroke
OVER = 0.3  # share of a part's width that lies over or below its digit
SHARED = 0.5  # share of the narrower width, and of the lower height, that two strokes of a 4 have in common
SAME_LINE = 0.4  # share of the lower height that neighbours in a line have in common


def digits_in(boxes: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Group marks into digits, in reading order: lines from top to bottom, each from left to right.

    Args:
        boxes: int (marks, 4), each mark's top, left, bottom and right, the last two exclusive.

    Returns:
        For each digit the numbers of its marks: their rows in `boxes`, counted from 1. Marks that belong to no
        digit (hyphens, dots) are left out.
    """
    heights = boxes[:, 2] - boxes[:, 0]
    usual = float(np.median(heights[heights >= 0.5 * heights.max()]))
    tall = np.flatnonzero(heights >= TALL * usual)
    groups = [[int(mark)] for mark in tall]
    low = [int(mark) for mark in np.argsort(-heights, kind="stable") if heights[mark] < TALL * usual]
    groups = _joined(groups, boxes)
    for mark in low:
        place = _nearest(mark, groups, boxes, usual)
        if place is not None:
            groups[place].append(mark)
        elif heights[mark] >= ALONE * usual:
            groups.append([mark])
    around = np.array([box_around(boxes[group]) for group in groups])
    return tuple(tuple(mark + 1 for mark in sorted(groups[place])) for place in reading_order(around))


def box_around(boxes: np.ndarray) -> tuple[int, int, int, int]:
    """Top, left, bottom and right around all of some boxes (n, 4)."""
    top, left = boxes[:, :2].min(axis=0)
    bottom, right = boxes[:, 2:].max(axis=0)
    return int(top), int(left), int(bottom), int(right)


def reading_order(boxes: np.ndarray) -> list[int]:
    """The order in which digits are read, boxes (digits, 4). Lines may run askew.

    From left to right each digit continues the line whose last digit stands most at its height.
    """
    lines: list[list[int]] = []
    for digit in sorted(range(len(boxes)), key=lambda place: int(boxes[place, 1] + boxes[place, 3])):
        shared = [_in_common(boxes[digit], boxes[line[-1]], axis=0) for line in lines]
        if shared and max(shared) >= SAME_LINE:
            lines[int(np.argmax(shared))].append(digit)
        else:
            lines.append([digit])
    lines.sort(key=lambda line: float((boxes[line, 0] + boxes[line, 2]).mean()))
    return [digit for line in lines for digit in line]


def _in_common(one: np.ndarray, other: np.ndarray, axis: int) -> float:
    """Share of the shorter side that two boxes have in common, vertically (axis 0) or horizontally (1).

    Below zero it is the gap between them, in shorter sides.
    """
    common = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    shorter = min(one[axis + 2] - one[axis], other[axis + 2] - other[axis])
    return float(common) / float(shorter)


def _joined(groups: list[list[int]], boxes: np.ndarray) -> list[list[int]]:
    """Tall marks side by side or on top of each other, joined where they are strokes of one digit."""
    joined: list[list[int]] = []
    for group in groups:
        partners = [other for other in joined if any(_belong(boxes[group[0]], boxes[mark]) for mark in other)]
        for other in partners:
            group = group + other
            joined.remove(other)
        joined.append(group)
    return joined


def _belong(one: np.ndarray, other: np.ndarray) -> bool:
    across, along = _in_common(one, other, axis=1), _in_common(one, other, axis=0)
    return across > SHARED and (along > SHARED or -TOUCHING < along <= 0)


def _nearest(mark: int, groups: list[list[int]], boxes: np.ndarray, usual: float) -> int | None:
    """The digit that a low mark is a part of, or None."""
    best, place = np.inf, None
    for index, group in enumerate(groups):
        box = np.array(box_around(boxes[group]))
        gaps = np.maximum(np.maximum(box[:2] - boxes[mark, 2:], boxes[mark, :2] - box[2:]), 0)
        gap = float(np.hypot(*gaps)) / usual
        over = _in_common(boxes[mark], box, axis=1) >= OVER
        if gap <= (NEAR if over else TOUCHING) and gap < best:
            best, place = gap, index
    return place
