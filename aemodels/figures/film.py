"""A walk's images as a film: an animated GIF, or a strip in one PNG that carries the codes it was made of."""

import io
import json
import math
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aemodels.config import is_finite_number
from aemodels.errors import ConfigError, ImageError
from aemodels.figures.images import Bytes, grid, to_uint8, upscale

MOST_IMAGES = 240
MOST_SCALE = 12
MOST_SECONDS = 60.0
MOST_GAP = 32
MOST_REMARK, MOST_TITLE = 1000, 200

SHORTEST_FRAME = 2
"""Hundredths of a second, a GIF's unit. Browsers show anything shorter for ten of them."""

GROUND = 96
"""The grey between the images of a strip: they are black at their edges, and the gaps are to be seen."""

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 16_000_000
"""Of a strip, when it is made and when it is read: what cannot be read back is not made."""

MOST_TEXT = 2_000_000
"""Characters of the codes in a strip: 240 codes of several hundred numbers."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def gif(
    images: ArrayLike,
    *,
    seconds: float = 3.0,
    scale: int = 6,
    there_and_back: bool = True,
    remark: str = "",
) -> bytes:
    """The images one after the other as a grey GIF that loops for ever.

    Args:
        images: (n, 28, 28, 1) or (n, 28, 28), floats in [0, 1] or uint8, 2 to 240 of them.
        seconds: how long one loop takes, above 0, at most 60, to a hundredth. It takes longer where an image
            would be shown for less than 20 ms, which browsers do not do.
        scale: the side of a pixel's square, 1 to 12.
        there_and_back: play the images backwards too, so that the loop has no jump; neither end is shown twice.
        remark: one line of at most 1,000 characters, the GIF's comment, in UTF-8.

    Returns:
        The file. Equal images in a row are one frame, shown for the time of them all.

    Raises:
        ImageError: these are no such images.
        ConfigError: another argument is not as above.
    """
    from PIL import Image

    tiles = _tiles(images, fewest=2)
    _check_whole("The enlargement", scale, 1, MOST_SCALE)
    if not is_finite_number(seconds) or not 0 < seconds <= MOST_SECONDS:
        raise ConfigError(
            f"A film takes more than 0 and at most {MOST_SECONDS:g} seconds; received {seconds!r:.80}."
        )
    _check_line("A remark", remark, MOST_REMARK)

    order = [*range(len(tiles)), *(range(len(tiles) - 2, 0, -1) if there_and_back else ())]
    hundredths = max(round(seconds * 100), SHORTEST_FRAME * len(order))
    # Whole hundredths that add up: a rounded duration for all would make the film up to a third longer.
    turns = np.arange(len(order) + 1) * hundredths // len(order)
    frames = [Image.fromarray(upscale(tiles[index], int(scale))) for index in order]
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[10 * int(duration) for duration in np.diff(turns)],
        loop=0,
        comment=remark.encode(),
        optimize=False,  # takes four times as long and saves nothing
    )
    return buffer.getvalue()


def strip_png(
    images: ArrayLike,
    codes: ArrayLike,
    *,
    scale: int = 4,
    gap: int = 2,
    most_in_row: int = 12,
    title: str = "",
) -> bytes:
    """All the images in one grey PNG, row by row, with their codes inside the file.

    The texts of the PNG are `codes`, a JSON list of lists, which `codes_in` reads, and `title` if there is one.

    Args:
        images: (n, 28, 28, 1) or (n, 28, 28), floats in [0, 1] or uint8, 1 to 240 of them.
        codes: (n, d), finite, one for each image.
        scale: the side of a pixel's square, 1 to 12.
        gap: pixels between the images, 0 to 32, not enlarged.
        most_in_row: images in a row, 1 to 240.
        title: one line of at most 200 characters.

    Raises:
        ImageError: these are no such images, or the strip would have more than 16 million pixels.
        ConfigError: another argument is not as above.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    tiles = _tiles(images, fewest=1)
    _check_whole("The enlargement", scale, 1, MOST_SCALE)
    _check_whole("The gap", gap, 0, MOST_GAP)
    _check_whole("The length of a row", most_in_row, 1, MOST_IMAGES)
    _check_line("A title", title, MOST_TITLE)
    texts = PngInfo()
    texts.add_text("codes", _json(codes, len(tiles)))
    if title:
        texts.add_text("title", title)

    columns = min(int(most_in_row), len(tiles))
    side = 28 * int(scale) + int(gap)
    if math.ceil(len(tiles) / columns) * columns * side**2 > MOST_PIXELS:
        raise ImageError(
            f"This strip would have more than {MOST_PIXELS // 10**6} million pixels."
            " Choose fewer images or a smaller enlargement."
        )
    enlarged = np.stack([upscale(tile, int(scale)) for tile in tiles])
    buffer = io.BytesIO()
    Image.fromarray(grid(enlarged, columns, int(gap), GROUND)).save(buffer, format="PNG", pnginfo=texts)
    return buffer.getvalue()


