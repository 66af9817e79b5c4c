"""How dark the ink is against its ground, on paper, screen or board, lit evenly or not.

Three steps: which of dark and light is the ink (the border shows the ground), what the ground would look
like without ink (a robust quadratic surface for slow changes of light, then a morphological closing, which
keeps the edges of shadows), and how dark the ink is against it (as a ratio, because light multiplies).

The closing as an estimate of the ground is that of rolling-ball and top-hat methods (Sternberg,
"Biomedical image processing", 1983).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aemodels.errors import ImageError

LEAST_CONTRAST = 0.035  # of the ground's brightness: paler marks cannot be told from paper and compression
LEAST_SIGMAS = 5.0  # of the ground's noise
WINDOWS = (0.03, 0.06, 0.12, 0.22, 0.36)  # sides of the closing's window, in shorter sides of the picture
SPECK = 0.03  # marks below this share of the largest one's area are dirt

NOTHING = (
    "There is nothing on the picture that looks like ink. Please draw or photograph one digit, "
    "clearly darker or lighter than its ground."
)


def against_ground(grey: np.ndarray) -> tuple[np.ndarray, float, bool]:
    """How strong the ink is everywhere in a picture.

    Args:
        grey: float32 (h, w) in [0, 1], 0 = black.

    Returns:
        The strength, float32 (h, w) in [0, 1], 1 = full ink, about 0 on the ground; the ground's noise (standard
        deviation) on that scale; and whether the ink is lighter than the ground.

    Raises:
        ImageError: nothing stands out from the ground.
    """
    if float(grey.max() - grey.min()) < LEAST_CONTRAST / 2:
        raise ImageError(NOTHING)
    even = _has_even_ground(grey)
    light_on_dark = _deviation(grey) > 0 if even else _is_light_on_dark(grey)
    paper = 1 - grey if light_on_dark else grey
    strength, noise = _levelled(_against_even_ground(paper) if even else _against_ground(paper))
    return strength, noise, light_on_dark


def _border(values: np.ndarray) -> np.ndarray:
    """The pixels of the outer frame, 1/28 of the shorter side thick, as one row."""
    edge = max(1, min(values.shape) // 28)
    sides = (values[:edge], values[-edge:], values[edge:-edge, :edge], values[edge:-edge, -edge:])
    return np.concatenate([side.ravel() for side in sides])


def _coarse(values: np.ndarray, side: int) -> np.ndarray:
    """Every so many pixels, averaged over blocks, so that no side is longer than about `side`."""
    step = -(-max(values.shape) // side)
    if step == 1:
        return values
    height, width = (max(1, length // step) for length in values.shape)
    if min(values.shape) < step:
        return values[:: max(1, min(step, values.shape[0])), ::step]
    blocks = values[: height * step, : width * step].reshape(height, step, width, step)
    return blocks.mean(axis=(1, 3), dtype=np.float32)


def _surface(grey: np.ndarray) -> np.ndarray:
    """Quadratic surface through the ground: least absolute deviations, so that ink does not pull it."""
    small = _coarse(grey, 64)
    terms = _quadratic_terms(small.shape)
    target = small.ravel().astype(np.float64)
    weights = np.ones_like(target)
    coefficients = np.zeros(terms.shape[1])
    for _ in range(12):  # iteratively reweighted least squares
        weighted = terms * weights[:, None]
        coefficients = np.linalg.lstsq(weighted.T @ terms, weighted.T @ target, rcond=None)[0]
        weights = 1 / np.maximum(np.abs(target - terms @ coefficients), 0.01)
    rows, columns = (np.linspace(-1, 1, length) for length in grey.shape)
    a, b, c, d, e, f = coefficients
    surface = (a + b * rows + d * rows**2)[:, None] + (c * columns + e * columns**2)[None, :]
    surface += f * np.outer(rows, columns)
    return surface.astype(np.float32)


def _quadratic_terms(shape: tuple[int, int]) -> np.ndarray:
    rows, columns = np.meshgrid(*(np.linspace(-1, 1, length) for length in shape), indexing="ij")
    rows, columns = rows.ravel(), columns.ravel()
    return np.stack([np.ones_like(rows), rows, columns, rows**2, columns**2, rows * columns], axis=1)


def _has_even_ground(grey: np.ndarray) -> bool:
    """Whether the border is a drawing's or a screenshot's: most of it one value, to a hundredth."""
    border = _border(grey)
    return float((np.abs(border - np.median(border)) < 0.012).mean()) > 0.55


def _is_light_on_dark(grey: np.ndarray) -> bool:
    """Whether the ink is lighter than the ground.

    Only for uneven ground, where strokes tell: filled by a closing they are dark, removed by an opening light,
    and one of the two finds far more. If neither does, the border shows the ground, and the picture deviates
    from it towards the ink. The answer for an inverted picture is the opposite one.
    """
    small = _coarse(grey - _surface(grey), 250)
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(small, 0.6)
    for window in (0.04, 0.08, 0.16):
        side = max(3, round(window * min(small.shape)))
        above = float(((smooth - ndimage.grey_opening(smooth, side)).astype(np.float64) ** 3).sum())
        below = float(((ndimage.grey_closing(smooth, side) - smooth).astype(np.float64) ** 3).sum())
        if max(above, below) > 2 * min(above, below):
            return above > below
    return _deviation(small) > 0


def _deviation(values: np.ndarray) -> float:
    """To which side of its border a picture deviates, strong deviations counting more than many."""
    away = values - np.median(_border(values))
    return float((away * away * away).sum(dtype=np.float64))


def _against_even_ground(paper: np.ndarray) -> np.ndarray:
    """Dark ink on light paper → the share of the light that the ink swallows, float32, about 0 on the ground."""
    ground = max(float(np.median(_border(paper))), 0.05)
    return 1 - paper / np.float32(ground)


def _against_ground(paper: np.ndarray) -> np.ndarray:
    """As `_against_even_ground`, where the ground is uneven.

    It is estimated by closing with a window wider than the strokes, but no wider
    than need be: wide windows also fill shadows in corners.
    """
    from scipy import ndimage

    flat = paper / np.maximum(_surface(paper), 0.05)
    shorter = min(paper.shape)
    if shorter >= 100:
        flat = ndimage.gaussian_filter(flat, shorter / 800)
    return _narrowest_that_shows_it(lambda window: _above_closing(flat, window), shorter)


def _above_closing(flat: np.ndarray, window: float) -> np.ndarray:
    """How dark the ink is against the picture closed with a window of that many shorter sides."""
    from scipy import ndimage

    side = max(3, round(window * min(flat.shape)))
    ground = ndimage.grey_closing(flat, (side, side), mode="nearest")
    return 1 - flat / np.maximum(ground, 0.05)


def _narrowest_that_shows_it(found_with: Callable[[float], np.ndarray], shorter: int) -> np.ndarray:
    """Of the ink found with ever wider windows, the first that holds a whole digit.

    It does if its largest mark is much longer than the window (what a too narrow one leaves of a thick
    stroke is not), if that mark does not grow much in the widest, and if its marks are no more than there. If
    none does, the first that shows nearly all of the darkest ink.
    """
    from scipy import ndimage

    widest = found_with(WINDOWS[-1])
    strongest = _full_strength(widest)[0]
    maps = []
    for window in WINDOWS:
        strength = widest if window == WINDOWS[-1] else found_with(window)
        maps.append(strength)
        try:
            full = _full_strength(strength)[0]
        except ImageError:
            continue
        if full < 0.4 * strongest:
            continue
        labels, count = ndimage.label(strength > 0.5 * full, np.ones((3, 3), int))
        if count == 0:
            continue
        areas = np.bincount(labels.ravel())
        largest = int(np.argmax(areas[1:])) + 1
        extent = max(part.stop - part.start for part in ndimage.find_objects(labels, largest)[largest - 1])
        if extent < 1.5 * window * shorter:
            continue
        grown, _ = ndimage.label(widest > 0.5 * full, np.ones((3, 3), int))
        grown_areas = np.bincount(grown.ravel())
        whole = np.unique(grown[labels == largest])
        if int(grown_areas[whole[whole > 0]].sum()) >= 1.7 * int(areas[largest]):
            continue
        # Where a wider window joins marks, and adds little to them, this one broke a stroke at its crossings.
        large = np.flatnonzero(areas[1:] > SPECK * areas[largest]) + 1
        parents = np.unique(grown[np.isin(labels, large)])
        parents = parents[parents > 0]
        if len(parents) >= len(large) or int(grown_areas[parents].sum()) > 1.7 * int(areas[large].sum()):
            return strength
    dark = [int((strength > 0.75 * strongest).sum()) for strength in maps]
    return next(strength for strength, area in zip(maps, dark, strict=True) if area >= 0.85 * max(dark))


def _levelled(raw: np.ndarray) -> tuple[np.ndarray, float]:
    """Scale so that the ground is 0 and ink 1; also the ground's noise (standard deviation) on that scale."""
    full, ground, noise = _full_strength(raw)
    return np.clip((raw - np.float32(ground)) / np.float32(full), 0, 1).astype(np.float32), noise / full


