"""Mutated pictures of every allowed format: each is answered with an image in contract, or one of our sentences."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw

from aemodels.data.images import prepare, prepare_all
from aemodels.errors import ImageError
from tests.soak import fuzzing
from tests.soak.mutations import Rng, mutated

COUNT: Final = 20_000
SIZE: Final = (60, 48)


def soak() -> Sequence[str]:
    """All of them."""
    return fuzzing.run("pictures", COUNT).lines()


def sheet(mode: str = "L") -> Image.Image:
    """A 7 on paper, in the middle."""
    width, height = SIZE
    picture = Image.new("L", SIZE, 245)
    pen = ImageDraw.Draw(picture)
    pen.line(
        [(0.3 * width, 0.25 * height), (0.65 * width, 0.26 * height), (0.45 * width, 0.8 * height)], 20, 5
    )
    return picture.convert(mode)


def _encoded(mode: str, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    sheet(mode).save(file, kind, **options)
    return file.getvalue()


def _animated(kind: str) -> bytes:
    file = io.BytesIO()
    frames = [sheet("RGB").rotate(angle, fillcolor=(245, 245, 245)) for angle in (0, 20, 40)]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def _sixteen(kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.asarray(sheet()).astype(np.uint16) * 257).save(file, kind)
    return file.getvalue()


def _floats() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.asarray(sheet()).astype(np.float32)).save(file, "TIFF")
    return file.getvalue()


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return _encoded("RGB", "JPEG", exif=exif)


MAKERS: Final = {
    **{f"PNG {mode}": partial(_encoded, mode, "PNG") for mode in ("L", "RGB", "RGBA", "LA", "P", "1")},
    "PNG, transparent palette": partial(_encoded, "P", "PNG", transparency=0),
    "PNG of 16 bits": partial(_sixteen, "PNG"),
    "PNG, animated": partial(_animated, "PNG"),
    **{f"JPEG {mode}": partial(_encoded, mode, "JPEG") for mode in ("L", "RGB", "CMYK")},
    "JPEG, progressive": partial(_encoded, "RGB", "JPEG", progressive=True),
    "JPEG, turned": _turned,
    "WebP": partial(_encoded, "RGB", "WEBP"),
    "WebP, lossless": partial(_encoded, "RGBA", "WEBP", lossless=True),
    "WebP, animated": partial(_animated, "WEBP"),
    **{f"BMP {mode}": partial(_encoded, mode, "BMP") for mode in ("L", "RGB", "RGBA", "P", "1")},
    "GIF": partial(_encoded, "P", "GIF"),
    "GIF, animated": partial(_animated, "GIF"),
    **{f"TIFF {mode}": partial(_encoded, mode, "TIFF") for mode in ("L", "RGB", "CMYK", "P", "1")},
    **{
        f"TIFF {how}": partial(_encoded, "RGB", "TIFF", compression=how)
        for how in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
    },
    "TIFF group4": partial(_encoded, "1", "TIFF", compression="group4"),
    "TIFF of 16 bits": partial(_sixteen, "TIFF"),
    "TIFF of floats": _floats,
}


def corpus() -> dict[str, bytes]:
    """A small good picture in each allowed format, in the ways that each of them has."""
    return {name: make() for name, make in MAKERS.items()}


def made(name: str, good: Mapping[str, bytes], rng: Rng) -> bytes:
    """A mutation. Of a PNG half have their checksums made anew, so that what is behind them is reached."""
    data = mutated(good[name], list(good.values()), rng)
    return _checked(data) if name.startswith("PNG") and rng.random() < 0.5 else data


def _checked(data: bytes) -> bytes:
    """The chunks of a PNG, each with a checksum that is right."""
    result, at = data[:8], 8
    while at + 8 <= len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        body = data[at + 4 : at + 8 + length]
        if len(body) < 4 + length:
            return result + data[at:]
        result += data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return result


def answered(name: str, data: bytes) -> str:
    """What `prepare` makes of a file, checked; the sentence where it is refused. One in four as several digits."""
    try:
        found = [one.image for one in prepare_all(data)] if len(data) % 4 == 0 else [prepare(data)]
    except ImageError as error:
        return str(error)
    assert found
    for image in found:
        assert image.shape == (1, 28, 28, 1)
        assert image.dtype == np.float32
        assert np.isfinite(image).all()
        assert 0 <= image.min() <= image.max() <= 1
    return ""