def codes_in(png: bytes) -> list[list[float]]:
    """The codes that `strip_png` wrote into a PNG, as many numbers in each.

    The file may come from a stranger: its length and its size are checked first, and its pixels never unpacked.

    Raises ImageError for what is no PNG, too large, damaged, or without codes that make sense.
    """
    from PIL import Image

    if not isinstance(png, bytes) or not png.startswith(_SIGNATURE):
        raise ImageError("This is not a PNG. Give a film strip that this page has made.")
    if len(png) > MOST_BYTES:
        raise ImageError(
            f"The file is {len(png) / 2**20:.1f} MB large; a film strip has at most {MOST_BYTES // 2**20} MB."
        )
    damaged = ImageError("The PNG is damaged: it cannot be read. Download the film strip again.")
    if len(png) < 24 or png[12:16] != b"IHDR":
        raise damaged
    # Before Pillow sees it: it only warns of a large picture, where nobody reads it.
    width, height = struct.unpack(">II", png[16:24])
    if width * height > MOST_PIXELS:
        raise ImageError(
            f"The picture is {width} x {height} pixels large; a film strip has at most"
            f" {MOST_PIXELS // 10**6} million. Give a smaller one."
        )
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            text = picture.info.get("codes")
    except Exception as error:  # a reader fed with arbitrary bytes raises nearly anything
        raise damaged from error
    if not isinstance(text, str):
        raise ImageError("There are no codes in this PNG. Give a film strip as it was downloaded.")
    return _parsed(text)


def _parsed(text: str) -> list[list[float]]:
    nonsense = ImageError("The codes in this PNG make no sense. Give a film strip as it was downloaded.")
    if len(text) > MOST_TEXT:
        raise nonsense
    try:
        codes = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise nonsense from error
    if not isinstance(codes, list) or not 1 <= len(codes) <= MOST_IMAGES:
        raise nonsense
    if not all(isinstance(code, list) and code and len(code) == len(codes[0]) for code in codes):
        raise nonsense
    if not all(is_finite_number(number) for code in codes for number in code):
        raise nonsense
    return [[float(number) for number in code] for code in codes]


def _json(codes: ArrayLike, count: int) -> str:
    """The codes with as many digits as their precision needs: a float32 of 0.1 is 0.1, and comes back the same."""
    try:
        values = np.asarray(codes)
        numbers = [[float(str(number)) for number in code] for code in values]
    except (TypeError, ValueError) as error:
        raise ConfigError("The codes of a strip are lists of numbers, all of one length.") from error
    if values.ndim != 2 or len(values) != count or not values.shape[1]:
        raise ConfigError(
            f"A strip of {count} images has as many codes, shape ({count}, d); received {values.shape}."
        )
    if not np.isfinite(numbers).all():
        raise ConfigError("The codes of a strip must be finite numbers. Remove what is not.")
    text = json.dumps(numbers)
    if len(text) > MOST_TEXT:
        raise ConfigError(
            f"Codes of {values.shape[1]} numbers are too long for a strip. Choose fewer images."
        )
    return text


def _tiles(images: ArrayLike, fewest: int) -> Bytes:
    pixels: NDArray = np.asarray(images)
    if pixels.shape[1:] not in ((28, 28), (28, 28, 1)) or not (
        pixels.dtype == np.uint8 or pixels.dtype.kind == "f"
    ):
        raise ImageError(
            "A film is made of images of shape (n, 28, 28, 1), floats in [0, 1] or uint8;"
            f" received {pixels.dtype} of shape {pixels.shape}."
        )
    if not fewest <= len(pixels) <= MOST_IMAGES:
        raise ImageError(f"A film is made of {fewest} to {MOST_IMAGES} images; received {len(pixels)}.")
    if not np.isfinite(pixels).all():
        raise ImageError(
            "The images are not finite numbers: the model's training has diverged. Train it again."
        )
    return to_uint8(pixels)


def _check_whole(what: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{what} is a whole number from {low} to {high}; received {value!r:.80}.")


def _check_line(what: str, text: str, most: int) -> None:
    """One line that can be written as UTF-8: no control characters, no half of a pair."""
    letters: Sequence[int] = [ord(letter) for letter in text] if isinstance(text, str) else [0]
    if len(letters) > most or any(letter < 32 or 0xD800 <= letter < 0xE000 for letter in letters):
        raise ConfigError(f"{what} is one line of at most {most} characters. Shorten it.")
