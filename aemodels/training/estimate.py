"""What a training will cost, told before it starts: parameters, operations, memory and time.

Parameters and operations are exact (`architectures.network`). Memory and time are estimates: sums of what each
part costs, with constants fitted to measured trainings of ten recipes on a machine with two cores, scaled to this
one by a product of small matrices (`speed`). Trainings of the same kind that have run here correct the time.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable
from typing import Final

from aemodels import architectures
from aemodels.architectures.network import Network, describe
from aemodels.data.datasets import DATASETS
from aemodels.measure import WIDE
from aemodels.training.fit import worth_compiling
from aemodels.training.progress import most_snapshots
from aemodels.training.spec import TrainingSpec

FORWARD_AND_BACK: Final = 3
"""Operations of a training step beside those of the way forward: the gradients of values cost as much again, and
so do those of weights."""

# Seconds on the machine of reference (`speed.REFERENCE`).
PER_FLOP: Final = 5.6e-12
PER_ACTIVATION: Final = {"dense": 0.2e-9, "conv": 3.4e-9}  # maps are written to memory and read again
PLAIN: Final = {"dense": 1.5, "conv": 0.7}  # times as long where steps are not compiled
PER_PARAMETER: Final = 0.5e-9  # of a step: the optimizer's own work
PER_IMAGE: Final = 10.7e-6  # shuffled, gathered, brought to [0, 1]
PER_NOISY_IMAGE: Final = 8e-6
PER_STEP: Final = 0.44e-3
PER_EPOCH: Final = 0.1  # looking at the network, and keeping it
PER_LAYER: Final = {False: 0.12, True: 0.25}  # traced, or compiled
MEASURING: Final = 1.5  # the figures of the test set, beside what follows
PER_NEIGHBOUR_FLOP: Final = 25e-12

# Bytes.
NUMBER: Final = 4
WORKING: Final = 115e6  # what TensorFlow takes for itself
KEPT_FOR_GRADIENTS: Final = 2.5  # times the activations of a batch
ANSWERING: Final = 0.8 * 1024  # times the activations of one image: the chunks in which figures are measured
CODES_COPIED: Final = 2.3
VALUES: Final = 9  # for each number of the data set: as it is, as floats, and once more while they are made
SLOTS: Final = {"adam": 2, "rmsprop": 1, "sgd": 0}
"""Numbers that an optimizer keeps for each parameter."""

LEAST, MOST = 0.2, 5.0
"""How far trainings that have run may move an estimate."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """One training's cost. `flops` are floating-point operations of one image forward, `step_flops` of one step of
    the training; memory is in bytes, beyond that of a server with TensorFlow loaded."""

    network: Network
    flops: int
    step_flops: float
    memory: float
    seconds: float
    fitted: int
    held_back: int
    measured: bool
    """Whether `seconds` comes from trainings that have run here."""

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.network.parameters


@dataclasses.dataclass(frozen=True)
class Measured:
    """What is known of a training that has ended an epoch at least: its spec, examples, and seconds an epoch."""

    spec: TrainingSpec
    examples: int
    seconds: float


def estimate(
    spec: TrainingSpec,
    *,
    examples: int | None = None,
    speed: float = 1.0,
    measured: Iterable[Measured] = (),
) -> Estimate:
    """The cost of `spec`, for so many `examples` to train with where it names no data set of the table.

    `speed`: that of this machine (`speed.machine_speed`). `measured`: trainings that have run on it; those of the
    same architecture correct the time.
    """
    examples = DATASETS[spec.dataset].examples if examples is None else examples
    network, config = describe(spec.model), spec.training
    kind = architectures.architecture_of(spec.model)
    alike = [run for run in measured if architectures.architecture_of(run.spec.model) == kind]
    ratios = [run.seconds / epoch_seconds(run.spec, run.examples, speed) for run in alike]
    ratio = min(MOST, max(LEAST, statistics.median(ratios))) if ratios else 1.0
    steps = config.steps(examples) * config.epochs
    layers = sum(step.parameters > 0 for step in network.steps) * (2 if kind == "conv" else 1)
    around = layers * PER_LAYER[worth_compiling(spec.model, steps)] + config.epochs * PER_EPOCH
    around += _measuring_seconds(spec, network, examples)
    batch = min(config.batch_size, config.fitted(examples))
    return Estimate(
        network=network,
        flops=network.flops,
        step_flops=FORWARD_AND_BACK * network.flops * batch,
        memory=_memory(spec, network, examples),
        seconds=ratio * (config.epochs * epoch_seconds(spec, examples, speed) + around / speed),
        fitted=config.fitted(examples),
        held_back=config.held_back(examples),
        measured=bool(ratios),
    )


def epoch_seconds(spec: TrainingSpec, examples: int, speed: float = 1.0) -> float:
    """Of one epoch: its steps and the validation."""
    network, config = describe(spec.model), spec.training
    steps = config.steps(examples)
    images = steps * min(config.batch_size, config.fitted(examples))
    passes = images * FORWARD_AND_BACK + config.held_back(examples)
    activations = passes * network.activations / FORWARD_AND_BACK
    kind = architectures.architecture_of(spec.model)
    seconds = passes * network.flops * PER_FLOP + activations * PER_ACTIVATION[kind]
    if not worth_compiling(spec.model, steps * config.epochs):
        seconds *= PLAIN[kind]
    seconds += images * (PER_IMAGE + (PER_NOISY_IMAGE if config.noise else 0.0))
    seconds += steps * (PER_STEP + network.parameters * PER_PARAMETER)
    return seconds / speed


def _measuring_seconds(spec: TrainingSpec, network: Network, examples: int) -> float:
    """Of the figures at the end: all codes, the test images drawn again, and each one's nearest codes."""
    tests = examples / 6
    activations = PER_ACTIVATION[architectures.architecture_of(spec.model)] * network.activations
    forward = (examples / 2 + tests) * (network.flops * PER_FLOP + activations)
    values = (
        network.code.values if network.code.values <= WIDE else 0
    )  # of wider codes there are no neighbours
    return MEASURING + forward + 2 * tests * examples * values * PER_NEIGHBOUR_FLOP


def _memory(spec: TrainingSpec, network: Network, examples: int) -> float:
    config = spec.training
    weights = NUMBER * network.parameters
    snapshots = min(config.epochs, most_snapshots(weights))
    networks = weights * (3 + SLOTS[config.optimizer] + snapshots)  # itself, its gradients, the best one
    batch = min(config.batch_size, config.fitted(examples))
    training = NUMBER * network.activations * max(batch * KEPT_FOR_GRADIENTS, ANSWERING)
    codes = CODES_COPIED * NUMBER * network.code.values * examples
    pixels = network.input.values
    copies = 2 * config.fitted(examples) + 2 * NUMBER * config.held_back(examples)
    return WORKING + networks + max(training, codes) + pixels * (VALUES * examples + copies)
