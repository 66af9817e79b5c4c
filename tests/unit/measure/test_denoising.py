"""Curves over kinds and levels of noise, and repaired pixels: against scikit-image and hand calculation."""

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from aemodels.data.corruptions import CORRUPTIONS, corrupt
from aemodels.errors import ImageError
from aemodels.measure import denoising


@pytest.fixture(scope="module")
def clean(digits) -> np.ndarray:
    return digits.test.x[:12]


@pytest.fixture(scope="module")
def measured(clean):
    """The curves of a denoiser that halves the ink, and the shares of the work that were reported."""
    shares: list[float] = []
    return denoising.curves(clean, lambda x: x / 2, shares.append), shares


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_levels_begin_with_none_end_with_all_and_stand_on_the_sliders_steps(kind):
    record, levels = CORRUPTIONS[kind], denoising.levels(kind)
    assert (levels[0], levels[-1]) == (record.low, record.high)
    assert len(levels) == 9
    assert np.all(np.diff(levels) > 0)
    steps = (np.asarray(levels) - record.low) / record.step
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-6)


def test_a_curve_holds_the_quartiles_of_scikit_images_psnr(clean, measured):
    arrays, _ = measured
    for kind, place in (("gaussian", 4), ("shift", 2), ("jpeg", 8)):
        damaged = corrupt(clean, kind, denoising.levels(kind)[place], 0)
        for name, answer in (("network", damaged / 2), ("nothing", damaged)):
            found = denoising.curve(arrays, name, kind)
            each = [
                peak_signal_noise_ratio(x.astype(float), y.astype(float), data_range=1)
                for x, y in zip(clean, answer, strict=True)
            ]
            np.testing.assert_allclose(found[place], np.percentile(each, [25, 50, 75]), atol=1e-3)


def test_curves_cover_every_kind_and_say_how_far_they_are(measured):
    arrays, shares = measured
    assert list(arrays["kinds"]) == list(CORRUPTIONS)
    assert arrays["network"].shape == arrays["nothing"].shape == (len(CORRUPTIONS), 9, 3)
    assert int(arrays["images"]) == 12
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert sum(values.nbytes for values in arrays.values()) < 60_000


def test_without_noise_doing_nothing_is_flawless(measured):
    arrays, _ = measured
    for kind in CORRUPTIONS:
        curve = denoising.curve(arrays, "nothing", kind)
        np.testing.assert_array_equal(curve[0], 100)
        assert curve[-1, 1] < 30


def test_answers_outside_of_0_to_1_count_as_they_are_shown(clean):
    twice = denoising.curves(clean, lambda x: 3 * x - 1)
    shown = denoising.curves(clean, lambda x: np.clip(3 * x - 1, 0, 1))
    np.testing.assert_array_equal(twice["network"], shown["network"])


def test_a_result_from_before_a_kind_or_another_range_of_it_gives_no_curve(measured):
    arrays, _ = measured
    assert denoising.curve({**arrays, "kinds": arrays["kinds"][:-1]}, "network", "shift") is None
    assert denoising.curve({**arrays, "levels": arrays["levels"] * 2}, "network", "gaussian") is None


def test_between_two_levels_a_curve_is_a_straight_line():
    rising = np.linspace([0.0, 10.0, 20.0], [8.0, 18.0, 28.0], 9)
    np.testing.assert_allclose(denoising.at_level("shift", rising, 2.5), [2.5, 12.5, 22.5])
    np.testing.assert_allclose(denoising.at_level("shift", rising, 8), [8, 18, 28])


def test_pixels_are_repaired_harmed_or_neither_by_hand():
    clean = np.array([0.0, 1.0, 0.5, 0.5, 0.2, 0.0], np.float32)
    damaged = np.array([1.0, 0.0, 0.5, 0.9, 0.2, 0.3], np.float32)
    answer = np.array([0.0, 0.4, 0.9, 0.1, 0.2, 0.28], np.float32)
    expected = [1.0, 0.4, -0.4, 0.0, 0.0, 0.02]
    np.testing.assert_allclose(denoising.repair(clean, damaged, answer), expected, atol=1e-6)
    assert denoising.repaired_and_harmed(denoising.repair(clean, damaged, answer)) == (2, 1)


def test_what_cannot_be_compared_is_refused(clean):
    with pytest.raises(ImageError, match="one shape"):
        denoising.repair(clean, clean, clean[:1])
    with pytest.raises(ImageError, match="at least one image"):
        denoising.quartiles(clean[:0], clean[:0])
