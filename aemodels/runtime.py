"""TensorFlow, imported once and without its remarks about the machine.

Its remarks ("Could not find cuda drivers", and others on other processors) are written straight to the process's
stderr before any log level applies. While it is imported, stderr runs through a pipe and those lines are left out;
its warnings and errors, and all that others write, pass.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterator

from aemodels import heaps

REMARKS = (
    re.compile(rb"WARNING: All log messages before absl::InitializeLog\(\)"),
    re.compile(rb"I\d{4} (.* )?[a-z_]+\.cc:\d+\] "),  # what its C++ writes at the level of information
    re.compile(rb"To enable the following instructions: "),  # the second line of one of those
    re.compile(rb"E\d{4} (.* )?cuda_platform\.cc:\d+\] "),  # that there is no GPU is no error
)

_lock = threading.Lock()
_ready = False


def prepare(first: Callable[[], None] | None = None) -> None:
    """Import TensorFlow and find its devices, if that has not happened yet. Safe to call from any thread.

    `first` is called between the two, for what TensorFlow takes only then; RuntimeError if that moment has passed.
    """
    global _ready
    with _lock:
        if _ready:
            if first is not None:
                raise RuntimeError("TensorFlow has found its devices already.")
            return
        # Its errors reach us as exceptions; what it writes below that level is for its developers.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        heaps.keep_few()  # before it starts its threads
        with without_remarks():
            import tensorflow as tf

            for card in tf.config.list_physical_devices("GPU"):
                # It would take all memory of a graphics card at once, and leave none for a training beside it.
                tf.config.experimental.set_memory_growth(card, True)
            if first is not None:
                first()
            tf.config.list_logical_devices()
        _ready = True


@contextlib.contextmanager
def without_remarks() -> Iterator[None]:
    """Leave lines with one of `REMARKS` out of what is written to file descriptor 2 within the block."""
    original = os.dup(2)
    reader, writer = os.pipe()
    os.dup2(writer, 2)
    os.close(writer)

    def forward() -> None:
        with os.fdopen(reader, "rb") as lines:
            for line in lines:
                if not any(remark.match(line) for remark in REMARKS):
                    os.write(original, line)

    thread = threading.Thread(target=forward, name="stderr", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.dup2(original, 2)  # closes the pipe's last writing end, which ends the thread
        thread.join(timeout=10)
        os.close(original)
