"""A training as a log folder of TensorBoard: scalars of each epoch, and what the network draws then.

`train` and `validation` are two runs in it, so that TensorBoard lays their curves of the same name over each other.
There the steps are epochs; written with TensorFlow's own `tf.summary`. In a third run, `steps`, they are those of
the training, and its scalars are of single batches: thousands of them, for which `tf.summary` takes too long.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from aemodels.store import folders
from aemodels.training.progress import Look

if TYPE_CHECKING:
    from aemodels.training.history import Epoch

TERMS = ("loss", "reconstruction", "kl")
DIALS = ("learning_rate", "beta")
STEPS = "steps"  # the run of single steps
GAP = 2  # pixels between the images of a sheet


def default_folder(recipe: str) -> Path:
    """Where a training is logged if nothing else is said: below AEMODELS_HOME, by recipe and time."""
    # With dots: no name that a run of the pages, which lie there, too, can have (`run_folder`).
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d-%H.%M.%S")
    return folders.home() / "runs" / f"{recipe}-{now}" / "tensorboard"


class Log:
    """An open log folder; a context manager, which closes it. Raises OSError where it cannot be written."""

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._steps: Any = None
        self._writers = {name: tf.summary.create_file_writer(str(folder / name)) for name in _RUNS}

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in (*self._writers.values(), *filter(None, [self._steps])):
            writer.close()

    def steps(self, first: int, columns: Mapping[str, np.ndarray]) -> None:
        """What single steps found, the step `first` and those after it: values `(steps,)` by name."""
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        if self._steps is None:
            self._steps = EventFileWriter(str(self._folder / STEPS))
        now = time.time()
        for step, values in enumerate(zip(*columns.values(), strict=True), first):
            scalars = [
                summary_pb2.Summary.Value(tag=name, simple_value=float(value))
                for name, value in zip(columns, values, strict=True)
                if np.isfinite(value)
            ]
            self._steps.add_event(
                event_pb2.Event(wall_time=now, step=step, summary=summary_pb2.Summary(value=scalars))
            )

    def flush(self) -> None:
        """Have all of it on the disk, for who looks while it goes on."""
        for writer in (*self._writers.values(), *filter(None, [self._steps])):
            writer.flush()

    def epoch(self, epoch: Epoch) -> None:
        """The scalars of an epoch; what is no number is left out."""
        import tensorflow as tf

        for run, prefix in _RUNS.items():
            names = (*TERMS, *DIALS) if not prefix else TERMS
            with self._writers[run].as_default(step=epoch.epoch):
                for name in names:
                    value = getattr(epoch, prefix + name)
                    if np.isfinite(value):
                        tf.summary.scalar(name, value)

    def look(self, look: Look, inputs: np.ndarray | None) -> None:
        """What the network draws after an epoch: the test images `inputs` above, samples in another picture."""
        import tensorflow as tf

        with self._writers["train"].as_default(step=look.epoch):
            if look.reconstructions is not None and inputs is not None:
                tf.summary.image("reconstructions", _sheet(inputs, look.reconstructions))
            if look.samples is not None:
                tf.summary.image("samples", _sheet(look.samples))


_RUNS = {"train": "", "validation": "val_"}


def write(folder: Path, epochs: Iterable[Epoch], looks: Iterable[Look], inputs: np.ndarray | None) -> None:
    """The log folder of a training that is over, its files named alike on every machine."""
    with Log(folder) as log:
        for epoch in epochs:
            log.epoch(epoch)
        for look in looks:
            log.look(look, inputs)
    for run in _RUNS:
        for path in (folder / run).iterdir():  # TensorFlow's name has that of the machine in it
            path.rename(path.with_name("events.out.tfevents.1.run"))


def _sheet(*rows: np.ndarray) -> Any:
    """Rows of images (n, 28, 28) uint8 as one picture (1, height, width, 1), as `tf.summary.image` takes it."""
    from aemodels.figures.images import grid

    return grid(np.concatenate(rows), len(rows[0]), GAP)[None, ..., None]
