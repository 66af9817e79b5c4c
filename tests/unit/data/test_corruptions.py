"""Noise: what every kind in the table keeps, and each kind against a figure worked out independently."""

import dataclasses

import numpy as np
import pytest
from scipy import fft, integrate, ndimage, stats
from skimage import transform

from aemodels.data.corruptions import CORRUPTIONS, GEOMETRY, Corruption, corrupt
from aemodels.errors import CorruptionError

DRAWN = {
    "gaussian": 1135.5,
    "salt_and_pepper": 1195.28,
    "speckle": 1066.577,
    "missing_pixels": 596.613,
    "missing_block": 1009.922,
    "blur": 1081.271,
}

KINDS = pytest.mark.parametrize("kind", CORRUPTIONS)


@pytest.fixture(scope="module")
def images(digits) -> np.ndarray:
    return digits.test.x[:64]


def grey(value: float, count: int = 40) -> np.ndarray:
    return np.full((count, 28, 28, 1), value, np.float32)


@KINDS
def test_a_record_describes_itself_and_its_level(kind):
    record = CORRUPTIONS[kind]
    assert record.name == kind
    assert record.title
    assert record.description.endswith(".")
    assert record.unit
    assert 0 == record.low < record.default < record.high
    assert (record.default / record.step) == pytest.approx(round(record.default / record.step))
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.level = 1


@KINDS
@pytest.mark.parametrize("place", ["low", "default", "high"])
def test_images_stay_images(kind, place, images):
    before = images.copy()
    noisy = corrupt(images, kind, getattr(CORRUPTIONS[kind], place), seed=1)
    assert noisy.shape == images.shape
    assert noisy.dtype == np.float32
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert np.array_equal(images, before)


@KINDS
def test_level_0_leaves_the_images_as_they_are(kind, images):
    untouched = corrupt(images, kind, 0, seed=1)
    assert np.array_equal(untouched, images)
    assert not np.shares_memory(untouched, images)


@KINDS
def test_the_default_level_is_visible_and_leaves_something(kind, images):
    error = np.mean((corrupt(images, kind, CORRUPTIONS[kind].default, seed=1) - images) ** 2)
    assert 0.001 < error < 0.25


@KINDS
def test_more_level_is_more_error(kind, images):
    record = CORRUPTIONS[kind]
    levels = np.linspace(record.low, record.high, 5)
    errors = [np.mean((corrupt(images, kind, float(level), seed=1) - images) ** 2) for level in levels]
    assert errors == sorted(errors)
    assert len(set(errors)) == len(errors)


@KINDS
def test_the_same_seed_gives_the_same_noise(kind, images):
    level = CORRUPTIONS[kind].default
    assert np.array_equal(corrupt(images, kind, level, seed=3), corrupt(images, kind, level, seed=3))


@KINDS
def test_another_seed_and_another_image_get_other_noise_where_there_is_chance(kind, images):
    level = CORRUPTIONS[kind].default
    chance = CORRUPTIONS[kind].by_chance
    same = np.array_equal(corrupt(images, kind, level, seed=3), corrupt(images, kind, level, seed=4))
    assert same is not chance
    twins = corrupt(np.repeat(images[:1], 8, axis=0), kind, level, seed=3)
    assert any(not np.array_equal(twins[0], twin) for twin in twins[1:]) is chance


def test_a_generator_moves_on_from_batch_to_batch(images):
    rng = np.random.default_rng(5)
    first, second = (corrupt(images, "gaussian", 0.5, rng) for _ in range(2))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, corrupt(images, "gaussian", 0.5, seed=5))


def test_an_empty_batch_stays_empty():
    for kind, record in CORRUPTIONS.items():
        assert corrupt(grey(0, count=0), kind, record.default, seed=1).shape == (0, 28, 28, 1)


def expected_gaussian_error(value: float, level: float) -> float:
    """E[(clip(value + level·N, 0, 1) − value)²] by numerical integration over the normal density."""
    error = lambda n: (min(max(value + level * n, 0), 1) - value) ** 2 * stats.norm.pdf(n)  # noqa: E731
    kinks = [-value / level, (1 - value) / level]
    return integrate.quad(error, -9, 9, points=kinks)[0]


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("level", [0.2, 0.5, 1.0])
def test_gaussian_noise_has_the_error_that_its_formula_says(value, level):
    error = np.mean((corrupt(grey(value), "gaussian", level, seed=2) - value) ** 2)
    assert error == pytest.approx(expected_gaussian_error(value, level), rel=0.04)


def test_gaussian_noise_of_a_half_on_black_and_white_leaves_9_decibels():
    # half of the noise is clipped away, the other half nearly keeps its 0.25: about 10·log10(1 / 0.118) dB
    ink = np.concatenate([grey(0), grey(1)])
    error = np.mean((corrupt(ink, "gaussian", 0.5, seed=2) - ink) ** 2)
    assert -10 * np.log10(error) == pytest.approx(9.3, abs=0.15)


