"""Bytes changed as a fuzzer changes them, by a seed: flipped, overwritten, cut out, doubled, cut off, spliced."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Rng = np.random.Generator
LOUD = (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80", b"\xff\xd8", b"-1")
"""What makes lengths, sizes and offsets huge, negative or nothing, in either order of bytes."""
HEAD = 64  # bytes: headers are short, so half of the changes aim at the beginning or the end


def place(data: bytearray, rng: Rng) -> int:
    """Where to change something."""
    near = int(rng.integers(0, min(HEAD, len(data))))
    return [int(rng.integers(0, len(data))), near, len(data) - 1 - near][int(rng.integers(3))]


def _flip(data: bytearray, rng: Rng) -> None:
    data[place(data, rng)] ^= 1 << int(rng.integers(8))


def _other(data: bytearray, rng: Rng) -> None:
    data[place(data, rng)] = int(rng.integers(256))


def _loud(data: bytearray, rng: Rng) -> None:
    at, value = place(data, rng), LOUD[int(rng.integers(len(LOUD)))]
    data[at : at + len(value)] = value


def _cut_out(data: bytearray, rng: Rng) -> None:
    at = place(data, rng)
    del data[at : at + int(rng.integers(1, 40))]


def _doubled(data: bytearray, rng: Rng) -> None:
    at = place(data, rng)
    data[at:at] = data[at : at + int(rng.integers(1, 400))]


def _cut_off(data: bytearray, rng: Rng) -> None:
    del data[place(data, rng) :]


def _noise(data: bytearray, rng: Rng) -> None:
    at = place(data, rng)
    data[at : at + 16] = rng.bytes(16)


CHANGES: tuple[Callable[[bytearray, Rng], None], ...] = (
    _flip, _flip, _other, _other, _loud, _loud, _cut_out, _doubled, _cut_off, _noise,
)  # fmt: skip


def mutated(data: bytes, others: Sequence[bytes], rng: Rng) -> bytes:
    """`data` with one to six changes; now and then its end is that of one of `others`."""
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 7))):
        if not changed:
            break
        CHANGES[int(rng.integers(len(CHANGES)))](changed, rng)
    if others and rng.random() < 0.05:
        other = others[int(rng.integers(len(others)))]
        changed = changed[: len(changed) // 2] + other[len(other) // 2 :]
    return bytes(changed)
