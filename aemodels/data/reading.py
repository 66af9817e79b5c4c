"""Bytes or a canvas array → one grey picture of a reasonable size, safely.

The bytes come from strangers, so everything that can be checked before decoding is: the length of the
file, its kind (an allow-list given to Pillow; the extension says nothing), the size that its header
claims. Only the first frame is ever decoded. Whatever a decoder then raises becomes one `ImageError`.

The result is a float32 array in [0, 1], at most `WORKING_PIXELS` large: what follows needs no more to find
a digit, and memory and time stay bounded however large the picture was.
"""

from __future__ import annotations

import io
import math
import threading
import warnings
from typing import Any

import numpy as np
from PIL import Image

from aemodels.errors import ImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 4_000_000
MIN_SIDE = 4
MAX_ASPECT = 100
WORKING_PIXELS = 400_000

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
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TILE_WIDTH, _TILE_LENGTH = 322, 323

# `warnings.catch_warnings` changes a setting of the whole process: one reader at a time. It also keeps
# the memory of many uploads at once that of one.
_one_reader = threading.Lock()


def read_grey(data: bytes) -> np.ndarray:
    """Decode a picture file to grey.

    Args:
        data: the file, at most `MAX_BYTES` long, in one of `FORMATS`, at most `MAX_PIXELS` large.

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
        _check_size(*image.size)  # some headers say something else than the picture behind them
        try:
            return _grey(_turned_upright(image))
        except ImageError:
            raise
        except Exception as error:
            raise ImageError(
                f"The picture's kind of pixels ({image.mode}) cannot be converted to grey. "
                f"Please save it as an ordinary {ALLOWED} picture."
            ) from error


def grey_from_array(array: np.ndarray) -> np.ndarray:
    """Grey picture from pixels, as a drawing canvas or a camera gives them.

    Args:
        array: uint8 (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA, at most `MAX_PIXELS` large.

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
    _check_size(pixels.shape[1], pixels.shape[0])
    return _grey(Image.fromarray(np.ascontiguousarray(pixels)))


def _open(data: bytes) -> Image.Image:
    """Read the header only, and refuse what its promises would cost too much."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(
            f"The picture has far too many pixels; at most {MAX_PIXELS // 10**6} megapixels are allowed. "
            "Please make it smaller."
        ) from error
    except Exception as error:
        raise ImageError(f"{_what_it_is(data)} Please give a {ALLOWED} picture.") from error
    _check_size(*image.size)
    if image.format == "TIFF":
        # A tile is unpacked as a whole, and may be far larger than the picture that it covers.
        tags: Any = getattr(image, "tag_v2", {})
        tile = (tags.get(_TILE_WIDTH, 0), tags.get(_TILE_LENGTH, 0))
        if not all(isinstance(side, int) for side in tile) or tile[0] * tile[1] > MAX_PIXELS:
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


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The picture has {width:,} × {height:,} pixels; at most {MAX_PIXELS // 10**6} megapixels "
            "(for example 2,000 × 2,000) are allowed. Please make it smaller."
        )
    shorter, longer = min(width, height), max(width, height)
    if shorter < MIN_SIDE or longer > MAX_ASPECT * shorter:
        raise ImageError(
            f"A picture of {width:,} × {height:,} pixels is too small or too narrow to hold a digit; "
            f"at least {MIN_SIDE} pixels each way are needed, and at most {MAX_ASPECT} times as long as wide."
        )


def _turned_upright(image: Image.Image) -> Image.Image:
    try:
        method = _UPRIGHT.get(int(image.getexif().get(_ORIENTATION, 1)))
    except Exception:  # damaged Exif data is no reason to refuse a picture that was decoded
        method = None
    return image if method is None else image.transpose(method)


def _grey(image: Image.Image) -> np.ndarray:
    """Any of Pillow's modes → float32 (h, w) in [0, 1] of working size."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(np.asarray(image))
    has_alpha = image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info
    if has_alpha:
        # Premultiplied, so that the colours hidden below transparent pixels do not leak when scaled down.
        if image.mode != "RGBa":
            image = image.convert("RGBA").convert("RGBa")
    elif image.mode in ("1", "L"):
        image = image.convert("L")
    elif image.mode in ("LAB", "HSV") or image.mode not in ("RGB", "P", "CMYK", "YCbCr", "RGBX"):
        image = image.getchannel(2 if image.mode == "HSV" else 0).convert("L")
    else:
        image = image.convert("RGB")
    image = _working_size(image)
    pixels = np.asarray(image, dtype=np.float32) / np.float32(255)
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 4:
        return _composited(pixels)
    return _most_telling_grey(pixels)


def _eight_bits(numbers: np.ndarray) -> Image.Image:
    """16- and 32-bit and float pixels, of whatever range, as 8 bits; what is not a number counts as ground."""
    values = numbers.astype(np.float32)
    finite = np.isfinite(values)
    sample = values[finite][:: 1 + values.size // 500_000].astype(np.float64)
    if sample.size == 0:
        raise ImageError("The picture holds no finite values. Please save it as an ordinary grey picture.")
    # A few broken pixels (hot ones of a camera) must not decide the range.
    low, ground, high = (float(value) for value in np.percentile(sample, [0.02, 50, 99.98]))
    if sample.size < 20_000 or not high > low:
        low, high = float(values[finite].min()), float(values[finite].max())
    if not high > low:
        return Image.fromarray(np.zeros(values.shape, np.uint8))
    values[~finite] = ground
    np.clip(values, low, high, out=values)
    # First to [-1, 1], in place: the difference of two float32 may overflow.
    largest = max(abs(low), abs(high))
    values /= np.float32(largest)
    values -= np.float32(low / largest)
    values *= np.float32(255 / max(high / largest - low / largest, 1e-6))
    return Image.fromarray(np.rint(values, out=values).clip(0, 255).astype(np.uint8))


def _working_size(image: Image.Image) -> Image.Image:
    width, height = image.size
    scale = math.sqrt(WORKING_PIXELS / (width * height))
    if scale >= 1:
        return image
    size = (max(MIN_SIDE, round(width * scale)), max(MIN_SIDE, round(height * scale)))
    return image.resize(size, Image.Resampling.BOX)


def _luminance(colours: np.ndarray) -> np.ndarray:
    """Luma of RGB in the last axis (ITU-R BT.601, as Pillow's own conversion)."""
    return colours[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)


def _composited(pixels: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA → grey on a ground that lets the ink be seen.

    If what is visible has one brightness, it is the ink, and the ground is the opposite of it. If it has
    several, it brings its own paper, and the ground takes the paper's (the median) brightness.
    """
    alpha = pixels[..., 3]
    light = _luminance(pixels)
    if float(alpha.min()) > 0.999:
        return _most_telling_grey(pixels[..., :3])
    visible = alpha > 0.5 * float(alpha.max())
    if not visible.any() or float(alpha.max()) < 0.02:
        return np.ones_like(alpha)  # nothing to be seen: a blank sheet
    brightness = light[visible] / alpha[visible]
    low, middle, high = np.percentile(brightness, [3, 50, 97])
    opposite = 1.0 if middle < 0.5 else 0.0
    ground = opposite if high - low < 0.3 else float(middle)
    return light + (1 - alpha) * np.float32(ground)


def _most_telling_grey(colours: np.ndarray) -> np.ndarray:
    """RGB → grey. Luma, unless one channel shows far more: yellow on white is visible in blue only."""
    light = _luminance(colours)
    spread = float(light.std())
    spreads = [float(colours[..., channel].std()) for channel in range(3)]
    best = int(np.argmax(spreads))
    return np.ascontiguousarray(colours[..., best]) if spreads[best] > 2.5 * spread else light