def test_gaussian_noise_lowers_real_digits_to_the_published_9_decibels(mnist):
    clean = mnist.test.x[:2000]
    error = np.mean((corrupt(clean, "gaussian", 0.5, seed=2) - clean) ** 2, axis=(1, 2, 3))
    assert np.mean(-10 * np.log10(error)) == pytest.approx(9.4, abs=0.1)


def test_salt_and_pepper_hits_its_share_with_black_and_white_alike():
    noisy = corrupt(grey(0.5), "salt_and_pepper", 0.3, seed=2)
    assert np.mean(noisy == 1) == pytest.approx(0.15, abs=0.01)
    assert np.mean(noisy == 0) == pytest.approx(0.15, abs=0.01)
    assert np.mean(noisy == 0.5) == pytest.approx(0.7, abs=0.01)


def test_missing_pixels_are_black_and_the_rest_untouched(images):
    noisy = corrupt(grey(0.5), "missing_pixels", 0.4, seed=2)
    assert np.mean(noisy == 0) == pytest.approx(0.4, abs=0.01)
    assert set(np.unique(noisy)) == {0, 0.5}


def test_speckle_leaves_black_black_and_grows_with_the_ink():
    assert not corrupt(grey(0), "speckle", 1.0, seed=2).any()
    for value in (0.1, 0.4):
        spread = np.std(corrupt(grey(value), "speckle", 0.25, seed=2))
        assert spread == pytest.approx(0.25 * value, rel=0.03)


@pytest.mark.parametrize("side", [1, 7, 10, 20])
def test_a_missing_block_is_one_square_of_its_size_inside_the_image(side):
    noisy = corrupt(grey(1, count=200), "missing_block", side, seed=2)
    corners = set()
    for image in noisy[..., 0]:
        rows, columns = np.nonzero(image == 0)
        assert len(rows) == side**2
        assert np.ptp(rows) == np.ptp(columns) == side - 1
        corners.add((rows[0], columns[0]))
    assert {row for row, _ in corners} <= set(range(29 - side))
    assert len(corners) > 50  # not always the same place
    assert {0, 28 - side} <= {row for row, _ in corners} | {column for _, column in corners}


@pytest.mark.parametrize("sigma", [0.5, 1.5, 4.0])
def test_blur_is_a_gaussian_filter_of_each_image_alone(images, sigma):
    blurred = corrupt(images, "blur", sigma, seed=0)
    for image, expected in zip(blurred[..., 0], images[..., 0], strict=True):
        reference = ndimage.gaussian_filter(expected.astype(np.float64), sigma, mode="constant")
        assert np.allclose(image, reference, atol=1e-5)


def test_blur_of_a_dot_is_the_bell_curve():
    dot = grey(0, count=1)
    dot[0, 14, 14] = 1
    blurred = corrupt(dot, "blur", 2.0, seed=0)[0, :, :, 0]
    assert blurred.sum() == pytest.approx(1, abs=1e-3)
    assert blurred[14, 17] / blurred[14, 14] == pytest.approx(np.exp(-(3**2) / (2 * 2.0**2)), rel=1e-4)


@pytest.mark.parametrize("strokes", [1, 2, 8])
def test_a_scribble_is_ink_near_curves_and_nowhere_else(strokes):
    """Every pixel's distance to every curve, by brute force over finely cut curves; ink ends 1.4 pixels away."""
    blank = grey(0, count=3)
    drawn = corrupt(blank, "scribble", strokes, seed=6)[..., 0]
    corners = np.random.default_rng(6).uniform(3, 24, (3, 8, 3, 2))
    t = np.linspace(0, 1, 500)[:, None]
    pixels = np.stack(np.meshgrid(np.arange(28), np.arange(28), indexing="ij"), axis=-1)
    for image, lines in zip(drawn, corners, strict=True):
        distance = np.full((28, 28), np.inf)
        for start, bend, end in lines[:strokes]:
            curve = (1 - t) * ((1 - t) * start + t * bend) + t * ((1 - t) * bend + t * end)  # de Casteljau
            away = np.linalg.norm(pixels[:, :, None] - curve, axis=-1).min(axis=-1)
            distance = np.minimum(distance, away)
        np.testing.assert_allclose(image, np.clip(1.4 - distance, 0, 1), atol=0.16)  # cut less finely
        assert np.abs(image - np.clip(1.4 - distance, 0, 1)).mean() < 0.003


def test_more_strokes_keep_the_fewer_ones_and_all_ink_of_the_image(images):
    few, more = (corrupt(images, "scribble", strokes, seed=6) for strokes in (2, 3))
    assert np.all(more >= few)
    assert np.all(few >= images)


