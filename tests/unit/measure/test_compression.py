"""Rounded codes and their bits, against SciPy's entropy and scikit-image's PSNR."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.stats import entropy
from skimage.metrics import peak_signal_noise_ratio
from sklearn.decomposition import PCA

from aemodels.errors import ConfigError
from aemodels.measure import codecs, compression
from aemodels.measure.compression import Quantiser

RNG = np.random.default_rng(1)
CODES = RNG.normal(size=(4000, 3)).astype(np.float32) * [1.0, 5.0, 0.1] + [0.0, 3.0, -1.0]


@pytest.mark.parametrize("bits", [1, 4, 8])
def test_rounding_errs_by_half_a_step_at_most_within_the_range(bits):
    quantiser = Quantiser.fit(CODES, bits, tail=0.0)
    levels = quantiser.levels(CODES)
    assert levels.max() == 2**bits - 1
    assert levels.min() == 0
    assert (np.abs(quantiser.codes(levels) - CODES) <= quantiser.step / 2 * 1.001 + 1e-6).all()


def test_beyond_the_range_the_last_level_is_taken():
    quantiser = Quantiser.fit(CODES, 3)
    assert quantiser.levels(np.full((1, 3), 1e6)).tolist() == [[7, 7, 7]]
    assert quantiser.levels(np.full((1, 3), -1e6)).tolist() == [[0, 0, 0]]


def test_a_coarser_quantiser_has_the_same_range():
    fine, coarse = Quantiser.fit(CODES, 8), Quantiser.fit(CODES, 3)
    np.testing.assert_allclose(fine.coarser(3).step, coarse.step, rtol=1e-5)
    assert (fine.coarser(3).levels(CODES) == coarse.levels(CODES)).mean() > 0.999


@pytest.mark.parametrize("bits", [0, 17])
def test_senseless_bits_are_refused(bits):
    with pytest.raises(ConfigError, match="1 to 16 bits"):
        Quantiser.fit(CODES, bits)


def test_the_bits_are_scipys_entropy_number_by_number():
    levels = Quantiser.fit(CODES, 4).levels(CODES)
    expected = sum(entropy(np.bincount(levels[:, k], minlength=16), base=2) for k in range(3))
    assert compression.entropy(levels, 4) == pytest.approx(expected)


def test_honest_bits_are_the_cross_entropy_and_never_below_the_entropy():
    train, test = CODES[:3000], CODES[3000:]
    quantiser = Quantiser.fit(train, 4)
    shares = compression.frequencies(quantiser.levels(train), 4)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    levels = quantiser.levels(test)
    bits = compression.cross_entropy(levels, shares)
    by_hand = [-sum(np.log2(shares[k, row[k]]) for k in range(3)) for row in levels[:5]]
    np.testing.assert_allclose(bits[:5], by_hand)
    assert bits.mean() >= compression.entropy(levels, 4)
    assert np.isfinite(compression.cross_entropy(np.full((1, 3), 15, np.uint16), shares)).all()


def test_psnr_is_that_of_scikit_image_over_all_pixels():
    x, y = RNG.random((2, 5, 28, 28, 1))
    assert compression.psnr_of(x, y) == pytest.approx(peak_signal_noise_ratio(x, y, data_range=1.0))


def test_more_bits_cost_more_and_draw_better_up_to_the_code_itself():
    train, test = RNG.random((2, 300, 28, 28, 1)).astype(np.float32)

    def encode(x):
        return x[:, :4, 0, 0]

    def decode(z):
        y = np.zeros((len(z), 28, 28, 1), np.float32)
        y[:, :4, 0, 0] = z
        return y

    points = compression.code_points(encode, decode, train_x=train, test_x=test)
    assert (np.diff(points["bits"]) > 0).all()
    assert (np.diff(points["psnr"]) > 0).all()
    assert points["psnr"][-1] == pytest.approx(float(points["exact_psnr"]), abs=0.01)
    assert (points["bits"] >= points["entropy"]).all()
    assert (points["bits"] <= 4 * np.arange(1, 9) * 1.1).all()  # smoothing costs a little


def test_codecs_are_measured_with_and_without_their_container(digits):
    points = compression.codec_points(digits.test.take(slice(12)).x)
    for name in codecs.LOSSY:
        assert (points[f"{name}/content"] < points[f"{name}/bits"]).all()
        assert points[f"{name}/psnr"][-1] > points[f"{name}/psnr"][0] + 15
    assert 0 < float(points["png/content"]) < float(points["png/bits"]) < 28 * 28 * 8


def test_tiles_come_together_again_without_what_was_left_over():
    picture = RNG.random((60, 90)).astype(np.float32)
    tiled = compression.tiles(picture)
    assert tiled.shape == (6, 28, 28, 1)
    np.testing.assert_array_equal(tiled[1, ..., 0], picture[:28, 28:56])
    np.testing.assert_array_equal(compression.together(tiled, 3), picture[:56, :84])
    assert compression.tiles(picture[:5, :5]).shape == (1, 28, 28, 1)


def test_a_picture_through_a_model_that_keeps_everything_comes_back():
    picture = RNG.random((56, 84)).astype(np.float32)
    cut, back, bits = compression.coded_picture(
        picture, lambda x: x.reshape(len(x), -1), lambda z: z.reshape(-1, 28, 28, 1), 8
    )
    assert cut.shape == back.shape == (56, 84)
    assert np.abs(cut - back).max() < 1 / 256
    assert 0 < bits <= 8 * picture.size


def test_bits_at_a_quality_lie_between_the_points_of_the_curve():
    psnr, bits = np.array([20.0, 30.0]), np.array([100.0, 400.0])
    assert compression.bits_at(25.0, psnr, bits) == pytest.approx(200.0)  # the geometric mean
    assert compression.bits_at(10.0, psnr, bits) == pytest.approx(100.0)
    assert compression.bits_at(31.0, psnr, bits) is None


def test_a_decoder_pays_off_or_never_does():
    assert compression.pays_off_after(1000, 100.0, 180.0) == 100
    assert compression.pays_off_after(1000, 180.0, 100.0) is None


def cut(size):
    """A coder that keeps the first `size` components of a PCA by scikit-learn."""

    def fitted(x):
        pca = PCA(size).fit(x.reshape(len(x), -1))
        return (
            lambda images: pca.transform(images.reshape(len(images), -1)).astype(np.float32),
            lambda z: pca.inverse_transform(z).reshape(-1, 28, 28, 1).clip(0, 1).astype(np.float32),
        )

    return fitted


def test_the_code_is_rounded_as_far_as_training_images_allow(digits):
    train, test = digits.train.x[:300], digits.test.x[:60]
    encode, decode = cut(20)(train)
    found = compression.at_equal_quality(encode, decode, train_x=train, test_x=test)
    z, exact = encode(train), None
    low, high = np.quantile(z, (0.001, 0.999), axis=0)
    for bits in range(1, 9):  # by hand, on training images
        step = (high - low) / 2**bits
        rounded = low + (np.clip(np.floor((z - low) / step), 0, 2**bits - 1) + 0.5) * step
        psnr = peak_signal_noise_ratio(train, decode(rounded.astype(np.float32)), data_range=1)
        exact = exact or peak_signal_noise_ratio(train, decode(z), data_range=1)
        if psnr >= exact - compression.LOST:
            break
    assert found["code_rounding"] == bits
    levels = np.clip(np.floor((encode(test) - low) / step), 0, 2**bits - 1)
    drawn = decode((low + (levels + 0.5) * step).astype(np.float32))
    assert found["code_psnr"] == pytest.approx(peak_signal_noise_ratio(test, drawn, data_range=1), abs=1e-3)
    assert 0.6 * 20 * bits < found["code_bits"] < 20 * bits


def test_jpeg_and_png_are_counted_as_pillow_writes_them(digits):
    train, test = digits.train.x[:300], digits.test.x[:30]
    encode, decode = cut(30)(train)
    found = compression.at_equal_quality(encode, decode, train_x=train, test_x=test)
    pictures = np.rint(test[..., 0] * 255).astype(np.uint8)
    files = {}
    for quality in codecs.JPEG.qualities:
        sizes, back = [], []
        for picture in pictures:
            file = io.BytesIO()
            Image.fromarray(picture).save(file, "JPEG", quality=quality, optimize=True)
            sizes.append(8 * len(file.getvalue()))
            back.append(np.asarray(Image.open(file)))
        psnr = peak_signal_noise_ratio(pictures, np.stack(back), data_range=255)
        files[quality] = (psnr, np.mean(sizes))
    as_good = [bits for psnr, bits in files.values() if psnr >= found["code_psnr"]]
    worse = [bits for psnr, bits in files.values() if psnr <= found["code_psnr"]]
    assert worse
    assert max(worse) * 0.99 <= found["jpeg_file_bits"] <= min(as_good) * 1.01
    assert found["jpeg_bits"] < found["jpeg_file_bits"] - 1000  # the container
    assert found["jpeg_psnr"] == found["code_psnr"]
    png = [len(codecs.smallest(picture, codecs.PNG, 0)) for picture in pictures]
    assert 8 * np.mean(png) <= found["png_file_bits"] <= 8 * np.mean(png) * 1.02
    assert found["png_bits"] < found["png_file_bits"]


def test_a_code_that_jpeg_cannot_be_as_bad_as_says_so(digits):
    train, test = digits.train.x[:300], digits.test.x[:30]
    encode, decode = cut(1)(train)
    found = compression.at_equal_quality(encode, decode, train_x=train, test_x=test)
    assert found["jpeg_psnr"] > found["code_psnr"] + 1
    assert found["code_bits"] < found["jpeg_bits"]


def test_a_code_that_jpeg_cannot_be_as_good_as_has_no_rival():
    noise = RNG.random((205, 28, 28, 1)).astype(np.float32)
    same = compression.at_equal_quality(
        lambda x: x.reshape(len(x), -1),
        lambda z: z.reshape(-1, 28, 28, 1),
        train_x=noise[:200],
        test_x=noise[200:],
    )
    assert not {"jpeg_bits", "jpeg_file_bits", "jpeg_psnr"} & set(same)
    assert same["code_psnr"] > 45
