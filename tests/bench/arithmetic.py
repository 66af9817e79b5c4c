"""How near a training comes to the arithmetic that it has to do, and where the rest of the time goes.

The limit of the machine is the matrix products of a step, forward and back, by NumPy, with the same sizes on the
same cores. Another framework is one that is installed with the program: scikit-learn's perceptron is given the
same dense autoencoder. Our networks with convolutions have no such counterpart here.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from aemodels import runtime
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.data.datasets import Dataset
from aemodels.training import engine, fit, pipeline, spec
from aemodels.training.history import Batch
from aemodels.training.spec import TrainingSpec
from aemodels.training.steering import Steering
from tests.bench import parts
from tests.bench.table import Row, compare

STEPS = 200
WARM = 50
"""Steps that are taken before the clock starts: the network is traced, and compiled, in the first."""
PLAIN = {"variational": "no", "loss": "squared_error", "activation": "relu", "waves": "0"}
"""What the perceptron of scikit-learn can be: a plain network, ReLU, squared error."""


def measure(rounds: int) -> list[Row]:
    """Milliseconds a step, medians over the rounds, in turns."""
    runtime.prepare()
    dataset = datasets.load(next(each for each in ("mnist", "digits") if datasets.find_local(each)))
    rows = []
    for recipe in ("default", "dense-mnist"):
        asked = spec.from_recipe(recipe, dataset=dataset.name)
        sides: dict[str, Callable[[], float]] = {
            "products": lambda asked=asked: _products(asked),  # type: ignore[misc]
            "loop": lambda asked=asked: _loop(asked, dataset),  # type: ignore[misc]
            "step": lambda asked=asked: _step(asked, dataset),  # type: ignore[misc]
            "batches": lambda asked=asked: _batches(asked, dataset),  # type: ignore[misc]
        }
        found = _in_turns(sides, rounds)
        limit = found["products"]
        rows += [
            compare(f"a step of {recipe}, all of it, against NumPy's products", "ms", found["loop"], limit),
            compare("  the network's step alone, on a batch that is there", "ms", found["step"], limit),
            compare("  making the batch, which goes on beside the step", "ms", found["batches"], limit),
        ]
        alone = _in_turns(
            {words: (lambda call=call: _timed(call)) for words, call in parts.parts(asked, dataset)},  # type: ignore[misc]
            rounds,
        )
        rows += [compare(f"  alone: {words}", "ms", times, limit) for words, times in alone.items()]
    return [*rows, _against_another_framework(dataset, rounds)]


def _in_turns(sides: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def _against_another_framework(dataset: Dataset, rounds: int) -> Row:
    asked = spec.from_recipe("default", dataset=dataset.name, settings=PLAIN)
    found = _in_turns(
        {"ours": lambda: _loop(asked, dataset), "theirs": lambda: _theirs(asked, dataset)}, rounds
    )
    what = "a step of the default as a plain autoencoder, against scikit-learn's"
    return compare(what, "ms", found["ours"], found["theirs"])


def _sizes(asked: TrainingSpec) -> list[tuple[int, int]]:
    """Inputs and outputs of each dense layer, from the image to the image."""
    model = build(asked.model)
    kernels = [weight for weight in model.get_weights() if weight.ndim == 2]
    return [(int(kernel.shape[0]), int(kernel.shape[1])) for kernel in kernels]


def _products(asked: TrainingSpec) -> float:
    """A step's matrix products: for each layer forward, for its weights, and for what goes in but the images."""
    rng, batch = np.random.default_rng(0), asked.training.batch_size
    layers = [
        [rng.standard_normal(shape, dtype=np.float32) for shape in ((batch, a), (a, b), (batch, b))]
        for a, b in _sizes(asked)
    ]

    def once() -> None:
        for number, (x, kernel, gradient) in enumerate(layers):
            np.matmul(x, kernel)
            np.matmul(x.T, gradient)
            if number:
                np.matmul(gradient, kernel.T)

    return _timed(once)


def _loop(asked: TrainingSpec, dataset: Dataset) -> float:
    """The training as everybody gets it, without its validation."""
    moments: list[float] = []
    steering = Steering()
    # It is planned to be as long as one that is compiled, and stopped within its first epoch.
    planned = max(WARM + STEPS + 1, fit.WORTH_COMPILING)
    asked = spec.from_recipe(
        asked.recipe,
        dataset=dataset.name,
        settings={**_changes(asked), "epochs": 1, "steps_per_epoch": planned},
    )

    def note(batch: Batch) -> None:
        moments.append(time.perf_counter())
        if len(moments) == WARM + STEPS:
            steering.stop()

    fit.train(build(asked.model), dataset, asked.training, on_batch=note, steering=steering)
    return 1000 * (moments[-1] - moments[WARM - 1]) / STEPS


def _changes(asked: TrainingSpec) -> dict[str, str]:
    return (
        {} if asked.model.variational else {name: PLAIN[name] for name in PLAIN if asked.recipe == "default"}
    )


def _step(asked: TrainingSpec, dataset: Dataset) -> float:
    import tensorflow as tf

    model = build(asked.model)
    compiled = fit.worth_compiling(asked.model, fit.WORTH_COMPILING)
    step = engine.of(model, asked.training.optimizer, compiled=compiled).step
    x = tf.constant(dataset.train.x[: asked.training.batch_size])
    numbers = tf.constant(1.0), tf.constant(1e-3), tf.constant([0, 0])
    totals = tf.zeros(2)
    return _timed(lambda: np.asarray(step(totals, x, x, *numbers)))


def _batches(asked: TrainingSpec, dataset: Dataset) -> float:
    values, _ = fit.split(dataset.train.values, asked.training, 0)
    stream = pipeline.batches(values, asked.training, 0)
    return _timed(lambda: next(stream))


def _theirs(asked: TrainingSpec, dataset: Dataset) -> float:
    """Milliseconds of a step in scikit-learn; it checks its input once a pass, which is a small part of one."""
    hidden = tuple(size for _, size in _sizes(asked)[:-1])
    x = dataset.train.x.reshape(len(dataset.train), -1)
    network = MLPRegressor(
        hidden_layer_sizes=hidden,
        activation="relu",
        solver="adam",
        batch_size=asked.training.batch_size,
        max_iter=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # one pass is what we want
        begun = time.perf_counter()
        network.fit(x, x)
        seconds = time.perf_counter() - begun
    return 1000 * seconds / np.ceil(len(x) / asked.training.batch_size)


def _timed(once: Callable[[], object]) -> float:
    """Milliseconds of a call, the median of `STEPS` after as many as warm it up."""
    for _ in range(WARM):
        once()
    found = []
    for _ in range(STEPS):
        begun = time.perf_counter()
        once()
        found.append(1000 * (time.perf_counter() - begun))
    return statistics.median(found)
