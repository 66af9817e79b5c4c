"""What is allowed but does nothing, or not what one may expect: a sentence each, said before the start.

What cannot be at all is refused by the configurations themselves; what is too large, by `limits`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aemodels.architectures.dense import DenseConfig
from aemodels.architectures.network import Network
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.training.estimate import Estimate
from aemodels.training.spec import TrainingSpec

FEWEST_STEPS: Final = 20
FEWEST_HELD_BACK: Final = 20

Rule = Callable[[TrainingSpec, Estimate], "str | None"]


def advice(spec: TrainingSpec, estimate: Estimate) -> list[str]:
    """The sentences for this training; most need none. The one on its `bottleneck` is told with the network."""
    return [sentence for rule in RULES if (sentence := rule(spec, estimate))]


def bottleneck(network: Network) -> str | None:
    """Whether the code is one at all: a sentence where it has more numbers than the input, or nearly as many."""
    code, values = network.code.values, network.input.values
    maps = f" ({'×'.join(map(str, network.code.shape))})" if len(network.code.shape) > 1 else ""
    if code > values:
        return (
            f"The code has {code:,} numbers{maps}, more than the input's {values:,}: nothing forces this "
            "network to compress."
        )
    if 2 * code > values and len(network.input.shape) > 1:
        return (
            f"The code has {code:,} numbers{maps}, more than half of the input's {values:,}: a wide "
            "bottleneck, which forces little."
        )
    return None


def _narrower(spec: TrainingSpec, estimate: Estimate) -> str | None:
    code = estimate.network.code.values
    hidden = [step for step in estimate.network.steps if step.part in ("encoder", "decoder")]
    narrowest = min(hidden, key=lambda step: step.values, default=None)
    if narrowest is None or narrowest.values >= code:
        return None
    return (
        f"A layer of the {narrowest.part} gives {narrowest.values:,} numbers, fewer than the code's {code:,}: "
        "it is the bottleneck, and the rest of the code is idle."
    )


def _linear(spec: TrainingSpec, estimate: Estimate) -> str | None:
    model = spec.model
    hidden = model.hidden or model.decoder_units if isinstance(model, DenseConfig) else True
    if model.activation != "linear" or not hidden:
        return None
    return (
        "Without a nonlinearity several layers are no more than one: choose another activation than linear."
    )


def _squashed(spec: TrainingSpec, estimate: Estimate) -> str | None:
    model = spec.model
    if not isinstance(model, DenseConfig) or not model.variational or model.code_activation == "linear":
        return None
    return "The code activation is left out: the code of a variational network is a Gaussian."


def _never_augmented(spec: TrainingSpec, estimate: Estimate) -> str | None:
    training = spec.training
    if training.augment_until == 1.0 or (training.augment and training.augment_until):
        return None
    said = "without any" if not training.augment else "that ends before it begins"
    return f"An end of the augmentation, {said}, does nothing: leave one of the two settings as it is."


def _still(spec: TrainingSpec, estimate: Estimate) -> str | None:
    model = spec.model
    if not isinstance(model, DenseConfig) or not model.waves or model.decoder_units:
        return None
    return "Waves need a hidden layer of the decoder: without one they do nothing."


def _patience(spec: TrainingSpec, estimate: Estimate) -> str | None:
    patience, epochs = spec.training.patience, spec.training.epochs
    if patience is None or patience < epochs:
        return None
    return (
        f"A patience of {patience} never ends a training of {epochs} epochs: choose a smaller one, or none."
    )


def _batch(spec: TrainingSpec, estimate: Estimate) -> str | None:
    if spec.training.batch_size <= estimate.fitted:
        return None
    return (
        f"There are {estimate.fitted:,} examples to fit the network to, fewer than a batch of "
        f"{spec.training.batch_size:,}: every step takes all of them."
    )


def _few_steps(spec: TrainingSpec, estimate: Estimate) -> str | None:
    config = spec.training
    examples = estimate.fitted + estimate.held_back
    steps = config.steps(examples) * config.epochs
    if steps >= FEWEST_STEPS:
        return None
    return (
        f"The whole training is {steps} step{'s' * (steps > 1)}, too few to learn much: choose smaller "
        "batches, more epochs or more examples."
    )


def _small_validation(spec: TrainingSpec, estimate: Estimate) -> str | None:
    if estimate.held_back >= FEWEST_HELD_BACK:
        return None
    return (
        f"Only {estimate.held_back} of the examples are held back for validation: its loss will jump, and the "
        "best epoch is chosen by it."
    )


def _beta_without_a_prior(spec: TrainingSpec, estimate: Estimate) -> str | None:
    if spec.model.variational or not spec.training.beta_warmup:
        return None
    return "The β warm-up does nothing here: only a variational network has a KL term."


def _beta_always_rising(spec: TrainingSpec, estimate: Estimate) -> str | None:
    if not spec.model.variational or spec.training.beta_warmup < 1.0:
        return None
    return "β rises during the whole training and is itself only at its last step: choose a warm-up below 1."


def _no_pull(spec: TrainingSpec, estimate: Estimate) -> str | None:
    if not spec.model.variational or spec.model.beta:
        return None
    return "With β = 0 nothing pulls the codes to the prior: samples drawn from it will show nothing."


def _level_without_noise(spec: TrainingSpec, estimate: Estimate) -> str | None:
    if spec.training.noise_level is None or spec.training.noise:
        return None
    return "The noise level does nothing without a kind of noise: choose one, or none for the level."


def _noise_that_does_nothing(spec: TrainingSpec, estimate: Estimate) -> str | None:
    idle = [
        kind
        for kind in dict.fromkeys(spec.training.noise)
        if spec.training.noise_level == 0 and CORRUPTIONS[kind].low == 0
    ]
    return f"At level 0 this noise changes nothing: {', '.join(idle)}." if idle else None


def _limit(spec: TrainingSpec, estimate: Estimate) -> str | None:
    there = estimate.fitted + estimate.held_back
    if spec.training.limit is None or spec.training.limit <= there:
        return None
    return f"There are only {there:,} images to train with: all of them are used."


RULES: Final[tuple[Rule, ...]] = (
    _narrower,
    _linear,
    _squashed,
    _never_augmented,
    _still,
    _patience,
    _batch,
    _few_steps,
    _small_validation,
    _beta_without_a_prior,
    _beta_always_rising,
    _no_pull,
    _level_without_noise,
    _noise_that_does_nothing,
    _limit,
)
