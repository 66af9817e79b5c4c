"""Denoisers that have learned nothing: what a denoising autoencoder must beat to be worth its name.

Median and Gaussian filters from SciPy; total variation (Chambolle, "An algorithm for total variation
minimization and applications", 2004) and non-local means (Buades, Coll and Morel, "A non-local algorithm
for image denoising", 2005) from scikit-image. Each has one parameter, which `tune` chooses on validation
images, so that the comparison is with the filter at its best and the test set has chosen nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import CorruptionError, ImageError
from aemodels.measure.metrics import psnr

Images = NDArray[np.float32]

NON_LOCAL_PATCH, NON_LOCAL_DISTANCE = 3, 7
"""Pixels: patches of a stroke's width, looked for within 7 pixels. scikit-image's 7 and 11 are made for
photographs; on 28x28 they blur strokes into the ground (11.1 against 12.1 dB at Gaussian noise 0.5)."""


@dataclass(frozen=True)
class Denoiser:
    """A filter with one parameter; `grid` holds the values that `tune` tries, smallest first."""

    name: str
    title: str
    description: str
    parameter_title: str
    unit: str
    grid: tuple[float, ...]
    filter: Callable[[Images, float], NDArray]

    def apply(self, x: NDArray, parameter: float) -> Images:
        """Images (n, 28, 28, 1) in [0, 1] -> the same shape, float32 in [0, 1]; each image by itself.

        Raises ImageError for another shape, CorruptionError for a parameter outside the grid's range.
        """
        if x.ndim != 4 or x.shape[-1] != 1:
            raise ImageError(f"A filter takes images of shape (n, height, width, 1); received {x.shape}.")
        low, high = self.grid[0], self.grid[-1]
        if not low <= parameter <= high:
            raise CorruptionError(
                f"The {self.parameter_title.lower()} of the {self.title} filter goes from {low:g} to {high:g}"
                f" {self.unit}; received {parameter:g}.".replace(" ;", ";")
            )
        if len(x) == 0:
            return np.zeros(x.shape, np.float32)
        filtered = self.filter(x.astype(np.float32, copy=False), parameter)
        return np.clip(filtered, 0.0, 1.0).astype(np.float32, copy=False)


@dataclass(frozen=True)
class Choice:
    """A denoiser with the parameter chosen for it, and the mean PSNR in dB that it got when chosen."""

    name: str
    parameter: float
    psnr: float

    def apply(self, x: NDArray) -> Images:
        return CLASSICAL[self.name].apply(x, self.parameter)


def tune(clean: NDArray, noisy: NDArray) -> dict[str, Choice]:
    """For each denoiser the parameter with the highest mean PSNR: clean, noisy (n, 28, 28, 1) in [0, 1].

    Give it **validation** images, never those that the comparison is made on. 200 are enough (about five
    seconds, nearly all of it non-local means).
    """
    if len(clean) == 0:
        raise ImageError("Filters are tuned on at least one image; received none.")
    return {name: _tune_one(denoiser, clean, noisy) for name, denoiser in CLASSICAL.items()}


def _tune_one(denoiser: Denoiser, clean: NDArray, noisy: NDArray) -> Choice:
    scores = {value: float(psnr(clean, denoiser.apply(noisy, value)).mean()) for value in denoiser.grid}
    parameter = max(scores, key=scores.__getitem__)
    return Choice(denoiser.name, parameter, scores[parameter])


def best(choices: Mapping[str, Choice]) -> Choice:
    """The choice with the highest PSNR when it was tuned; the first in the table's order among equals."""
    return max(choices.values(), key=lambda choice: choice.psnr)


def _median(x: Images, size: float) -> NDArray:
    from scipy import ndimage

    return ndimage.median_filter(x, size=(1, round(size), round(size), 1))


def _gaussian(x: Images, sigma: float) -> NDArray:
    from scipy import ndimage

    return ndimage.gaussian_filter(x, sigma=(0, sigma, sigma, 0))


def _total_variation(x: Images, weight: float) -> NDArray:
    from skimage.restoration import denoise_tv_chambolle

    # One image a call: its stopping rule looks at the whole array, a batch would stop them all together.
    return np.stack([denoise_tv_chambolle(image[..., 0], weight=weight)[..., None] for image in x])


def _non_local_means(x: Images, strength: float) -> NDArray:
    from skimage.restoration import denoise_nl_means

    def one(image: Images) -> NDArray:
        return denoise_nl_means(
            image,
            patch_size=NON_LOCAL_PATCH,
            patch_distance=NON_LOCAL_DISTANCE,
            h=strength,
            fast_mode=True,
        )

    return np.stack([one(image[..., 0])[..., None] for image in x])


CLASSICAL: dict[str, Denoiser] = {
    denoiser.name: denoiser
    for denoiser in (
        Denoiser(
            name="median",
            title="median",
            description="Each pixel becomes the median of the square around it.",
            parameter_title="Window",
            unit="pixels",
            grid=(1.0, 3.0, 5.0, 7.0),  # odd: an even window would move the picture by half a pixel
            filter=_median,
        ),
        Denoiser(
            name="gaussian",
            title="Gaussian",
            description="Each pixel becomes a mean of its neighbourhood, near pixels counting most.",
            parameter_title="Width",
            unit="pixels",
            grid=(0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0),
            filter=_gaussian,
        ),
        Denoiser(
            name="total_variation",
            title="total variation",
            description="The flattest image that is still close to the noisy one; edges may stay sharp.",
            parameter_title="Weight",
            unit="",
            grid=(0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6),
            filter=_total_variation,
        ),
        Denoiser(
            name="non_local_means",
            title="non-local means",
            description="Each pixel becomes a mean of pixels whose surroundings look like its own.",
            parameter_title="Strength",
            unit="",
            grid=(0.03, 0.06, 0.1, 0.15, 0.2, 0.3),
            filter=_non_local_means,
        ),
    )
}
