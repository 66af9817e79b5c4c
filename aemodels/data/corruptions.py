"""Ten ways to spoil an image, in one table; the functions are in `noise`, `damage` and `geometry`.

What a denoising autoencoder is trained against (Vincent et al., "Stacked Denoising Autoencoders", JMLR 11,
2010, uses the Gaussian, the salt-and-pepper and the masking kind) and what the Denoise page offers. Every
function has the signature `apply(x, level, rng) -> x`: `x` float32 (n, 28, 28, 1) in [0, 1], `level` within
the record's [low, high], the answer a new float32 array of the same shape in [0, 1]. Level 0 leaves `x` as it
is. `apply` trusts its arguments, because training calls it once a batch; `corrupt` checks them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aemodels.data import damage, geometry, noise
from aemodels.errors import CorruptionError

NOISE = "Noise"
GEOMETRY = "Geometry: not noise, and nothing here was trained for it"

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
    group: str = NOISE
    by_chance: bool = True  # whether another seed gives another answer


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
        noise.gaussian,
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
        noise.salt_and_pepper,
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
        noise.speckle,
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
        noise.missing_pixels,
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
        noise.missing_block,
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
        noise.blur,
        by_chance=False,
    ),
    Corruption(
        "scribble",
        "Scribble",
        "Draws over the image with a pen.",
        "strokes",
        0.0,
        8.0,
        2.0,
        1.0,
        damage.scribble,
    ),
    Corruption(
        "jpeg",
        "JPEG artefacts",
        "Saves the image as a small JPEG file, which forgets its finest patterns in squares of 8 pixels.",
        "100 minus the JPEG quality",
        0.0,
        98.0,
        90.0,
        2.0,
        damage.jpeg,
        by_chance=False,
    ),
    Corruption(
        "rotation",
        "Rotation",
        "Turns the image about its middle, one way or the other.",
        "degrees",
        0.0,
        80.0,
        20.0,
        5.0,
        geometry.rotation,
        GEOMETRY,
    ),
    Corruption(
        "shift",
        "Shift",
        "Moves the image up, down, left or right.",
        "pixels",
        0.0,
        8.0,
        3.0,
        1.0,
        geometry.shift,
        GEOMETRY,
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
