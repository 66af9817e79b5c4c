"""Any picture → one image as MNIST made its own.

The digits are drawn here, by code. What MNIST's images are like is hard-coded as figures, measured once on
the first 6,000 training images: mass of ink 103 pixels at the mean (1 % below 40, 1 % above 189), strokes
2.45 pixels wide at the mean, the longer side 20 pixels, the centre of mass within half a pixel of index 14.
"""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aemodels.data.images import prepare, prepare_array, prepare_steps
from aemodels.errors import ImageError


def arc(cx, cy, rx, ry, start, stop):
    angles = np.radians(np.linspace(start, stop, 16))
    return [(cx + rx * np.cos(angle), cy + ry * np.sin(angle)) for angle in angles]


STROKES = {
    0: [arc(0.5, 0.5, 0.33, 0.5, -80, 285)],
    1: [[(0.35, 0.2), (0.52, 0), (0.5, 1)]],
    2: [[*arc(0.5, 0.27, 0.3, 0.27, 190, 380), (0.2, 1), (0.82, 0.97)]],
    3: [arc(0.45, 0.25, 0.28, 0.25, 200, 440) + arc(0.45, 0.74, 0.32, 0.26, -85, 150)],
    4: [[(0.3, 0), (0.2, 0.55), (0.85, 0.55)], [(0.65, 0.1), (0.62, 1)]],
    5: [[(0.8, 0.02), (0.3, 0.02), (0.25, 0.42), *arc(0.45, 0.68, 0.33, 0.3, -110, 140)]],
    6: [[(0.65, 0), (0.35, 0.4), *arc(0.48, 0.73, 0.26, 0.27, 190, 540)]],
    7: [[(0.15, 0.02), (0.82, 0.02), (0.4, 1)], [(0.35, 0.5), (0.7, 0.48)]],
    8: [arc(0.5, 0.25, 0.24, 0.25, 90, 440) + arc(0.5, 0.75, 0.29, 0.25, -90, 270)],
    9: [[*arc(0.48, 0.28, 0.27, 0.28, -10, 350), (0.74, 0.3), (0.7, 1)]],
}


def drawing(digit, seed=0, *, size=28, height=None, width=1, centre=None):
    """A digit drawn by a shaky hand: black lines on white, somewhere on the sheet. uint8 (size, size)."""
    rng = np.random.default_rng([digit, seed])
    height = height or rng.uniform(0.45, 0.75) * size
    centre = np.array(centre if centre is not None else rng.uniform(0.35, 0.65, 2) * size)
    slant = np.array([[rng.uniform(0.75, 1.1), rng.normal(0, 0.12)], [rng.normal(0, 0.04), 1]])
    sheet = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(sheet)
    for stroke in STROKES[digit]:
        points = np.array(stroke, float)
        knots = np.linspace(0, len(points) - 1, 5)
        shake = [np.interp(range(len(points)), knots, rng.normal(0, 0.025, 5)) for _ in "xy"]
        points = ((points + np.stack(shake, 1) - 0.5) @ slant.T) * height + centre
        pen.line([tuple(point) for point in points], fill=0, width=width, joint="curve")
    return np.asarray(sheet)


def in_bad_light(sheet, seed):
    """The sheet photographed: light from one side, a shadow across, noise. uint8."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : 1 : sheet.shape[0] * 1j, 0 : 1 : sheet.shape[1] * 1j]
    light = 0.75 + 0.2 * (rows * rng.uniform(-1, 1) + columns * rng.uniform(-1, 1))
    light = light * (1 - 0.3 / (1 + np.exp(-(rows + 0.4 * columns - 0.7) * 90)))
    photo = (0.12 + 0.8 * sheet / 255) * light + rng.normal(0, 0.012, sheet.shape)
    return (photo.clip(0, 1) * 255).astype(np.uint8)


def encoded(pixels, kind="PNG", **options):
    file = io.BytesIO()
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    picture.save(file, kind, **options)
    return file.getvalue()


def flat(image):
    assert image.shape == (1, 28, 28, 1)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() <= 1
    return image[0, :, :, 0]


def difference(a, b):
    return float(np.abs(flat(a) - flat(b)).mean())


def stroke_width(image):
    """Area by length, of the image's ink: the length is half the outline's, by Crofton's count of crossings."""
    fine = np.kron(image > 0.5, np.ones((4, 4), bool))
    outline = sum(int((np.diff(fine.astype(int), axis=axis) != 0).sum()) for axis in (0, 1)) * np.pi / 4
    return fine.sum() / (outline / 2) / 4


