"""One set of images and every way to keep them: the figures against scikit-image, the bits against sums by hand."""

import math

import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity
from sklearn.decomposition import PCA

from aemodels.errors import ImageError
from aemodels.measure import contest
from aemodels.measure.baselines import Pca


@pytest.fixture(scope="module")
def x(digits) -> np.ndarray:
    return digits.test.x[:7]


@pytest.fixture(scope="module")
def pca(digits) -> Pca:
    return Pca.fit(digits.train.x[:300], 16)


def blurred(name: str, share: float) -> contest.Entrant:
    """A model that gives the image back a little darker."""
    return contest.plain(
        name, 3, lambda x: x.reshape(len(x), -1), lambda z: (z * share).reshape(-1, 28, 28, 1)
    )


def test_the_figures_are_those_of_scikit_image_for_each_of_many(x):
    shares = (0.9, 0.5, 0.0)
    results = contest.contest(x, [blurred(f"m{share}", share) for share in shares])
    assert [result.name for result in results] == ["m0.9", "m0.5", "m0.0"]
    for share, result in zip(shares, results, strict=True):
        pairs = [(one[..., 0], (one * np.float32(share))[..., 0]) for one in x]
        assert result.mse == pytest.approx(np.mean([mean_squared_error(a, b) for a, b in pairs]), abs=1e-8)
        psnr = [peak_signal_noise_ratio(a, b, data_range=1) for a, b in pairs]
        assert result.psnr == pytest.approx(np.mean(psnr), abs=1e-4)
        ssim = [structural_similarity(a.astype(float), b.astype(float), data_range=1) for a, b in pairs]
        assert result.ssim == pytest.approx(np.mean(ssim), abs=1e-6)
        np.testing.assert_array_equal(result.image, x[0] * np.float32(share))


def test_an_entrant_is_asked_once_for_all_images_of_a_chunk(x, monkeypatch):
    asked = []

    def answer(part):
        asked.append(len(part))
        return part, None

    entrant = contest.Entrant("same", "model", 2, answer)
    whole = contest.contest(x, [entrant])[0]
    assert asked == [len(x)]
    monkeypatch.setattr(contest, "CHUNK", 3)
    asked.clear()
    parts = contest.contest(x, [entrant, blurred("dark", 0.5)])
    assert asked == [3, 3, 1]
    assert (parts[0].mse, parts[0].psnr, parts[0].ssim) == pytest.approx((whole.mse, whole.psnr, whole.ssim))


def test_a_code_takes_32_bits_for_each_number_and_a_mean_image_none(x, pca):
    results = contest.contest(
        x, [blurred("m", 1.0), contest.linear(pca.truncate(5)), contest.mean_image(pca)]
    )
    assert [result.bits for result in results] == [96, 160, 0]
    assert [result.said for result in results] == [None, None, None]


def test_what_a_distribution_says_is_its_divergence_from_the_prior_in_bits(x):
    # By hand: N(1, 1) is 1/2 nat away from N(0, 1), N(0, e) is (e - 2) / 2, N(0, 1) nothing.
    cases = (((1.0, 0.0), 0.5), ((0.0, 1.0), (math.e - 2) / 2), ((0.0, 0.0), 0.0))
    for (mean, log_var), nats in cases:
        entrant = contest.variational(
            "vae",
            3,
            lambda x, mean=mean, log_var=log_var: (np.full((len(x), 3), mean), np.full((len(x), 3), log_var)),
            lambda z: np.zeros((len(z), 28, 28, 1), np.float32),
        )
        (result,) = contest.contest(x, [entrant])
        assert result.said == pytest.approx(3 * nats / math.log(2), abs=1e-12)
        assert result.bits == 96


def test_half_a_nat_is_seven_tenths_of_a_bit():
    assert contest.bits(math.log(2)) == 1.0
    assert contest.bits(0.5) == pytest.approx(0.7213, abs=1e-4)


def test_a_variational_model_draws_from_the_mean_of_its_code(x):
    drawn = []

    def decode(z):
        drawn.append(z)
        return np.zeros((len(z), 28, 28, 1), np.float32)

    entrant = contest.variational(
        "vae", 2, lambda x: (np.full((len(x), 2), 7.0), np.zeros((len(x), 2))), decode
    )
    contest.contest(x, [entrant])
    np.testing.assert_array_equal(drawn[0], np.full((len(x), 2), 7.0))


def test_the_linear_entrants_are_scikit_learns_pca_and_mean(digits, x, pca):
    train = digits.train.x[:300].reshape(300, -1)
    oracle = PCA(5, svd_solver="full").fit(train)
    flat = x.reshape(len(x), -1)
    expected = np.clip(oracle.inverse_transform(oracle.transform(flat)), 0, 1)
    linear, mean = contest.contest(x, [contest.linear(pca.truncate(5)), contest.mean_image(pca)])
    assert linear.mse == pytest.approx(((expected - flat) ** 2).mean(), abs=1e-6)
    assert mean.mse == pytest.approx(((train.mean(axis=0) - flat) ** 2).mean(), abs=1e-6)
    assert (linear.name, linear.kind, mean.kind) == ("PCA 5", "pca", "mean")


def test_the_line_of_pcas_has_the_figures_of_each_size(x, pca):
    line = contest.linear_curve(x, pca, (1, 4, 16))
    results = contest.contest(x, [contest.linear(pca.truncate(size)) for size, _ in line])
    assert [size for size, _ in line] == [1, 4, 16]
    assert [psnr for _, psnr in line] == pytest.approx([result.psnr for result in results])


def test_without_an_image_there_is_a_sentence_and_without_entrants_nothing(x):
    with pytest.raises(ImageError, match="Draw a digit"):
        contest.contest(x[:0], [blurred("m", 1.0)])
    assert contest.contest(x, []) == ()
    with pytest.raises(ImageError):
        contest.contest(x, [contest.Entrant("small", "model", 2, lambda x: (x[:, :14], None))])


def test_an_answer_that_is_not_finite_spoils_no_other(x):
    broken = contest.Entrant("nan", "model", 2, lambda x: (np.full_like(x, np.nan), None))
    spoilt, whole = contest.contest(x, [broken, blurred("m", 1.0)])
    assert math.isnan(spoilt.mse)
    assert whole.mse == 0.0
