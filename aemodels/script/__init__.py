"""A training as one readable Keras script, for people to learn from and to run elsewhere.

The script needs TensorFlow, Keras and NumPy, and nothing of this program. It builds the same layers with the same
seeds, draws the same batches, ε and noise, and so prints the losses of our own run.
"""

from __future__ import annotations

from collections.abc import Sequence

from aemodels.data.datasets import OWN
from aemodels.script import data, head, loop, loss, network
from aemodels.script.paragraphs import paragraphs
from aemodels.training.spec import TrainingSpec

FILE_DATA = ("digits", OWN)
"""Data sets that Keras does not bring: the script reads them from a file in the layout of `keras.datasets`."""


def script(spec: TrainingSpec, *, notes: Sequence[str] = ()) -> str:
    """The Python source that trains `spec`.

    `notes`: sentences that say what the script leaves out of what really happened. Raises ConfigError for an
    architecture that it has no words for.
    """
    sections = [
        head.head(spec, notes),
        data.data(spec),
        network.network(spec.model, spec.seed),
        loss.loss(spec.model),
        loop.batches(spec),
        loop.training(spec),
        loop.ending(spec),
    ]
    return paragraphs(sections) + "\n"


def needs_file(spec: TrainingSpec) -> bool:
    """Whether the script reads its data from a file that has to lie beside it."""
    return spec.dataset in FILE_DATA
