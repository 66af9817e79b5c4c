"""Any picture a person brings → one image as MNIST made its own: the only way into the image contract.

After LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998),
section III.A: the digit is scaled, with its aspect kept, into a box of 20 × 20, whose grey levels come from
the anti-aliasing of that scaling, and the box is placed so that its centre of mass is the centre of
28 × 28. Reading the bytes is `reading.py`, finding the ink `ink.py`, telling several digits apart
`several.py`, the thickness of strokes `strokes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aemodels.data.ink import Marks, find_marks
from aemodels.data.reading import grey_from_array, read_grey
from aemodels.data.several import MOST_DIGITS, box_around, digits_in
from aemodels.data.strokes import BOX, fine_shape, scaled_to_box, with_usual_width
from aemodels.errors import ImageError

SIDE = 28
# Index of the pixel where MNIST's centres of mass lie: within half a pixel, in all of its images.
CENTRE = 14.0


@dataclass(frozen=True)
class Step:
    """One step of the preparation, to be shown: `image` is uint8 (h, w), `text` one sentence."""

    name: str
    title: str
    image: np.ndarray
    text: str


@dataclass(frozen=True)
class Prepared:
    """A picture made ready. `image`: float32 (1, 28, 28, 1) in [0, 1], 1 = ink; `steps`: how it came so.

    `box`: top, left, bottom and right of the digit's ink, the last two exclusive, in pixels of the picture as it
    was read, whose height and width is `size`: a large one is read smaller.
    """

    image: np.ndarray
    steps: tuple[Step, ...]
    box: tuple[int, int, int, int]
    size: tuple[int, int]


def prepare(data: bytes) -> np.ndarray:
    """Turn a picture file into a model's input.

    Args:
        data: a PNG, JPEG, WebP, BMP, GIF or TIFF file, at most 10 MB and 12 megapixels (an ordinary
            JPEG 50, a WebP 4), with one digit on it.

    Returns:
        float32 (1, 28, 28, 1) in [0, 1], 1 = full ink on a black ground.

    Raises:
        ImageError: not such a file, damaged, too large, or nothing on it.
    """
    return prepare_steps(data).image


def prepare_steps(data: bytes) -> Prepared:
    """As `prepare`, with every step as a picture and a sentence. Raises ImageError as `prepare` does."""
    return _prepared(read_grey(data))


def prepare_array(array: np.ndarray) -> Prepared:
    """As `prepare_steps`, from pixels instead of a file, as a drawing canvas gives them.

    Args:
        array: uint8 (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA, at most 4 megapixels.

    Raises:
        ImageError: another type or shape, or nothing on it.
    """
    return _prepared(grey_from_array(array))


def prepare_all(data: bytes) -> tuple[Prepared, ...]:
    """Find the digits in a picture (a row, a telephone number, a few lines) and prepare each.

    Digits that touch are one to it, and come as one. Hyphens and dots between digits are left out.

    Args:
        data: a file as for `prepare`, with up to 16 digits on an even ground.

    Returns:
        Each digit, in reading order: lines from top to bottom, each from left to right. The steps of one begin
        with its part of the picture. Of a single digit, what `prepare_steps` returns.

    Raises:
        ImageError: as `prepare` does, and where there are more than 16 digits.
    """
    return _all_prepared(read_grey(data))


def prepare_all_array(array: np.ndarray) -> tuple[Prepared, ...]:
    """As `prepare_all`, from pixels as `prepare_array` takes them. Raises ImageError as both do."""
    return _all_prepared(grey_from_array(array))


def _all_prepared(grey: np.ndarray) -> tuple[Prepared, ...]:
    marks = find_marks(grey)
    digits = digits_in(marks.boxes)
    if len(digits) > MOST_DIGITS:
        raise ImageError(
            f"The picture seems to show {len(digits)} digits; at most {MOST_DIGITS} are read at once. "
            "Please cut it into parts."
        )
    if len(digits) <= 1:
        return (_whole(grey, marks),)
    return tuple(_part(grey, marks, digit) for digit in digits)


def _part(grey: np.ndarray, marks: Marks, digit: tuple[int, ...]) -> Prepared:
    """One digit of several. It is shown with a quarter of its longer side around it."""
    box = box_around(marks.boxes[[number - 1 for number in digit]])
    around = round(0.25 * max(box[2] - box[0], box[3] - box[1]))
    place = tuple(
        slice(max(start - around, 0), min(stop + around, length))
        for start, stop, length in zip(box[:2], box[2:], grey.shape, strict=True)
    )
    return _steps(grey[place], marks.ink(digit)[place], marks.light_on_dark, box, grey.shape)


def _prepared(grey: np.ndarray) -> Prepared:
    return _whole(grey, find_marks(grey))


def _whole(grey: np.ndarray, marks: Marks) -> Prepared:
    """The one digit that all marks are."""
    box = box_around(marks.boxes)
    prepared = _steps(grey, marks.ink(), marks.light_on_dark, box, grey.shape)
    finished = grey if marks.light_on_dark else 1 - grey
    if not is_like_mnist(finished):
        return prepared
    kept = Step("centred", "Already as MNIST's", _bytes(finished), _KEPT)
    return replace(prepared, image=_contract(_bytes(finished)), steps=(*prepared.steps[:2], kept))


def _steps(
    grey: np.ndarray,
    strength: np.ndarray,
    light_on_dark: bool,
    box: tuple[int, int, int, int],
    size: tuple[int, ...],
) -> Prepared:
    seen = Step("seen", "As it came", _bytes(grey), "The picture in grey, upright, nothing transparent.")
    found = Step(
        "ink",
        "Ink found",
        _bytes(strength),
        f"{'Light on dark' if light_on_dark else 'Dark on light, so turned round'}: the ink alone, without "
        "the ground, its shadows and specks.",
    )
    shape = fine_shape(strength)
    cropped = Step(
        "cropped", "Cropped", _bytes(shape), "Cut to the ink, as ten fine pixels for each that remains."
    )
    even, width, aim = with_usual_width(shape)
    if aim > width:
        change = f"Strokes of {width:.1f} pixels, thinner than most in MNIST, are thickened to {aim:.1f}."
    elif aim < width:
        change = f"Strokes of {width:.1f} pixels, thicker than most in MNIST, are eased to {aim:.1f}."
    else:
        change = f"Strokes of {width:.1f} pixels are as MNIST often has them, and stay."
    thickened = Step("thickened", "Stroke width", _bytes(even), change)
    small = scaled_to_box(even)
    scaled = Step(
        "scaled",
        f"Scaled to {BOX} × {BOX}",
        _bytes(small),
        "The longer side fills the box; the aspect is kept.",
    )
    image = centred(small)
    centre = Step(
        "centred", f"Centred in {SIDE} × {SIDE}", _bytes(image), "The centre of mass is in the middle."
    )
    steps = (seen, found, cropped, thickened, scaled, centre)
    return Prepared(_contract(steps[-1].image), steps, box, (size[0], size[1]))


_KEPT = f"It already is {SIDE} × {SIDE}, scaled and centred as MNIST's images are: nothing is changed."


def is_like_mnist(image: np.ndarray) -> bool:
    """Whether an image, float32 (h, w), light on dark, already is as MNIST makes its own.

    28 × 28, an edge that is black but for a stroke or two, ink that fills 20 pixels one way and no more the
    other, its centre of mass in the middle: true of MNIST's images, and of whatever `prepare` returns.
    """
    if image.shape != (SIDE, SIDE):
        return False
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    if float((edge > 0.02).mean()) > 0.2 or float(image.max()) < 0.9:
        return False
    inked = image > 0.02
    extents = [int(np.ptp(np.flatnonzero(inked.any(axis=axis)))) + 1 for axis in (0, 1)]
    if not BOX - 1 <= max(extents) <= BOX:
        return False
    return all(abs(place - CENTRE) < 0.55 for place in centre_of_mass(image))


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Row and column, as indices of pixels, of the centre of mass of a non-negative image (h, w)."""
    mass = float(image.sum(dtype=np.float64))
    rows, columns = image.sum(axis=1, dtype=np.float64), image.sum(axis=0, dtype=np.float64)
    return float(rows @ np.arange(len(rows))) / mass, float(columns @ np.arange(len(columns))) / mass


def centred(box: np.ndarray) -> np.ndarray:
    """Place a float32 (20, 20) box in (28, 28), by whole pixels, with its centre of mass in the middle."""
    image = np.zeros((SIDE, SIDE), np.float32)
    top, left = (int(np.clip(round(CENTRE - place), 0, SIDE - BOX)) for place in centre_of_mass(box))
    image[top : top + BOX, left : left + BOX] = box
    return image


def _bytes(values: np.ndarray) -> np.ndarray:
    """Values in [0, 1], or bool → uint8."""
    if values.dtype == bool:
        return values.astype(np.uint8) * np.uint8(255)
    return (values * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def _contract(image: np.ndarray) -> np.ndarray:
    """uint8 (28, 28) → float32 (1, 28, 28, 1): with 256 levels, as the data sets have."""
    return (image.astype(np.float32) / 255)[None, :, :, None]