def _full_strength(raw: np.ndarray) -> tuple[float, float, float]:
    """How strong full ink is over the ground, the ground's own level and its noise (standard deviation)."""
    if 2 * np.count_nonzero(raw) < raw.size:  # a drawing: both medians are 0, without looking for them
        ground, noise = 0.0, 0.0
    else:
        ground = float(np.median(raw))
        noise = 1.4826 * float(np.median(np.abs(raw - ground)))
    if noise > 0.1:  # so much ink that the median is in it, or a texture: the lower half then is the ground
        lower = raw[raw <= (raw.min() + raw.max()) / 2]
        ground = float(np.median(lower))
        noise = 1.4826 * float(np.median(np.abs(lower - ground)))
    elif ground > 0.5 * float(raw.max()):  # a thick digit that covers more than half of an even ground
        ground, noise = 0.0, 0.0
    over = raw - ground
    marks = over[over > max(LEAST_SIGMAS * noise, LEAST_CONTRAST)].astype(np.float64)
    if marks.size == 0:
        raise ImageError(NOTHING)
    # A mean in which strong marks count far more than weak ones: a shadow is large, but ink is darker.
    fifth = marks * marks
    fifth *= fifth * marks
    strong = marks[marks > 0.6 * float(fifth @ marks / fifth.sum())]
    return float(np.percentile(strong, 60)), ground, noise
