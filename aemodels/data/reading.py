"""Bytes or a canvas array → one grey picture of a reasonable size, safely.

The bytes come from strangers, so everything that can be checked before decoding is: the length of the
file, its kind (an allow-list given to Pillow; the extension says nothing), the size that its header
claims. Only the first frame is ever decoded. Whatever a decoder then raises becomes one `ImageError`.

A photo from a telephone is decoded at an eighth of its size or more, which JPEG's blocks of 8 × 8 allow
without ever holding the whole. The result is a float32 array in [0, 1], at most `WORKING_PIXELS` large
(`grey.py`): what follows needs no more to find a digit, and memory and time stay bounded.
"""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from aemodels.data.grey import MIN_SIDE, WORKING_PIXELS, grey_of
from aemodels.data.jpeg_scans import comes_row_by_row
from aemodels.errors import ImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 12_000_000
MAX_JPEG_PIXELS = 50_000_000  # of those that can be decoded row by row
MAX_WEBP_PIXELS = 4_000_000  # its decoder holds four copies
MAX_ARRAY_PIXELS = 4_000_000
MAX_TILE_PIXELS = 4_000_000
MAX_ASPECT = 100

# Pillow's names. An MPO (what some phones write) opens as the JPEG that it begins with.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
ALLOWED = "PNG, JPEG, WebP, BMP, GIF or TIFF"

# What else people bring: (offset, first bytes, what to call it). Only for a better sentence.
_KNOWN_OTHERS = (
    (0, b"%PDF", "a PDF document"),
    (0, b"%!PS", "a PostScript file"),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (0, b"8BPS", "a Photoshop file"),
    (4, b"ftypheic", "a HEIC photo"),
    (4, b"ftypheix", "a HEIC photo"),
    (4, b"ftypmif1", "a HEIC photo"),
    (4, b"ftypavif", "an AVIF picture"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
)

# Exif orientation → what turns the picture upright (Exif 2.3, tag 0x0112).
_ORIENTATION = 0x0112
_UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: np.fliplr,
    3: lambda grey: grey[::-1, ::-1],
    4: np.flipud,
    5: np.transpose,
    6: lambda grey: np.rot90(grey, -1),
    7: lambda grey: grey[::-1, ::-1].T,
    8: np.rot90,
}
_TILE_WIDTH, _TILE_LENGTH = 322, 323

# `warnings.catch_warnings` changes a setting of the whole process: one reader at a time. It also keeps
# the memory of many uploads at once that of one.
_one_reader = threading.Lock()


def read_grey(data: bytes) -> np.ndarray:
    """Decode a picture file to grey.

    Args:
        data: the file, at most `MAX_BYTES` long, in one of `FORMATS`, at most `MAX_PIXELS` large; a JPEG at most
            `MAX_JPEG_PIXELS` unless it is progressive, a WebP at most `MAX_WEBP_PIXELS`.

    Returns:
        float32 (h, w) in [0, 1], 0 = black, upright, nothing transparent, `WORKING_PIXELS` large at most.

    Raises:
        ImageError: not such a file, too large, or damaged.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ImageError(f"A picture is expected as the bytes of a file, not as {type(data).__name__}.")
    size = data.nbytes if isinstance(data, memoryview) else len(data)
    if size == 0:
        raise ImageError(f"The file is empty. Please give a {ALLOWED} picture.")
    if size > MAX_BYTES:
        raise ImageError(
            f"The file is {size / 2**20:.1f} MB large; at most {MAX_BYTES // 2**20} MB are allowed. "
            "Please make the picture smaller."
        )
    with _one_reader, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = _open(bytes(data))
        try:
            image.load()
        except Exception as error:  # a decoder fed with arbitrary bytes raises nearly anything
            raise ImageError(
                "The picture is damaged or cut off: it could not be decoded. "
                "Please save it again or send another one."
            ) from error
        _check_size(*image.size, MAX_PIXELS)  # some headers say something else than the picture behind them
        try:
            return _turned_upright(grey_of(image), image)
        except ImageError:
            raise
        except Exception as error:
            raise ImageError(
                f"The picture's kind of pixels ({image.mode}) cannot be converted to grey. "
                f"Please save it as an ordinary {ALLOWED} picture."
            ) from error


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height as the header of a picture file claims them, without decoding a pixel.

    Raises ImageError where `read_grey` would refuse the file for its length, its kind or its size.
    """
    if not 0 < len(data) <= MAX_BYTES:
        raise ImageError(f"The file has {len(data):,} bytes; 1 to {MAX_BYTES:,} are allowed.")
    with _one_reader, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return _open(data).size


