"""The log that tutorial R2 prints, and what trainings of ours have there: `python -m aemodels.published`.

The tutorial logs the loss of the mini-batch at each thousandth step, before that step changes the weights: the
mean squared error over the pixels of 256 images. So does this, with the recipe as it stands, once for each of
five seeds. Our loss is ½ Σ squared error in an image; the mean over its pixels is 2/784 of that.

The tutorial learns more slowly than that, for a reason that its settings do not show. RMSProp divides each
gradient g by √(v + ε), v a running mean of g². Of a *mean* over 784 pixels the gradients are 392 times as small
as of our sum, so small, behind sigmoids at 0 or 1, that ε is not small beside v: the steps shrink. With ε ·
392² our sum is trained as the tutorial's mean is, and `EPSILONS` are those of its time and of today; the
tutorial's log lies between them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

RECIPE: Final = "tf-examples-dense"
PIXELS: Final = 784
EVERY: Final = 1_000  # steps
SEEDS: Final = (1, 2, 3, 4, 5)
FILE: Final = Path(__file__).with_name("r2_log.json")
SCALE: Final = PIXELS / 2
"""How many times as large the gradient of ½ Σ is as that of the mean over the pixels."""
EPSILONS: Final[Mapping[str, float]] = {"TensorFlow 1": 1e-10, "Keras 3": 1e-7}
"""The ε of their RMSProp, under the root in both."""

PRINTED: Final[Mapping[int, float]] = {
    0: 0.4228,
    1_000: 0.1478,
    2_000: 0.1274,
    3_000: 0.1152,
    4_000: 0.1065,
    5_000: 0.1017,
    6_000: 0.0976,
    7_000: 0.0887,
    8_000: 0.0866,
    9_000: 0.0832,
}
"""The tutorial's own log: step → mean squared error of its batch (TensorFlow-Examples, autoencoder.py)."""


@dataclasses.dataclass(frozen=True, eq=False)
class Kept:
    """Losses at the published steps, MSE a pixel. `losses` `(seeds, steps)` are of the recipe as it stands,
    `means` of one training for each of `EPSILONS`, in which our sum is trained as the tutorial's mean is."""

    losses: np.ndarray
    means: Mapping[str, Sequence[float]]

    @property
    def low(self) -> np.ndarray:
        """The lowest of all seeds at each step."""
        return self.losses.min(axis=0)

    @property
    def high(self) -> np.ndarray:
        """The highest of all seeds at each step."""
        return self.losses.max(axis=0)


def mse(terms: np.ndarray, pixels: int = PIXELS) -> np.ndarray:
    """Terms `(steps, 2)` of a training with squared error → the MSE over the pixels of each step's batch."""
    return 2.0 / pixels * np.asarray(terms, np.float64)[:, 0]


def at_published_steps(losses: Sequence[float] | np.ndarray) -> dict[int, float]:
    """The losses of all steps so far → those at the published ones, by step."""
    return {step: float(losses[step]) for step in PRINTED if step < len(losses)}


def measure(
    seed: int,
    epsilon: float | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    dataset: str | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> np.ndarray:
    """Train the recipe with this seed: the MSE at every step, `(steps,)`.

    `epsilon`: train our sum as a mean over the pixels is trained by an RMSProp with this ε under its root.
    """
    from aemodels.autoencoder import build
    from aemodels.data import datasets
    from aemodels.training import engine, fit, spec

    made = spec.from_recipe(RECIPE, seed=seed, settings=settings, dataset=dataset)
    data = datasets.load(made.dataset)
    model = build(made.model, seed=seed)
    if epsilon is not None:
        steps = made.training.epochs * made.training.steps(len(data.train))
        prepared = engine.of(model, made.training.optimizer, compiled=steps >= fit.WORTH_COMPILING)
        prepared.optimizer.epsilon = epsilon * SCALE**2  # before it is traced; the training takes it up
    found: list[np.ndarray] = []

    def note(first: int, terms: np.ndarray) -> None:
        found.append(mse(terms))
        progress(f"seed {seed}, step {first}: {found[-1][0]:.4f}")

    fit.train(model, data, made.training, seed=seed, on_losses=note)
    return np.concatenate(found)


def write(
    losses: Mapping[int, Sequence[float]], means: Mapping[str, Sequence[float]], path: Path = FILE
) -> None:
    """Keep losses at the published steps as JSON: those of each seed, and of each ε by the name of its
    library."""
    from aemodels.script import head

    parts = {
        "versions": json.dumps(head.versions()),
        "steps": json.dumps(list(PRINTED)),
        "losses": _rows(losses),
        "means": _rows(means),
    }
    text = ",\n".join(f"{json.dumps(name)}: {part}" for name, part in parts.items())
    path.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def read(path: Path = FILE) -> Kept:
    """What `write` kept."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Kept(np.array(list(kept["losses"].values()), np.float64), kept["means"])


def _rows(rows: Mapping[Any, Sequence[float]]) -> str:
    lines = (
        f"{json.dumps(str(name))}: {json.dumps([round(float(value), 5) for value in row])}"
        for name, row in rows.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}"
