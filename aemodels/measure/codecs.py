"""PNG, JPEG and WebP by Pillow: how many bytes grey pictures take, and what comes back.

Of a picture of 28×28 most bytes are the container: markers, sizes, tables. What a blank picture of the same size
takes under the same setting is nearly that alone, so a size can be stated with it and without it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Codec:
    """One format: Pillow's name, the qualities that are tried, best last, and Pillow's options that are tried."""

    name: str
    title: str
    qualities: tuple[int, ...]
    options: tuple[tuple[tuple[str, Any], ...], ...]
    quick: tuple[tuple[str, Any], ...] = ()  # options for a visitor who waits


@dataclass(frozen=True, eq=False)
class Coded:
    """Pictures under one setting: sizes (n,) and the container in bytes, and what comes back (n, h, w) uint8."""

    sizes: NDArray[np.int64]
    container: int
    pictures: Bytes


PNG = Codec("PNG", "PNG", (0,), ((("optimize", True),), (("compress_level", 9),), (("compress_level", 6),)))
JPEG = Codec(
    "JPEG",
    "JPEG",
    (1, 3, 5, 8, 12, 18, 25, 35, 45, 55, 65, 75, 85, 92, 96),
    ((("optimize", True),), (("optimize", False),)),
    (("optimize", True),),
)
WEBP = Codec(
    "WEBP", "WebP", (0, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 97), ((("method", 6),),), (("method", 2),)
)
LOSSLESS_WEBP = Codec("WEBP", "WebP, lossless", (0,), ((("lossless", True), ("method", 4)),))

LOSSY: dict[str, Codec] = {"jpeg": JPEG, "webp": WEBP}
LOSSLESS: dict[str, Codec] = {"png": PNG, "webp_lossless": LOSSLESS_WEBP}


def write(picture: Bytes, codec: Codec, quality: int, options: tuple[tuple[str, Any], ...]) -> bytes:
    """One grey picture (h, w) uint8 as a file of this format."""
    from PIL import Image

    buffer = io.BytesIO()
    settings = dict(options)
    if codec in LOSSY.values():
        settings["quality"] = quality
    Image.fromarray(picture).save(buffer, format=codec.name, **settings)
    return buffer.getvalue()


def read(data: bytes) -> Bytes:
    """Grey pixels (h, w) uint8 of a file that `write` made. WebP knows colours only, of which luma is taken."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
        return np.asarray(image.convert("L"))


def smallest(picture: Bytes, codec: Codec, quality: int) -> bytes:
    """The shortest file of the codec's options at this quality."""
    return min((write(picture, codec, quality, each) for each in codec.options), key=len)


def container(
    shape: tuple[int, int], codec: Codec, quality: int, options: tuple[tuple[str, Any], ...]
) -> int:
    """Bytes of a black picture of this (h, w) under the same setting: the container, and next to nothing else."""
    return len(write(np.zeros(shape, np.uint8), codec, quality, options))


def code(pictures: Bytes, codec: Codec, quality: int) -> tuple[Coded, Coded]:
    """Pictures (n, h, w) uint8 at one quality: the best option by the whole files, and by what is in them.

    The second is the one with the smallest mean of bytes beyond the container's: JPEG with tables of its own for
    every picture has a short container, and with the standard tables short contents.
    """
    tried = []
    for options in codec.options:
        files = [write(picture, codec, quality, options) for picture in pictures]
        sizes = np.array([len(file) for file in files])
        back = np.stack([read(file) for file in files])
        shape = (pictures.shape[1], pictures.shape[2])
        tried.append(Coded(sizes, container(shape, codec, quality, options), back))
    whole = min(tried, key=lambda each: float(each.sizes.mean()))
    inside = min(tried, key=lambda each: float(each.sizes.mean()) - each.container)
    return whole, inside


def within(picture: Bytes, codec: Codec, budget: float) -> tuple[bytes, Bytes]:
    """The best that a lossy codec makes of one picture (h, w) uint8 in at most `budget` bytes, and that picture.

    "Best" is the smallest squared error over all qualities and over the picture made smaller by 1, 2, 4, 8 or 16
    each way (and larger again by a bicubic filter), as one would do it by hand. Where nothing is small enough, the
    smallest file of all.
    """
    from PIL import Image

    height, width = picture.shape
    best: tuple[float, bytes, Bytes] | None = None
    least: tuple[bytes, Bytes] | None = None
    for factor in (1, 2, 4, 8, 16):
        size = (max(round(width / factor), 1), max(round(height / factor), 1))
        reduced = picture
        if factor > 1:
            reduced = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))
        low, high = (
            -1,
            len(codec.qualities),
        )  # files grow with the quality: look for the last that is small enough
        fits: bytes | None = None
        while high - low > 1:
            middle = (low + high) // 2
            data = write(reduced, codec, codec.qualities[middle], codec.quick)
            low, high, fits = (middle, high, data) if len(data) <= budget else (low, middle, fits)
        data = fits if fits is not None else write(reduced, codec, codec.qualities[0], codec.quick)
        back = np.asarray(Image.fromarray(read(data)).resize((width, height), Image.Resampling.BICUBIC))
        error = float(np.mean((back.astype(np.float64) - picture) ** 2))
        if fits is not None and (best is None or error < best[0]):
            best = (error, data, back)
        if least is None or len(data) < len(least[0]):
            least = (data, back)
    assert least is not None
    return (best[1], best[2]) if best is not None else least