def hand_centre(image):
    rows, columns = np.indices(image.shape)
    return (rows * image).sum() / image.sum(), (columns * image).sum() / image.sum()


WAYS = {
    "thin lines at 28 × 28": lambda digit, seed: drawing(digit, seed),
    "thin lines over the border": lambda digit, seed: drawing(digit, seed, height=25),
    "a pen on a canvas": lambda digit, seed: drawing(digit, seed, size=140, width=5),
    "hairlines": lambda digit, seed: drawing(digit, seed, size=240, width=1),
    "a photo in bad light": lambda digit, seed: in_bad_light(drawing(digit, seed, size=160, width=4), seed),
}


@pytest.mark.parametrize("way", WAYS)
def test_drawings_have_the_statistics_of_mnist(way):
    seeds = range(6 if "28" in way or "border" in way else 2)
    images = [flat(prepare_array(WAYS[way](digit, seed)).image) for seed in seeds for digit in range(10)]
    masses = [image.sum() for image in images]
    assert 88 < np.mean(masses) < 118
    assert min(masses) > 35
    assert max(masses) < 190
    assert 2.0 < np.mean([stroke_width(image) for image in images]) < 3.0
    for image in images:
        row, column = hand_centre(image)
        assert 13.3 < row < 14.7
        assert 13.3 < column < 14.7
        inked = image > 0
        sides = [np.ptp(np.flatnonzero(inked.any(axis=axis))) + 1 for axis in (0, 1)]
        assert 19 <= max(sides) <= 20
        assert image.max() > 0.9


def test_a_thick_marker_is_eased_but_keeps_its_loops():
    for digit in (0, 8):
        image = flat(prepare_array(drawing(digit, size=280, height=200, width=34, centre=(140, 140))).image)
        assert image.sum() < 190
        outside = np.zeros((28, 28), bool)
        outside[0, 0] = True
        for _ in range(60):  # flood from the corner through what is dark
            grown = outside.copy()
            for axis in (0, 1):
                grown |= np.roll(outside, 1, axis) | np.roll(outside, -1, axis)
            outside = grown & (image < 0.5)
        assert ((image < 0.5) & ~outside).any()


def test_an_image_that_is_as_mnist_makes_them_stays_as_it_is():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 254
    image[4:24, 11] = image[4:24, 16] = 90  # centre of mass: row 13.5, column 13.5
    same = (image / 255).astype(np.float32)
    np.testing.assert_array_equal(flat(prepare(encoded(image))), same)
    np.testing.assert_allclose(flat(prepare(encoded(255 - image))), same, atol=1e-6)


@pytest.mark.parametrize("digit", range(10))
def test_preparing_twice_changes_nothing(digit):
    once = flat(prepare_array(drawing(digit, size=120, width=4)).image)
    again = flat(prepare_array(np.rint(once * 255).astype(np.uint8)).image)
    np.testing.assert_allclose(again, once, atol=1e-6)


@pytest.mark.parametrize("digit", range(10))
def test_an_inverted_picture_gives_the_same_image(digit):
    for way in WAYS.values():
        sheet = way(digit, 1)
        assert difference(prepare_array(sheet).image, prepare_array(255 - sheet).image) < 0.002


def test_the_place_on_the_sheet_does_not_matter():
    near, far = (
        drawing(5, size=300, height=120, width=9, centre=centre) for centre in ((90, 90), (200, 210))
    )
    assert difference(prepare_array(near).image, prepare_array(far).image) < 0.01


def test_the_aspect_is_kept():
    sheet = np.full((300, 200), 255, np.uint8)
    sheet[50:250, 60:160] = 0
    sheet[74:226, 84:136] = 255  # a frame of 200 × 100, 24 wide: 20 × 10 in the box
    inked = flat(prepare_array(sheet).image) > 0.3
    assert np.ptp(np.flatnonzero(inked.any(axis=1))) + 1 == 20
    assert np.ptp(np.flatnonzero(inked.any(axis=0))) + 1 == 10


def test_specks_are_removed():
    sheet = drawing(3, size=280, width=10).copy()
    clean = prepare_array(sheet).image
    rng = np.random.default_rng(0)
    for row, column in rng.integers(0, 278, (60, 2)):
        sheet[row : row + 2, column : column + 2] = 0
    assert difference(prepare_array(sheet).image, clean) < 0.02


