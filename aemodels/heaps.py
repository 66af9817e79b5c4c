"""The heaps of the C library: few of them, and what is free in them goes back to the system.

The C library keeps a heap for each of a few threads (eight a core), and TensorFlow's threads fill them all: what a
training has freed lies in pieces between what stays, and the next training, on other threads, takes new memory.
With few heaps, whose free pages are given back, a process that trains again and again stays as large as it is.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any, Final

MOST: Final = 2
"""Heaps: a training asks for few and large arrays, so its threads hardly wait for each other; Python's own objects
lie elsewhere."""

_M_ARENA_MAX: Final = -8  # of mallopt, in malloc.h of the GNU C library


def keep_few() -> None:
    """From now on no thread of this process gets a heap of its own once there are `MOST`.

    Does nothing where the C library is not GNU's, or where the environment says how many there are to be.
    """
    if "MALLOC_ARENA_MAX" not in os.environ and (mallopt := _of_the_c_library("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, MOST)


def give_back() -> None:
    """Give what this process has freed back to the system; does nothing where the C library is not GNU's."""
    if (trim := _of_the_c_library("malloc_trim")) is not None:
        trim(0)


def _of_the_c_library(name: str) -> Callable[..., Any] | None:
    """A function of the C library that this process runs on; None where it has none of that name."""
    try:
        found: Callable[..., Any] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None
    return found
