"""A picture that Pillow decoded, of whatever mode → grey of a reasonable size.

Large pictures are worked through in bands, each made smaller before the next is looked at, so that beside
the decoded picture itself only a few megabytes are needed, whatever its kind of pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from aemodels.errors import ImageError

WORKING_PIXELS = 400_000
MIN_SIDE = 4
_BAND_PIXELS = 1_000_000


def grey_of(image: Image.Image) -> np.ndarray:
    """Any of Pillow's modes → float32 (h, w) in [0, 1] of working size, 0 = black, nothing transparent.

    Raises ImageError where no pixel is a finite number.
    """
    pixels = np.asarray(_small(image))
    if pixels.ndim == 3 and pixels.shape[2] == 3 and _is_colourless(pixels):
        pixels = pixels[..., 0]
    values = pixels.astype(np.float32)
    values /= 255
    if values.ndim == 2:
        return values
    return _composited(values) if values.shape[2] == 4 else _most_telling_grey(values)


def _small(image: Image.Image) -> Image.Image:
    """The picture in working size, of mode L, RGB or RGBa (premultiplied)."""
    width, height = image.size
    shrink = max(1, min(int(math.sqrt(width * height / WORKING_PIXELS)), min(width, height) // MIN_SIDE))
    span = _span(image) if _holds_numbers(image) else None
    if shrink == 1:
        return _working_size(_ordinary(image, span))
    rows = max(1, _BAND_PIXELS // (width * shrink)) * shrink
    parts = [_ordinary(band, span).reduce(shrink) for band in _bands(image, rows)]
    whole = Image.new(parts[0].mode, (parts[0].width, sum(part.height for part in parts)))
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return _working_size(whole)


def _bands(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _working_size(image: Image.Image) -> Image.Image:
    width, height = image.size
    scale = math.sqrt(WORKING_PIXELS / (width * height))
    if scale >= 1:
        return image
    size = (max(MIN_SIDE, round(width * scale)), max(MIN_SIDE, round(height * scale)))
    return image.resize(size, Image.Resampling.BOX)


def _holds_numbers(image: Image.Image) -> bool:
    return image.mode.startswith("I") or image.mode == "F"


def _ordinary(image: Image.Image, span: _Span | None) -> Image.Image:
    """Any mode → L, RGB, or RGBa: premultiplied, so that colours below transparent pixels do not leak."""
    if span is not None:
        image = span.eight_bits(np.asarray(image))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info:
        return image if image.mode == "RGBa" else image.convert("RGBA").convert("RGBa")
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode in ("LAB", "HSV") or image.mode not in ("RGB", "P", "CMYK", "YCbCr", "RGBX"):
        return image.getchannel(2 if image.mode == "HSV" else 0).convert("L")
    return image.convert("RGB")


@dataclass(frozen=True)
class _Span:
    """What of 16- and 32-bit and float pixels is black, ground and white."""

    low: float
    ground: float
    high: float

    def eight_bits(self, numbers: np.ndarray) -> Image.Image:
        """Numbers (h, w) → mode L; what is not finite counts as ground."""
        low, high = self.low, self.high
        if not high > low:
            return Image.fromarray(np.zeros(numbers.shape, np.uint8))
        values = numbers.astype(np.float32)
        values[~np.isfinite(values)] = self.ground
        np.clip(values, low, high, out=values)
        # First to [-1, 1], in place: the difference of two float32 may overflow.
        largest = max(abs(low), abs(high))
        values /= np.float32(largest)
        values -= np.float32(low / largest)
        values *= np.float32(255 / max(high / largest - low / largest, 1e-6))
        return Image.fromarray(np.rint(values, out=values).clip(0, 255).astype(np.uint8))


def _span(image: Image.Image) -> _Span:
    """Black, ground and white of a picture of numbers, from a sample of them if it is large."""
    step = 1 + image.width * image.height // 500_000
    samples, least, most = [], math.inf, -math.inf
    for band in _bands(image, max(1, _BAND_PIXELS // image.width)):
        values = np.asarray(band).astype(np.float32)
        finite = values[np.isfinite(values)]
        if finite.size:
            samples.append(finite[::step].astype(np.float64))
            least, most = min(least, float(finite.min())), max(most, float(finite.max()))
    if not samples:
        raise ImageError("The picture holds no finite values. Please save it as an ordinary grey picture.")
    sample = np.concatenate(samples)
    # A few broken pixels (hot ones of a camera) must not decide the range.
    low, ground, high = (float(value) for value in np.percentile(sample, [0.02, 50, 99.98]))
    if sample.size < 20_000 or not high > low:
        low, high = least, most
    return _Span(low, ground, high)


def _is_colourless(pixels: np.ndarray) -> bool:
    """Whether red, green and blue of uint8 (h, w, 3) are the same everywhere."""
    return np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 1], pixels[..., 2])


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