def test_a_frame_along_the_border_is_not_ink():
    sheet = drawing(2, size=280, height=150, width=10, centre=(140, 140)).copy()
    clean = prepare_array(sheet).image
    sheet[:3], sheet[-3:], sheet[:, :3], sheet[:, -3:] = 0, 0, 0, 0
    assert difference(prepare_array(sheet).image, clean) < 0.005


@pytest.mark.parametrize("digit", range(10))
def test_bad_light_changes_little(digit):
    sheet = drawing(digit, size=400, width=8)
    photo = encoded(in_bad_light(sheet, digit), "JPEG", quality=70)
    assert difference(prepare(photo), prepare_array(sheet).image) < 0.035


def test_faint_pencil_is_found():
    sheet = drawing(4, size=400, width=6)
    rng = np.random.default_rng(0)
    pencil = (235 - 30 * (sheet < 128) + rng.normal(0, 3, sheet.shape)).astype(np.uint8)
    assert difference(prepare_array(pencil).image, prepare_array(sheet).image) < 0.03


@pytest.mark.parametrize("ink", [(20, 20, 60), (240, 240, 200)])
def test_ink_of_any_brightness_on_a_transparent_ground_is_found(ink):
    sheet = drawing(6, size=200, width=9)
    pixels = np.zeros((200, 200, 4), np.uint8)
    pixels[..., :3] = ink
    pixels[..., 3] = 255 - sheet
    assert difference(prepare_array(pixels).image, prepare_array(sheet).image) < 0.003
    assert difference(prepare(encoded(pixels)), prepare_array(sheet).image) < 0.003


def test_paper_with_transparent_corners_is_still_paper():
    sheet = drawing(6, size=200, height=110, width=9, centre=(100, 100))
    pixels = np.dstack([sheet, sheet, sheet, np.full_like(sheet, 255)])
    pixels[:30, :30] = pixels[-30:, -30:] = 0
    assert difference(prepare_array(pixels).image, prepare_array(sheet).image) < 0.003


def test_yellow_ink_on_white_is_found():
    sheet = drawing(9, size=200, width=9)
    pixels = np.dstack([np.full_like(sheet, 255), np.full_like(sheet, 250), sheet])
    assert difference(prepare_array(pixels).image, prepare_array(sheet).image) < 0.003


def test_the_steps_tell_the_whole_way():
    prepared = prepare_steps(encoded(drawing(7, size=200, width=3)))
    assert [step.name for step in prepared.steps] == [
        "seen", "ink", "cropped", "thickened", "scaled", "centred",
    ]  # fmt: skip
    for step in prepared.steps:
        assert step.image.dtype == np.uint8
        assert step.image.ndim == 2
        assert step.title
        assert step.text.endswith(".")
    np.testing.assert_allclose(prepared.steps[-1].image / 255, flat(prepared.image), atol=1e-6)
    assert "thickened" in prepared.steps[3].text
    assert prepared.steps[3].image.mean() > prepared.steps[2].image.mean()
    np.testing.assert_array_equal(prepare(encoded(drawing(7, size=200, width=3))), prepared.image)


def nothing_on_it():
    rng = np.random.default_rng(0)
    yield "white", np.full((50, 50), 255, np.uint8)
    yield "black", np.zeros((28, 28), np.uint8)
    yield "grey with noise", rng.normal(128, 8, (200, 200)).astype(np.uint8)
    yield "noise only", rng.integers(0, 256, (28, 28), dtype=np.uint8)
    yield "much noise only", rng.integers(0, 256, (300, 300), dtype=np.uint8)
    yield "salt and pepper", np.where(rng.random((200, 200)) < 0.05, 0, 255).astype(np.uint8)
    yield "a gradient", np.tile(np.linspace(0, 255, 200).astype(np.uint8), (100, 1))
    yield "nothing opaque", np.zeros((60, 60, 4), np.uint8)
    yield "one dot", np.pad(np.zeros((1, 1), np.uint8), 30, constant_values=255)


@pytest.mark.parametrize(("name", "pixels"), list(nothing_on_it()))
def test_a_picture_with_nothing_on_it_is_refused_with_a_sentence(name, pixels):
    with pytest.raises(ImageError, match=r"nothing on the picture.*Please"):
        prepare_array(pixels)


def test_a_page_of_marks_is_refused():
    sheet = np.full((400, 400), 255, np.uint8)
    for row in range(20, 380, 40):
        for column in range(20, 380, 40):
            sheet[row : row + 18, column : column + 6] = 0
    with pytest.raises(ImageError, match="many marks"):
        prepare_array(sheet)