# Table K.1 of the JPEG standard (ITU-T T.81): how coarsely the 64 patterns of a square are kept at quality 50.
LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    float,
)


@pytest.mark.parametrize("quality", [2, 10, 40, 76])
def test_jpeg_forgets_what_the_standard_says(images, quality):
    """Squares of 8 pixels, their cosine transform rounded to the scaled table; edges are repeated outwards."""
    saved = corrupt(images[:6], "jpeg", 100 - quality, seed=0)[..., 0] * 255
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    table = np.clip(np.floor((LUMINANCE * scale + 50) / 100), 1, 255)
    for image, found in zip(np.rint(images[:6, ..., 0] * 255), saved, strict=True):
        squares = np.pad(image, ((0, 4), (0, 4)), mode="edge").reshape(4, 8, 4, 8).transpose(0, 2, 1, 3)
        kept = np.round(fft.dctn(squares - 128, axes=(2, 3), norm="ortho") / table) * table
        back = fft.idctn(kept, axes=(2, 3), norm="ortho") + 128
        expected = np.clip(back, 0, 255).transpose(0, 2, 1, 3).reshape(32, 32)[:28, :28]
        assert np.mean(np.abs(found - expected)) < 1.0  # whole numbers inside the library
        assert np.mean(np.abs(found - expected) <= 2) > 0.9


@pytest.mark.parametrize("angle", [5.0, 20.0, 80.0])
def test_rotation_turns_one_way_or_the_other(images, angle):
    turned = corrupt(images, "rotation", angle, seed=1)[..., 0]
    ways = set()
    for image, found in zip(images[..., 0].astype(np.float64), turned, strict=True):
        either = [transform.rotate(image, way * angle, order=1, mode="constant") for way in (1, -1)]
        errors = [np.abs(found - expected).max() for expected in either]
        assert min(errors) < 1e-4
        ways.add(int(np.argmin(errors)))
    assert ways == {0, 1}


@pytest.mark.parametrize("pixels", [1, 3, 8])
def test_shift_moves_whole_pixels_in_one_of_four_directions(images, pixels):
    moved = corrupt(images, "shift", pixels, seed=1)[..., 0]
    directions = set()
    for image, found in zip(np.pad(images[..., 0], ((0, 0), (9, 9), (9, 9))), moved, strict=True):
        (direction,) = [
            (down, right)
            for down, right in ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
            if np.array_equal(np.roll(image, (down, right), (0, 1))[9:-9, 9:-9], found)
        ]
        directions.add(direction)
    assert len(directions) == 4


def test_what_is_geometry_says_that_it_is_no_noise():
    assert {kind for kind, record in CORRUPTIONS.items() if record.group == GEOMETRY} == {"rotation", "shift"}
    assert "not noise" in GEOMETRY


def test_older_kinds_draw_what_they_always_drew():
    """Trainings are repeated by their seed: sums of what the first six kinds drew when models were shipped."""
    ramp = np.linspace(0, 1, 3 * 784, dtype=np.float32).reshape(3, 28, 28, 1)
    found = {
        kind: float(corrupt(ramp, kind, CORRUPTIONS[kind].default, seed=7).sum(dtype=np.float64))
        for kind in ("gaussian", "salt_and_pepper", "speckle", "missing_pixels", "missing_block", "blur")
    }
    assert found == pytest.approx(DRAWN, abs=0.01)
    assert list(CORRUPTIONS)[: len(DRAWN)] == list(DRAWN)


def test_an_unknown_kind_is_refused_with_the_ones_there_are(images):
    with pytest.raises(CorruptionError, match=r"'rain'.*gaussian, salt_and_pepper, speckle"):
        corrupt(images, "rain", 0.5, seed=0)


@KINDS
@pytest.mark.parametrize("level", [-0.01, 1e9, 10**400, float("nan"), float("inf"), "0.5", None, True])
def test_a_level_out_of_bounds_is_refused_with_the_bounds(kind, level, images):
    record: Corruption = CORRUPTIONS[kind]
    with pytest.raises(CorruptionError, match=f"from {record.low:g} to {record.high:g}"):
        corrupt(images, kind, level, seed=0)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((1, 32, 32, 1), np.float32),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.full((1, 28, 28, 1), 255, np.float32),
        np.full((1, 28, 28, 1), np.nan, np.float32),
    ],
    ids=["no batch", "32 pixels", "bytes", "0 to 255", "nan"],
)
def test_what_is_no_batch_of_images_is_refused(bad):
    with pytest.raises(CorruptionError, match="Noise is put on images"):
        corrupt(bad, "gaussian", 0.5, seed=0)


def test_a_negative_seed_is_refused(images):
    with pytest.raises(CorruptionError, match="seed"):
        corrupt(images, "gaussian", 0.5, seed=-1)
