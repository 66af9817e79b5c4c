"""Six ways to spoil an image, as pure NumPy functions in one table.

What a denoising autoencoder is trained against (Vincent et al., "Stacked Denoising Autoencoders", JMLR 11,
2010, uses the Gaussian, the salt-and-pepper and the masking kind) and what the Denoise page offers. Every
function has the signature `apply(x, level, rng) -> x`: `x` float32 (n, 28, 28, 1) in [0, 1], `level` within
the record's [low, high], the answer a new float32 array of the same shape in [0, 1]. Level 0 leaves `x` as it
is. `apply` trusts its arguments, because training calls it once a batch; `corrupt` checks them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aemodels.errors import CorruptionError

Apply = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Corruption:
    """One kind of noise: what a slider needs to know about its level, and the function itself."""

    name: str
    title: str
    description: str
    unit: str  # what the level counts
    low: float
    high: float
    default: float
    step: float
    apply: Apply


def gaussian(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """clip(x + level · N(0, 1), 0, 1), the noise of recipe R3; `level` is the standard deviation."""
    noisy = rng.standard_normal(x.shape, dtype=np.float32)
    noisy *= np.float32(level)
    noisy += x
    return np.clip(noisy, 0.0, 1.0, out=noisy)


def salt_and_pepper(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A share `level` of the pixels, drawn one by one, becomes black or white with equal chance."""
    lot = rng.random(
        x.shape, dtype=np.float32
    )  # [0, level/2) pepper, [level/2, level) salt, the rest untouched
    noisy = np.where(lot < level, np.float32(1.0), x)
    noisy[lot < level / 2] = 0.0
    return noisy


def speckle(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """clip(x · (1 + level · N(0, 1)), 0, 1): noise in proportion to the ink, as radar images have."""
    noisy = rng.standard_normal(x.shape, dtype=np.float32)
    noisy *= np.float32(level)
    noisy += np.float32(1.0)
    noisy *= x
    return np.clip(noisy, 0.0, 1.0, out=noisy)


def missing_pixels(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A share `level` of the pixels, drawn one by one, becomes black (Vincent et al.: masking noise)."""
    return x * (rng.random(x.shape, dtype=np.float32) >= level)


def missing_block(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A black square of `level` pixels a side (rounded), inside the image, elsewhere in every image."""
    count, height, width = x.shape[:3]
    side = round(level)
    top = rng.integers(0, height - side + 1, size=(count, 1))
    left = rng.integers(0, width - side + 1, size=(count, 1))
    rows, columns = np.arange(height), np.arange(width)
    in_rows = (rows >= top) & (rows < top + side)  # (n, height)
    in_columns = (columns >= left) & (columns < left + side)  # (n, width)
    hidden = in_rows[:, :, None] & in_columns[:, None, :]  # (n, height, width)
    return x * ~hidden[..., None]


def blur(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian blur of standard deviation `level` pixels, black beyond the edge; uses no randomness."""
    if level <= 0:
        return x.copy()
    from scipy.ndimage import gaussian_filter  # here, because importing scipy.ndimage takes a while

    blurred = gaussian_filter(x, sigma=(0, level, level, 0), mode="constant", cval=0.0)
    return np.clip(blurred, 0.0, 1.0, out=blurred)


_ALL = (
    Corruption(
        "gaussian",
        "Gaussian noise",
        "Adds a random value to every pixel, as a sensor does in poor light.",
        "standard deviation",
        0.0,
        1.0,
        0.5,
        0.05,
        gaussian,
    ),
    Corruption(
        "salt_and_pepper",
        "Salt and pepper",
        "Turns some pixels black or white, as a faulty transmission does.",
        "share of pixels",
        0.0,
        0.9,
        0.25,
        0.05,
        salt_and_pepper,
    ),
    Corruption(
        "speckle",
        "Speckle",
        "Scales the ink of every pixel at random, as in radar and ultrasound images.",
        "standard deviation",
        0.0,
        1.0,
        0.5,
        0.05,
        speckle,
    ),
    Corruption(
        "missing_pixels",
        "Missing pixels",
        "Loses some pixels: they become black.",
        "share of pixels",
        0.0,
        0.9,
        0.5,
        0.05,
        missing_pixels,
    ),
    Corruption(
        "missing_block",
        "Missing block",
        "Hides a black square somewhere in the image.",
        "pixels a side",
        0.0,
        20.0,
        10.0,
        1.0,
        missing_block,
    ),
    Corruption(
        "blur",
        "Blur",
        "Smears the image, as a lens out of focus does.",
        "standard deviation in pixels",
        0.0,
        4.0,
        1.5,
        0.25,
        blur,
    ),
)

CORRUPTIONS: dict[str, Corruption] = {corruption.name: corruption for corruption in _ALL}


def corrupt(x: np.ndarray, kind: str, level: float, seed: int | np.random.Generator) -> np.ndarray:
    """`x` spoiled by the corruption `kind`: float32 of the same shape, in [0, 1]; `x` itself is not touched.

    `x` is float32 (n, 28, 28, 1) in [0, 1]; `level` lies within the bounds of `CORRUPTIONS[kind]`, in its
    unit. The same integer `seed` (0 or more) gives the same noise; a generator is drawn from and so moves on.
    Raises CorruptionError for an unknown kind, a level or seed out of bounds, or an array that is not a batch
    of images.
    """
    if kind not in CORRUPTIONS:
        raise CorruptionError(f"There is no noise named {kind!r}. Choose one of {', '.join(CORRUPTIONS)}.")
    record = CORRUPTIONS[kind]
    number = isinstance(level, int | float | np.integer | np.floating) and not isinstance(level, bool)
    if not (number and record.low <= level <= record.high):  # false for NaN, too
        raise CorruptionError(
            f"The level of {record.title.lower()} must be a number from {record.low:g} to {record.high:g} "
            f"({record.unit}). Received {level!r}."
        )
    images = np.asarray(x)
    if images.ndim != 4 or images.shape[1:] != (28, 28, 1):
        raise CorruptionError(
            f"Noise is put on images of shape (n, 28, 28, 1). Received an array of shape {images.shape}."
        )
    if images.dtype != np.float32 or not np.all((images >= 0) & (images <= 1)):
        raise CorruptionError(
            "Noise is put on images of float32 values from 0 to 1. Divide 8-bit pixels by 255 first."
        )
    if not isinstance(seed, np.random.Generator) and seed < 0:
        raise CorruptionError(f"The seed of the noise must be 0 or a positive whole number. Received {seed}.")
    return record.apply(images, float(level), np.random.default_rng(seed))
