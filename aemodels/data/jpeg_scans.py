"""Whether a JPEG can be decoded row by row, told from its markers alone (ITU-T T.81, annex B).

A baseline JPEG with one scan needs the memory of a few rows, and can be decoded at an eighth of its size. In
a progressive one, or one with a scan for each colour, every row comes several times: a decoder must keep
the coefficients of the whole picture, two bytes for each pixel and colour.
"""

from __future__ import annotations

_SEQUENTIAL = (0xC0, 0xC1, 0xC9)  # baseline, extended, and with arithmetic coding
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
_WITHOUT_LENGTH = (0x01, *range(0xD0, 0xD9))
_START_OF_SCAN = 0xDA


def comes_row_by_row(data: bytes) -> bool:
    """Whether a JPEG file has one frame, sequential, whose first scan holds all colours. False if unclear."""
    place, colours = 2, 0
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return False
        marker = data[place + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:  # fill bytes, markers that stand alone
            place += 1 if marker == 0xFF else 2
            continue
        body = place + 4
        if marker in _FRAMES:
            if marker not in _SEQUENTIAL or colours or body + 6 > len(data):
                return False
            colours = data[body + 5]
        elif marker == _START_OF_SCAN:
            return colours > 0 and body < len(data) and data[body] == colours
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return False