def grey_from_array(array: np.ndarray) -> np.ndarray:
    """Grey picture from pixels, as a drawing canvas or a camera gives them.

    Args:
        array: uint8 (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA, at most
            `MAX_ARRAY_PIXELS` large.

    Returns:
        float32 (h, w) in [0, 1] as from `read_grey`.

    Raises:
        ImageError: another type or shape.
    """
    pixels = np.asarray(array)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.dtype != np.uint8 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))):
        raise ImageError(
            "Pixels are expected as uint8 of shape (h, w), (h, w, 3) or (h, w, 4). "
            f"Received: {pixels.dtype} of shape {pixels.shape}."
        )
    _check_size(pixels.shape[1], pixels.shape[0], MAX_ARRAY_PIXELS)
    return grey_of(Image.fromarray(np.ascontiguousarray(pixels)))


def _open(data: bytes) -> Image.Image:
    """Read the header only, and refuse what its promises would cost too much."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(
            f"The picture has far too many pixels; at most {MAX_PIXELS // 10**6} megapixels are allowed, "
            f"and {MAX_JPEG_PIXELS // 10**6} of an ordinary JPEG. "
            "Please make it smaller."
        ) from error
    except Exception as error:
        raise ImageError(f"{_what_it_is(data)} Please give a {ALLOWED} picture.") from error
    if image.format == "JPEG" and comes_row_by_row(data):
        _check_size(*image.size, MAX_JPEG_PIXELS)
        scale = min(1.0, math.sqrt(WORKING_PIXELS / (image.width * image.height)))
        image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
    else:
        _check_size(*image.size, MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS)
    if image.format == "TIFF":
        # A tile is unpacked as a whole, and may be far larger than the picture that it covers.
        tags: Any = getattr(image, "tag_v2", {})
        tile = (tags.get(_TILE_WIDTH, 0), tags.get(_TILE_LENGTH, 0))
        if not all(isinstance(side, int) for side in tile) or tile[0] * tile[1] > MAX_TILE_PIXELS:
            raise ImageError(
                "The TIFF picture is cut into tiles larger than the picture may be. Please save it as PNG."
            )
    return image


def _what_it_is(data: bytes) -> str:
    head = data[:1024]
    for offset, start, name in _KNOWN_OTHERS:
        if head[offset:].startswith(start):
            return f"This is {name}, which cannot be read here."
    if b"<svg" in head.lower():
        return "This is an SVG drawing, which cannot be read here."
    return "The file is not a picture that can be read here, or it is damaged from its beginning."


def _check_size(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise ImageError(
            f"The picture has {width:,} × {height:,} pixels; at most {most // 10**6} megapixels of its kind are "
            "allowed. Please make it smaller, or save it as an ordinary JPEG."
        )
    shorter, longer = min(width, height), max(width, height)
    if shorter < MIN_SIDE or longer > MAX_ASPECT * shorter:
        raise ImageError(
            f"A picture of {width:,} × {height:,} pixels is too small or too narrow to hold a digit; "
            f"at least {MIN_SIDE} pixels each way are needed, and at most {MAX_ASPECT} times as long as wide."
        )


def _turned_upright(grey: np.ndarray, image: Image.Image) -> np.ndarray:
    """A picture (h, w), turned as the Exif data of the file that it is from asks for."""
    try:
        turn = _UPRIGHT.get(int(image.getexif().get(_ORIENTATION, 1)))
    except Exception:  # damaged Exif data is no reason to refuse a picture that was decoded
        turn = None
    return grey if turn is None else np.ascontiguousarray(turn(grey))
