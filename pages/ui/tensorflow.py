"""TensorFlow below Streamlit: imported in the background, and left in peace between the runs of a script."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from aemodels import runtime

HEAD_START: Final = 2.5
"""Seconds that the first page has the processor for itself. A model that is asked for does not wait."""

_log = logging.getLogger(__name__)


def keep_kernels() -> None:
    """Take `keras.backend.clear_session` away from Streamlit, which calls it after every run of a script.

    It empties TensorFlow's cache of kernels, which all visitors share, so that the next image costs 35 to 70 ms
    instead of 2 to 4, and it does so in the middle of whatever trains in another thread. Here it is of no use:
    models are loaded once and shared.
    """
    runtime.prepare()  # imports what Keras needs, without its remarks
    import keras

    keras.backend.clear_session = _nothing


def _nothing(*_: Any, **__: Any) -> None:
    """What Streamlit calls instead."""


class WarmUp:
    """The one background thread that imports TensorFlow; `done` is set when models answer without a wait.

    `first_answer` loads a model and asks it for something.
    """

    def __init__(self, first_answer: Callable[[], object]) -> None:
        self.done = threading.Event()
        self._first_answer = first_answer
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, the first time."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        self.done.wait(HEAD_START)  # the import would hold up the files that the first page is asking for
        try:
            self._first_answer()
        except Exception:  # a missing model must not keep the pages from trying, and failing with a sentence
            _log.warning("Warming up failed; the first model asked for will be slower.", exc_info=True)
        finally:
            # What TensorFlow brought with it never goes away, and whenever Python looks for garbage everywhere,
            # looking through that costs whoever is there about 150 ms.
            gc.collect()
            gc.freeze()
            self.done.set()
