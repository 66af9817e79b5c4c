"""What a training's validation loss is compared with: the mean image, a PCA, a model that comes with the program.

All are measured on the validation images of that very training and in its unit, nats per image: `fit.split` draws
the images, and the reconstruction term is that of `loss.reconstruction`, in NumPy and from probabilities.

- The mean image and the PCA are taken from the images that the training is fitted to. Neither has a KL term: they
  compare with the curve of the reconstruction.
- A PCA gives numbers below 0 and above 1, of which there is no cross-entropy. They are clipped to [ε, 1 - ε], with
  the ε of `CLIPS` that suits the fitted images best, so that the PCA is shown at its best without having seen a
  validation image.
- A model that comes with the program may have been fitted to some of these validation images: it held back others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from aemodels import architectures
from aemodels.data.datasets import OWN, Dataset, Split
from aemodels.measure.baselines import Pca
from aemodels.training import fit

if TYPE_CHECKING:
    from aemodels.store.card import Card
    from aemodels.training.fit import Epoch
    from aemodels.training.spec import TrainingSpec

CLIPS: Final = (1e-4, 1e-3, 3e-3, 1e-2, 2e-2, 4e-2)
MOST_FITTED: Final = (
    20_000  # images that a PCA is fitted to: with more, no level moves by as much as a line is thick
)
TRIED: Final = 2_000  # fitted images on which ε is chosen
CHUNK: Final = 1_000
SURE: Final = 1e-7  # how near to 0 and 1 the probabilities of a network are taken: float32 knows no nearer


@dataclass(frozen=True)
class Level:
    """A constant to compare a loss with, in nats per image; `total` where it is one of reconstruction + β · KL."""

    name: str
    value: float
    total: bool = False


class Network(Protocol):
    """A trained model of images, as `aemodels.load` or `aemodels.preview.load` give it."""

    def encode(self, x: np.ndarray) -> np.ndarray: ...
    def decode(self, z: np.ndarray) -> np.ndarray: ...


def simple_levels(data: Dataset | Split, spec: TrainingSpec) -> tuple[Level, ...]:
    """The levels of the mean image and of a PCA with as many numbers as the code, for a training of `spec`.

    With noise, the PCA is left out: it would have to undo what it has never seen. So it is where the code is not
    smaller than the input, for it would then lose nothing. Raises ConfigError for data that cannot be trained on.
    """
    split = data.train if isinstance(data, Dataset) else data
    fitted, held_back = fit.split(split.values, spec.training, spec.seed)
    target, kind = _floats(held_back), spec.model.loss
    mean = _mean(fitted)
    images = target.ndim == 4
    levels = [Level("mean image" if images else "mean", _of_constant(kind, target, mean))]
    size, values = spec.model.code_size, math.prod(target.shape[1:])
    if not spec.training.noise and size < values and len(fitted) > 1:
        some = fitted[:MOST_FITTED]
        pca = Pca.fit(some[..., None] if images else some, size)
        clip = _best_clip(pca, _floats(fitted[:TRIED]), kind) if images else None
        levels.append(Level(f"PCA of {size}", _of_pca(pca, target, kind, clip)))
    return tuple(levels)


def reference(cards: Iterable[Card], spec: TrainingSpec) -> Card | None:
    """Which of the models that come with the program a training of `spec` compares with; None where none does.

    One of the same data set, variational or not as it is, without noise, whose code is nearest in size; among
    those of the same size the one of the nearest β, then of the same architecture. A training with noise, or on
    one's own data, has none.
    """
    if spec.dataset == OWN or spec.training.noise:
        return None
    fitting = [
        card
        for card in cards
        if card.shipped
        and card.dataset == spec.dataset
        and card.is_variational == spec.model.variational
        and not card.denoises
        and not card.config.linear_output
    ]
    size, beta = spec.model.code_size, spec.model.beta
    architecture = architectures.architecture_of(spec.model)
    return min(
        fitting,
        key=lambda card: (
            abs(math.log(card.code_size / size)),
            abs(card.config.beta - beta),
            card.architecture != architecture,
        ),
        default=None,
    )


def level_of(name: str, network: Network, data: Dataset | Split, spec: TrainingSpec) -> Level:
    """The level of a trained model `network` on the validation images of a training of `spec`, in its loss.

    A variational one is decoded from one sample of its posterior an image, and its level is the total with the β of
    `spec`, as that of the training is.
    """
    split = data.train if isinstance(data, Dataset) else data
    _, held_back = fit.split(split.values, spec.training, spec.seed)
    variational = spec.model.variational
    rng = np.random.default_rng([spec.seed, 4])
    sums = 0.0
    for start in range(0, len(held_back), CHUNK):
        target = _floats(held_back[start : start + CHUNK])
        divergence = np.zeros(len(target))
        if variational:
            z_mean, z_log_var = network.encode_distribution(target)  # type: ignore[attr-defined]
            z = z_mean + np.exp(0.5 * z_log_var) * rng.standard_normal(z_mean.shape, np.float32)
            divergence = 0.5 * np.sum(np.square(z_mean) + np.exp(z_log_var) - 1 - z_log_var, axis=1)
        else:
            z = network.encode(target)
        output = np.clip(network.decode(z), SURE, 1 - SURE)
        sums += float(np.sum(reconstruction(spec.model.loss, target, output) + spec.model.beta * divergence))
    return Level(name, sums / len(held_back), total=variational)


def reconstruction(kind: str, target: np.ndarray, output: np.ndarray) -> np.ndarray:
    """`(n,)` float64: Σ cross-entropy of probabilities in (0, 1), or ½ Σ squared error, of output against target.

    What `loss.reconstruction` is of logits. Summed over all but the first axis.
    """
    axes = tuple(range(1, target.ndim))
    target, output = target.astype(np.float64), output.astype(np.float64)
    if kind == "cross_entropy":
        return -np.sum(target * np.log(output) + (1 - target) * np.log1p(-output), axis=axes)
    return 0.5 * np.sum(np.square(target - output), axis=axes)


def best_so_far(epochs: Sequence[Epoch]) -> int | None:
    """The epoch whose weights a training keeps that keeps the best: of those since β was changed last."""
    best = None
    for before, epoch in zip((None, *epochs), epochs, strict=False):
        changed = before is not None and before.beta != epoch.beta and not math.isnan(epoch.beta)
        if best is None or changed or epoch.val_loss < best.val_loss:
            best = epoch
    return None if best is None else best.epoch


def _floats(values: np.ndarray) -> np.ndarray:
    return Split(values, np.zeros(len(values), np.uint8)).x


def _mean(values: np.ndarray) -> np.ndarray:
    """The mean example, float64, of the shape that `_floats` gives."""
    mean = values.mean(axis=0, dtype=np.float64)
    return mean[..., None] / 255 if values.dtype == np.uint8 else mean


def _of_constant(kind: str, target: np.ndarray, mean: np.ndarray) -> float:
    """Of one output for all: the mean, which no other constant beats, with pixels that never had ink near 0."""
    images = target.ndim == 4
    output = np.clip(mean, CLIPS[0], 1 - CLIPS[0]) if images else mean
    return _mean_of(kind, target, lambda part: np.broadcast_to(output, part.shape))


def _of_pca(pca: Pca, target: np.ndarray, kind: str, clip: float | None) -> float:
    def drawn(part: np.ndarray) -> np.ndarray:
        output = pca.reconstruct(part, clip=False)
        return output if clip is None else np.clip(output, clip, 1 - clip)

    return _mean_of(kind, target, drawn)


def _best_clip(pca: Pca, fitted: np.ndarray, kind: str) -> float:
    if kind != "cross_entropy":
        return 0.0
    return min(CLIPS, key=lambda clip: _of_pca(pca, fitted, kind, clip))


def _mean_of(kind: str, target: np.ndarray, output: Any) -> float:
    parts = (target[start : start + CHUNK] for start in range(0, len(target), CHUNK))
    return float(sum(np.sum(reconstruction(kind, part, output(part))) for part in parts) / len(target))
