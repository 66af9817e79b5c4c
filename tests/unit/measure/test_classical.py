"""The classical denoisers: each image by itself, each at its best, against scikit-image's own functions."""

import numpy as np
import pytest
from skimage import filters, restoration
from sklearn.datasets import load_digits

from aemodels.errors import CorruptionError, ImageError
from aemodels.measure import classical
from aemodels.measure.classical import CLASSICAL
from aemodels.measure.metrics import psnr


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    """Twelve bundled digits in the middle of 28x28 images."""
    large = np.kron(load_digits().images[:12] / 16, np.ones((1, 3, 3)))
    return np.pad(large, ((0, 0), (2, 2), (2, 2))).astype(np.float32)[..., None]


@pytest.fixture(scope="module")
def noisy(clean) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(clean.shape)
    return np.clip(clean + 0.3 * noise, 0, 1).astype(np.float32)


def test_every_denoiser_keeps_the_image_contract(noisy):
    for denoiser in CLASSICAL.values():
        for parameter in (denoiser.grid[0], denoiser.grid[-1]):
            y = denoiser.apply(noisy, parameter)
            assert y.shape == noisy.shape
            assert y.dtype == np.float32
            assert y.min() >= 0
            assert y.max() <= 1


def test_every_denoiser_treats_each_image_by_itself(noisy):
    for denoiser in CLASSICAL.values():
        parameter = denoiser.grid[len(denoiser.grid) // 2]
        alone = np.concatenate([denoiser.apply(noisy[i : i + 1], parameter) for i in range(3)])
        np.testing.assert_array_equal(denoiser.apply(noisy, parameter)[:3], alone)


def test_the_filters_are_those_of_the_libraries(noisy):
    image = noisy[4, ..., 0]
    expected = {
        "median": filters.median(image, np.ones((3, 3)), mode="reflect"),
        "gaussian": filters.gaussian(image, 0.8, mode="reflect"),
        "total_variation": restoration.denoise_tv_chambolle(image, weight=0.2),
        "non_local_means": restoration.denoise_nl_means(image, patch_size=3, patch_distance=7, h=0.2),
    }
    parameters = {"median": 3, "gaussian": 0.8, "total_variation": 0.2, "non_local_means": 0.2}
    assert set(expected) == set(CLASSICAL)
    for name, image_expected in expected.items():
        found = CLASSICAL[name].apply(noisy[4:5], parameters[name])[0, ..., 0]
        np.testing.assert_allclose(found, np.clip(image_expected, 0, 1), atol=1e-6, err_msg=name)


def test_tuning_finds_the_best_of_the_grid_and_the_best_beats_doing_nothing(clean, noisy):
    choices = classical.tune(clean, noisy)
    assert list(choices) == list(CLASSICAL)
    for name, choice in choices.items():
        by_hand = [psnr(clean, CLASSICAL[name].apply(noisy, p)).mean() for p in CLASSICAL[name].grid]
        assert choice.psnr == pytest.approx(max(by_hand))
        assert CLASSICAL[name].grid[int(np.argmax(by_hand))] == choice.parameter
    winner = classical.best(choices)
    assert winner.psnr == max(choice.psnr for choice in choices.values())
    assert psnr(clean, winner.apply(noisy)).mean() > psnr(clean, noisy).mean() + 1


def test_salt_and_pepper_is_a_case_for_the_median(clean):
    rng = np.random.default_rng(1)
    salted = np.where(rng.random(clean.shape) < 0.1, rng.integers(0, 2, clean.shape), clean)
    assert classical.best(classical.tune(clean, salted.astype(np.float32))).name == "median"


def test_a_clean_image_is_best_left_alone(clean):
    choices = classical.tune(clean, clean)
    assert all(choice.parameter == CLASSICAL[name].grid[0] for name, choice in choices.items())


def test_grids_go_upwards_and_names_match():
    for name, denoiser in CLASSICAL.items():
        assert denoiser.name == name
        assert list(denoiser.grid) == sorted(set(denoiser.grid))


def test_parameters_and_images_that_do_not_fit_are_refused_with_the_range(noisy):
    with pytest.raises(CorruptionError, match=r"0.3 to 2 pixels; received 50"):
        CLASSICAL["gaussian"].apply(noisy, 50)
    with pytest.raises(CorruptionError, match=r"0.02 to 0.6; received nan"):
        CLASSICAL["total_variation"].apply(noisy, float("nan"))
    with pytest.raises(ImageError, match="height, width, 1"):
        CLASSICAL["median"].apply(noisy[..., 0], 3)
    with pytest.raises(ImageError, match="at least one image"):
        classical.tune(noisy[:0], noisy[:0])


def test_no_images_give_no_images(noisy):
    for denoiser in CLASSICAL.values():
        assert denoiser.apply(noisy[:0], denoiser.grid[0]).shape == (0, 28, 28, 1)
