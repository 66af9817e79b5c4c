"""Time to quality: each published recipe as published, against our counterpart with the same data and code size.

In one process, one after the other. The reference is the time that the recipe takes to its end, the building and
tracing of its network included; the clock of ours stops as soon as its loss on the test images is as low as the
recipe's final one. That loss is taken several times on the way, while the clocks stand.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable

import numpy as np

from aemodels import runtime
from aemodels.autoencoder import Autoencoder, VariationalAutoencoder, build
from aemodels.data import datasets
from aemodels.data.datasets import DATASETS, Dataset
from aemodels.measure import metrics
from aemodels.published import TUTORIALS
from aemodels.training import fit, pipeline, spec
from aemodels.training.history import Batch
from aemodels.training.spec import TrainingSpec
from aemodels.training.steering import Steering
from tests.bench.table import Row

QUICK = 5
"""For a look the published recipes go on for a part of their epochs only, one in so many."""
LOOKS = 25
"""How often the loss of ours is taken on the way."""
FASTER, LEAST = 20, 5
"""How many times as quick ours is to be: in the geometric mean, and at the least."""


def measure(rounds: int) -> list[Row]:
    """A row for each recipe of images, and one for all. `rounds` are not needed: a training is long enough."""
    return _all(quick=False)


def look(rounds: int) -> list[Row]:
    """The same with fewer published epochs, to see roughly where it stands: their last loss is a higher one."""
    return _all(quick=True)


def _all(*, quick: bool) -> list[Row]:
    runtime.prepare()
    rows = []
    for name, tutorial in TUTORIALS.items():
        if DATASETS[spec.from_recipe(name).dataset].kind != "images":
            continue
        rows.append(_row(name, tutorial.counterpart.spec(), quick))
        print(f"  {rows[-1].what}: {rows[-1].reference:.1f} s against {rows[-1].ours:.1f} s", flush=True)
    mean = math.exp(sum(math.log(row.ratio) for row in rows) / len(rows))
    return [
        *rows,
        Row(
            "all, geometric mean of the ratios", "", round(mean, 4), 1, round(mean, 4), 1 / FASTER, len(rows)
        ),
    ]


def _row(name: str, ours: TrainingSpec, quick: bool) -> Row:
    published = spec.from_recipe(name)
    if quick:
        epochs = math.ceil(published.training.epochs / QUICK)
        published = dataclasses.replace(published, training=published.training.replace(epochs=epochs))
    local = next(each for each in (published.dataset, "digits") if DATASETS[each].is_local())
    data = datasets.load(local)
    loss = _loss_of(published, data)
    _warm_up(data)
    theirs, bar = _whole(published, data, loss)
    seconds, reached = _until(ours, data, loss, bar)
    what = f"{name} ({local}): test loss {bar:.5g}, ours {reached:.5g}"
    return Row(
        what,
        "s",
        round(seconds, 2),
        round(theirs, 2),
        round(seconds / theirs, 4),
        1 / LEAST,
        published.training.epochs,
    )


def _whole(asked: TrainingSpec, data: Dataset, loss: Callable[[Autoencoder], float]) -> tuple[float, float]:
    """Seconds of a training, and the loss of what it ends with."""
    begun = time.perf_counter()
    model = build(asked.model, seed=asked.seed)
    fit.train(model, data, asked.training, seed=asked.seed)
    return time.perf_counter() - begun, loss(model)


def _until(
    asked: TrainingSpec, data: Dataset, loss: Callable[[Autoencoder], float], bar: float
) -> tuple[float, float]:
    """Seconds of a training until its loss is as low as `bar`, and that loss; infinite where it never is."""
    steering, looking, found = Steering(), 0.0, math.inf
    begun = time.perf_counter()
    model = build(asked.model, seed=asked.seed)

    def look(batch: Batch) -> None:
        nonlocal looking, found
        if batch.step % max(1, batch.steps // LOOKS) and batch.step != batch.steps:
            return
        stopped = time.perf_counter()
        found = loss(model)
        if found <= bar:
            steering.stop()
        looking += time.perf_counter() - stopped

    fit.train(model, data, asked.training, seed=asked.seed, on_batch=look, steering=steering)
    seconds = time.perf_counter() - begun - looking
    return (seconds if found <= bar else math.inf), found


def _warm_up(data: Dataset) -> None:
    """A few steps of a small network: what TensorFlow does once is no recipe's time."""
    small = spec.from_recipe("default", settings={"hidden": (8,), "epochs": 1, "steps_per_epoch": 5})
    fit.train(build(small.model), data, small.training)


def _loss_of(published: TrainingSpec, data: Dataset) -> Callable[[Autoencoder], float]:
    """The loss that a recipe is judged by, of all test images: nats an image, or the squared error a pixel.

    Of a denoising one, noisy images go in, the same for both; of a VAE it is −ELBO, with the same ε.
    """
    x = data.test.x
    inputs = x
    if published.training.noise:
        rng = np.random.default_rng(0)
        parts = range(0, len(x), 100)
        inputs = np.concatenate([pipeline.damage(x[at : at + 100], published.training, rng) for at in parts])

    def loss(model: Autoencoder) -> float:
        if isinstance(model, VariationalAutoencoder):
            z_mean, z_log_var = model.encode_distribution(inputs)
            epsilon = np.random.default_rng(0).standard_normal(z_mean.shape, dtype=np.float32)
            output = model.decode(z_mean + np.exp(z_log_var / 2) * epsilon)
            return float(np.mean(metrics.bce(x, output) + metrics.kl(z_mean, z_log_var)))
        output = model.reconstruct(inputs)
        measured = metrics.bce if published.model.loss == "cross_entropy" else metrics.mse
        return float(np.mean(measured(x, output)))

    return loss
