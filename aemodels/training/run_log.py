"""What a training leaves in the folder of its run, step by step: its losses, and a log for TensorBoard.

    losses.f32     [reconstruction, KL] of each step's batch in nats per image, float32, from step 0 on
    tensorboard/   the same, the epochs and pictures: `tensorboard --logdir` reads it, also while it goes on

A tutorial that logs each step, as R0 does, or each thousandth, as R2, is compared by these.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from aemodels.architectures.base import ModelConfig
    from aemodels.training.history import Epoch
    from aemodels.training.progress import Look
    from aemodels.training.scribe import Scribe

LOSSES: Final = "losses.f32"
TENSORBOARD: Final = "tensorboard"
FLUSHED: Final = 1.0
"""Seconds after which what is logged is on the disk, for who looks while it goes on."""

_log = logging.getLogger(__name__)


class RunLog:
    """An open one; a context manager. A folder that cannot be written stops no training, and none keeps nothing.

    All of it is written by `scribe`, also the end. `before`: steps that the run had taken when it was continued,
    after which its steps are counted on.
    """

    def __init__(self, scribe: Scribe, folder: Path | None, config: ModelConfig, *, before: int = 0) -> None:
        self._scribe, self._folder, self._config, self._before = scribe, folder, config, before
        self._log: Any = None
        self._flushed = time.monotonic()

    def __enter__(self) -> RunLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._later(self._close)

    def losses(self, first: int, terms: np.ndarray) -> None:
        """What the steps of an epoch found, as `fit.train` tells it."""
        self._later(self._write_losses, first, terms)

    def epoch(self, epoch: Epoch, look: Look, inputs: np.ndarray | None) -> None:
        """An epoch that has ended, and what was seen of the network then."""
        self._later(self._write_epoch, epoch, look, inputs)

    def _later(self, write: Callable[..., None], *arguments: Any) -> None:
        if self._folder is not None:
            self._scribe.later(self._tolerantly, write, arguments)

    def _tolerantly(self, write: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        if self._folder is None:
            return
        try:
            write(self._folder, *arguments)
        except OSError as error:
            _log.warning("A training could not be logged on the disk: %s.", error.strerror)
            self._folder = None

    def _write_losses(self, folder: Path, first: int, terms: np.ndarray) -> None:
        write(folder / LOSSES, self._before + first, terms)
        self._opened(folder).steps(self._before + first, columns(terms, self._config))

    def _write_epoch(self, folder: Path, epoch: Epoch, look: Look, inputs: np.ndarray | None) -> None:
        log = self._opened(folder)
        log.epoch(epoch)
        log.look(look, inputs)
        if time.monotonic() > self._flushed + FLUSHED:
            log.flush()
            self._flushed = time.monotonic()

    def _close(self, folder: Path) -> None:
        if self._log is not None:
            self._log.__exit__(None, None, None)

    def _opened(self, folder: Path) -> Any:
        from aemodels.training import tensorboard

        if self._log is None:
            self._log = tensorboard.Log(folder / TENSORBOARD)
        return self._log


def columns(terms: np.ndarray, config: ModelConfig) -> dict[str, np.ndarray]:
    """What is logged of steps for TensorBoard, by name: the loss, and of a squared error the mean of it."""
    found = {"batch_loss": terms[:, 0] + config.beta * terms[:, 1]}
    if config.loss == "squared_error":
        found["batch_mse"] = terms[:, 0] * mse_factor(config)
    return found


def mse_factor(config: ModelConfig) -> float:
    """What ½ Σ squared error is multiplied by for the mean squared error over the values of an example."""
    return 2.0 / float(np.prod(config.input_shape))


def write(path: Path, first: int, terms: np.ndarray) -> None:
    """Put `terms` `(steps, 2)` into the file from the step `first` on; what stood there and after it goes.

    Steps before it that were never written become NaN.
    """
    size = path.stat().st_size if path.exists() else 0
    with path.open("r+b" if size else "wb") as file:
        missing = first - size // 8
        file.seek(min(first, size // 8) * 8)
        file.truncate()
        if missing > 0:
            file.write(np.full((missing, 2), np.nan, "<f4").tobytes())
        file.write(np.ascontiguousarray(terms, "<f4").tobytes())


def read(folder: Path | None) -> np.ndarray:
    """What is known of the steps of a run by now: `(steps, 2)` float32; none where nothing can be read."""
    if folder is not None:
        with contextlib.suppress(OSError):
            data = (folder / LOSSES).read_bytes()
            return np.frombuffer(data[: len(data) // 8 * 8], "<f4").reshape(-1, 2)
    return np.zeros((0, 2), np.float32)
