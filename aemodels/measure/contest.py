"""One set of images, every way to keep them: what each draws again, how close that is, and what its code costs.

Knows no models: each entrant is a function from images to images. The cost of a code is said twice. `bits` is what
it takes as it is stored, 32 for each number. `said` is what a variational code says about these very images: the KL
divergence of q(z|x) from N(0, I) in bits, the price of a sample of z under the prior (bits-back coding: Hinton and
van Camp, "Keeping neural networks simple by minimizing the description length of the weights", 1993; as a codec:
Townsend, Bird and Barber, "Practical lossless compression with latent variables using bits back coding", 2019).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ImageError
from aemodels.measure import metrics
from aemodels.measure.baselines import Pca

Floats = NDArray[np.float32]
Kind = Literal["model", "pca", "mean"]

NUMBER_BITS = 32
"""Bits of one number of a code as it is stored: float32."""

CHUNK = 500
"""Images that go through an entrant at a time: what bounds the memory."""


@dataclass(frozen=True, eq=False)
class Entrant:
    """Who takes part: `answer` takes images (n, 28, 28, 1) in [0, 1] and gives what is drawn again of them.

    With it come the nats that a variational code says about each image (n,), None for any other. `code_size`: how
    many numbers lie between the two.
    """

    name: str
    kind: Kind
    code_size: int
    answer: Callable[[NDArray], tuple[NDArray, NDArray | None]]


@dataclass(frozen=True, eq=False)
class Result:
    """What came of one entrant: means over the images; NaN for what was not measured.

    `image` (28, 28, 1) is its answer to the first of them, None where nothing was drawn. mse: mean over pixels;
    psnr in dB; ssim: 1 is identical; said: KL in bits, None for a code without a distribution; more: figures that
    were measured elsewhere, by their keys in `figure_table`.
    """

    name: str
    kind: Kind
    code_size: int
    mse: float
    psnr: float
    ssim: float
    said: float | None = None
    image: NDArray | None = None
    more: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def bits(self) -> int:
        """Bits of the code as it is stored."""
        return NUMBER_BITS * self.code_size


def plain(
    name: str, code_size: int, encode: Callable[[NDArray], NDArray], decode: Callable[[NDArray], NDArray]
) -> Entrant:
    """A model with a deterministic code."""
    return Entrant(name, "model", code_size, lambda x: (decode(encode(x)), None))


def variational(
    name: str,
    code_size: int,
    encode_distribution: Callable[[NDArray], tuple[NDArray, NDArray]],
    decode: Callable[[NDArray], NDArray],
) -> Entrant:
    """A model whose code is a distribution, x -> (z_mean, z_log_var); what is drawn is drawn from z_mean."""

    def answer(x: NDArray) -> tuple[NDArray, NDArray]:
        mean, log_var = encode_distribution(x)
        return decode(mean), metrics.kl(mean, log_var)

    return Entrant(name, "model", code_size, answer)


def linear(pca: Pca) -> Entrant:
    """A PCA, its images clipped to [0, 1] as anything that is shown must be."""
    return Entrant(
        f"PCA {pca.latent_dim}", "pca", pca.latent_dim, lambda x: (pca.reconstruct(x, clip=True), None)
    )


def mean_image(pca: Pca) -> Entrant:
    """The mean of the images that a PCA was fitted on, whatever the input: a code of no numbers."""
    mean = pca.mean.reshape(pca.shape)
    return Entrant("Mean image", "mean", 0, lambda x: (np.broadcast_to(mean, x.shape), None))


def bits(nats: float) -> float:
    """Nats as bits."""
    return nats / math.log(2.0)


def contest(x: NDArray, entrants: Sequence[Entrant]) -> tuple[Result, ...]:
    """What each entrant makes of the images x (n, 28, 28, 1) in [0, 1], n > 0, in the order of the entrants.

    Each is asked once for every `CHUNK` images, and the figures of all are computed together. An entrant whose
    answer is not finite has figures that are not. Raises ImageError for no image, or an answer of another shape.
    """
    if not len(x):
        raise ImageError("There is no image to compare the models on. Draw a digit, or choose a sample.")
    if not entrants:
        return ()
    scores: list[NDArray] = []
    said: list[list[NDArray]] = [[] for _ in entrants]
    first: list[NDArray] = []
    for at in range(0, len(x), CHUNK):
        part = x[at : at + CHUNK]
        answers = [entrant.answer(part) for entrant in entrants]
        images = np.concatenate([image for image, _ in answers])
        truth = np.tile(part, (len(entrants), 1, 1, 1))
        figures = [measure(truth, images) for measure in (metrics.mse, metrics.psnr, metrics.ssim)]
        scores.append(np.stack(figures).reshape(3, len(entrants), len(part)))
        first = first or [image[0] for image, _ in answers]
        for nats, (_, divergence) in zip(said, answers, strict=True):
            if divergence is not None:
                nats.append(divergence)
    means = np.concatenate(scores, axis=2).mean(axis=2)
    return tuple(
        Result(
            name=entrant.name,
            kind=entrant.kind,
            code_size=entrant.code_size,
            mse=float(means[0, place]),
            psnr=float(means[1, place]),
            ssim=float(means[2, place]),
            said=bits(float(np.concatenate(said[place]).mean())) if said[place] else None,
            image=first[place],
        )
        for place, entrant in enumerate(entrants)
    )


def linear_curve(x: NDArray, pca: Pca, sizes: Sequence[int]) -> tuple[tuple[int, float], ...]:
    """(numbers, mean PSNR in dB) of the PCA cut to each of these sizes, on the images x (n, 28, 28, 1)."""
    return tuple(
        (size, float(metrics.psnr(x, pca.truncate(size).reconstruct(x, clip=True)).mean())) for size in sizes
    )
