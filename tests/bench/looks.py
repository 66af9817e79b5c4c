"""What it costs a training to be watched: reconstructions, samples and the map of every epoch, and its checkpoints.

The reference is the same training that nobody watches, in turns with it, in one process.
"""

from __future__ import annotations

import os
import tempfile
import time

from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.training import fit, recovery, spec
from aemodels.training.jobs import Job, State
from tests.bench.table import Row, compare

RECIPES = ("default", "dense-mnist", "conv-mnist")
IMAGES = 20_000
EPOCHS = 4


def measure(rounds: int) -> list[Row]:
    """Seconds of a training, watched and not, from its second epoch on; medians over the rounds."""
    name = next(each for each in ("mnist", "digits") if datasets.find_local(each))
    rows = []
    for recipe in RECIPES:
        asked = spec.from_recipe(recipe, dataset=name, settings={"limit": IMAGES, "epochs": EPOCHS})
        watched, alone = [], []
        for _ in range(rounds):
            watched.append(_watched(asked))
            alone.append(_alone(asked))
        rows.append(compare(f"an epoch of {recipe}, watched", "s", watched, alone, 1.05))
    return rows


def _watched(asked: spec.TrainingSpec) -> float:
    ends: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        before = os.environ.get("AEMODELS_HOME")
        os.environ["AEMODELS_HOME"] = home
        try:
            job = Job(asked, "bench")
            recovery.keep(job)
        finally:
            if before is None:
                del os.environ["AEMODELS_HOME"]
            else:
                os.environ["AEMODELS_HOME"] = before

        def news(changes: dict[str, object]) -> None:
            # The moment before an epoch is looked at belongs to the epoch before: the look is in the time between.
            if "batch" in changes and job.progress.batch is not None:
                batch = job.progress.batch
                if batch.step % (batch.steps // batch.epochs) == 1:
                    ends.append(time.perf_counter())

        job.on_news = news
        job.run()
        assert job.state is State.DONE, job.error
    return (ends[-1] - ends[1]) / (len(ends) - 2)


def _alone(asked: spec.TrainingSpec) -> float:
    ends: list[float] = []

    def batch(batch: fit.Batch) -> None:
        if batch.step % (batch.steps // batch.epochs) == 1:
            ends.append(time.perf_counter())

    fit.train(build(asked.model), datasets.load(asked.dataset), asked.training, on_batch=batch)
    return (ends[-1] - ends[1]) / (len(ends) - 2)
