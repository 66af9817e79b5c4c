"""Several digits in one picture: how many, in which order, and each as if it stood alone."""

import io

import numpy as np
import pytest
from PIL import Image

from aemodels.data.images import prepare_all, prepare_all_array, prepare_array, prepare_steps
from aemodels.data.several import digits_in, reading_order
from aemodels.errors import ImageError
from tests.unit.data.hand_drawn import Person, extent, placed, sheet

ROWS = {
    "a short row": ["7305"],
    "a telephone number": ["0461", "295837"],
    "every digit": ["01234567", "89"],
}


def written(rows, seed, *, height=60, gap=0.35, pen=4):
    """Rows of digits in one hand: for each digit its strokes, in reading order, and the sheet's size."""
    person = Person(seed)
    digits, right, top = [], 0.0, 20.0
    for row in rows:
        left = 20.0
        for digit in row:
            tall = height * person.random.uniform(0.85, 1.1)
            strokes = placed(person.strokes(int(digit)), tall, left, top + person.random.uniform(-5, 5))
            digits.append(strokes)
            left += extent(strokes)[0] + pen + gap * height
        right, top = max(right, left), top + 1.5 * height
    return digits, (int(top + 20), int(right + 20))


def lit_from_the_side(pixels, seed=0):
    rows, columns = np.mgrid[0 : 1 : pixels.shape[0] * 1j, 0 : 1 : pixels.shape[1] * 1j]
    noise = np.random.default_rng(seed).normal(0, 0.01, pixels.shape)
    photo = (0.15 + 0.75 * pixels / 255) * (1 - 0.35 * columns + 0.1 * rows) + noise
    return (photo.clip(0, 1) * 255).astype(np.uint8)


GROUNDS = {
    "dark on light": lambda pixels: pixels,
    "light on dark": lambda pixels: 255 - pixels,
    "uneven light and noise": lit_from_the_side,
}


def together(digits):
    return [line for strokes in digits for line in strokes]


def difference(one, other):
    """Mean difference of two images: at best, since a centre of mass between two pixels may go either way."""
    shifts = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return min(float(np.abs(np.roll(one.image, by, (1, 2)) - other.image).mean()) for by in shifts)


def encoded(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("seed", [0, 3])
def test_each_digit_is_found_in_order_and_is_as_if_it_stood_alone(rows, ground, seed):
    digits, size = written(rows, seed)
    got = prepare_all_array(GROUNDS[ground](sheet(together(digits), size, 4)))
    assert len(got) == len(digits)
    for digit, prepared in zip(digits, got, strict=True):
        assert difference(prepared, prepare_array(sheet(digit, size, 4))) < 0.03


def test_the_steps_of_each_digit_are_its_own():
    digits, size = written(["482"], 1)
    picture = sheet(together(digits), size, 4)
    for digit, prepared in zip(digits, prepare_all_array(picture), strict=True):
        top, left, bottom, right = prepared.box
        points = np.concatenate(digit)
        np.testing.assert_allclose([left, top], points.min(axis=0) - 2, atol=2)
        np.testing.assert_allclose([right, bottom], points.max(axis=0) + 2, atol=2)
        assert prepared.size == size
        seen, found = prepared.steps[0].image, prepared.steps[1].image
        assert seen.shape == found.shape
        assert seen.shape < picture.shape
        # The ink step holds this digit's ink alone, all of it, at the place where the first step shows it.
        alone = sheet(digit, size, 4) < 128
        assert (found > 128).sum() == pytest.approx(alone.sum(), rel=0.1)
        assert (seen[found > 200] < 100).all()
        np.testing.assert_allclose(prepared.steps[-1].image / 255, prepared.image[0, ..., 0], atol=1e-6)


@pytest.mark.parametrize("digit", range(10))
def test_one_digit_is_what_prepare_steps_makes_of_it(digit):
    data = encoded(sheet(placed(Person(digit).strokes(digit), 120, 60, 40), (200, 200), 6))
    (one,), whole = prepare_all(data), prepare_steps(data)
    np.testing.assert_array_equal(one.image, whole.image)
    assert one.box == whole.box
    for mine, other in zip(one.steps, whole.steps, strict=True):
        np.testing.assert_array_equal(mine.image, other.image)


def boxes_of(*shapes):
    return np.array(shapes)


def test_strokes_of_a_digit_stay_together():
    one = (0, 0, 100, 20)
    # top, left, bottom, right; always beside a 1 that is 100 high
    cases = {
        "the bar of a 5": [(0, 150, 10, 200), (14, 145, 100, 195)],
        "the two strokes of a 4": [(0, 150, 60, 210), (10, 190, 100, 198)],
        "the bar of a 7": [(0, 150, 100, 200), (45, 150, 55, 205)],
        "a broken stroke": [(0, 150, 48, 170), (52, 148, 100, 168)],
        "a thin stroke broken to the side": [(0, 150, 100, 190), (90, 195, 100, 215)],
    }
    for marks in cases.values():
        assert digits_in(boxes_of(one, *marks)) == ((1,), (2, 3))


def test_hyphens_and_dots_are_left_out():
    assert digits_in(boxes_of((0, 0, 100, 50), (45, 70, 55, 100), (0, 120, 100, 170))) == ((1,), (3,))
    assert digits_in(boxes_of((0, 0, 100, 50), (90, 70, 100, 80), (0, 100, 100, 150))) == ((1,), (3,))


def test_a_small_digit_is_a_digit():
    assert digits_in(boxes_of((0, 0, 100, 50), (0, 70, 100, 120), (30, 150, 75, 190))) == ((1,), (2,), (3,))


def test_lines_that_run_askew_are_read_one_after_the_other():
    upper = [(6 * place, 60 * place, 6 * place + 50, 60 * place + 40) for place in range(10)]
    lower = [(top + 75, left, bottom + 75, right) for top, left, bottom, right in upper]
    order = np.random.default_rng(0).permutation(20)
    boxes = np.array(upper + lower)[order]
    assert [int(order[place]) for place in reading_order(boxes)] == list(range(20))


def test_more_than_sixteen_digits_are_refused_with_a_sentence():
    digits, size = written(["17171717", "17171717", "1"], 2)
    with pytest.raises(ImageError, match=r"17 digits; at most 16.*Please"):
        prepare_all_array(sheet(together(digits), size, 4))
    digits, size = written(["17171717", "17171717"], 2)
    assert len(prepare_all_array(sheet(together(digits), size, 4))) == 16


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", encoded(np.full((50, 90), 255, np.uint8))])
def test_what_prepare_refuses_is_refused_with_a_sentence(data):
    with pytest.raises(ImageError, match=r"Please .*\."):
        prepare_all(data)


def test_scanned_digits_of_several_people_are_told_apart():
    """scikit-learn's bundled digits of 8 × 8, enlarged and set side by side."""
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(0)
    images = load_digits().images
    counts = []
    for _ in range(6):
        row = []
        for image in images[rng.integers(0, len(images), 5)]:
            tile = Image.fromarray((255 - image * 15.9).astype(np.uint8)).resize(
                (64, 64), Image.Resampling.BICUBIC
            )
            row.append(np.pad(np.asarray(tile), 12, constant_values=255))
        counts.append(len(prepare_all_array(np.concatenate(row, axis=1))))
    assert counts == [5] * 6
