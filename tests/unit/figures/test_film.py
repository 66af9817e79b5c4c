"""Films as Pillow reads them back; strips whose codes come back; files that are no strips."""

import io
import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from aemodels.errors import ConfigError, ImageError
from aemodels.figures.film import codes_in, gif, strip_png


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((5, 28, 28, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((5, 3)).astype(np.float32)


def frames(film: bytes) -> tuple[list[np.ndarray], list[float]]:
    """The frames as Pillow decodes them, grey, and how many milliseconds each is shown."""
    pictures, durations = [], []
    with Image.open(io.BytesIO(film), formats=("GIF",)) as opened:
        for index in range(opened.n_frames):
            opened.seek(index)
            pictures.append(np.asarray(opened.convert("L")))
            durations.append(opened.info["duration"])
    return pictures, durations


def grey(images: np.ndarray) -> np.ndarray:
    return np.floor(images[..., 0] * 255 + 0.5).astype(np.uint8)


# --- GIF ---------------------------------------------------------------------------------------------------


def test_a_film_goes_there_and_back_without_showing_an_end_twice(images):
    pictures, _ = frames(gif(images, scale=1))
    np.testing.assert_array_equal(pictures, grey(images)[[0, 1, 2, 3, 4, 3, 2, 1]])


def test_a_film_that_only_goes_there_has_a_frame_for_each_image(images):
    pictures, _ = frames(gif(images, scale=1, there_and_back=False))
    np.testing.assert_array_equal(pictures, grey(images))


def test_two_images_go_there_and_back_in_two_frames(images):
    assert len(frames(gif(images[:2]))[0]) == 2


def test_every_pixel_becomes_a_square(images):
    pictures, _ = frames(gif(images, scale=3))
    expected = Image.fromarray(grey(images)[1]).resize((84, 84), Image.Resampling.NEAREST)
    np.testing.assert_array_equal(pictures[1], np.asarray(expected))


def test_bytes_and_floats_make_the_same_film(images):
    assert gif(grey(images)) == gif(images)
    assert gif(grey(images)[..., None]) == gif(images)


def test_a_film_loops_for_ever_and_carries_the_remark(images):
    with Image.open(io.BytesIO(gif(images, remark="Schritte von 3 über 5"))) as opened:
        assert opened.info["loop"] == 0
        assert opened.info["comment"].decode() == "Schritte von 3 über 5"
        assert opened.size == (168, 168)


def test_a_film_without_a_remark_has_no_comment(images):
    with Image.open(io.BytesIO(gif(images))) as opened:
        assert "comment" not in opened.info


@pytest.mark.parametrize("seconds", [0.17, 1, 3.0, 59.99])
def test_one_loop_takes_the_seconds_asked_for(images, seconds):
    _, durations = frames(gif(images, seconds=seconds, scale=1))
    assert sum(durations) == round(seconds * 1000)
    assert max(durations) - min(durations) <= 10


def test_no_frame_is_shorter_than_browsers_show():
    random = np.random.default_rng(2).random((240, 28, 28, 1))
    pictures, durations = frames(gif(random, seconds=1.0, scale=1))
    assert len(pictures) == 478
    assert set(durations) == {20}


def test_equal_images_are_one_frame_shown_for_the_time_of_them_all(images):
    pictures, durations = frames(gif(images[[0, 1, 1, 1, 2]], seconds=1.0, scale=1, there_and_back=False))
    np.testing.assert_array_equal(pictures, grey(images)[:3])
    assert durations == [200, 600, 200]


@pytest.mark.parametrize("shape", [(5, 27, 28), (5, 28, 28, 3), (28, 28), (5, 784), ()])
def test_a_film_of_what_is_no_image_is_refused(shape):
    with pytest.raises(ImageError, match=r"images of shape \(n, 28, 28, 1\)"):
        gif(np.zeros(shape))


@pytest.mark.parametrize("kind", [np.int64, bool, complex, str])
def test_a_film_of_numbers_that_may_mean_anything_is_refused(kind):
    with pytest.raises(ImageError, match=r"floats in \[0, 1\] or uint8"):
        gif(np.zeros((5, 28, 28)).astype(kind))


@pytest.mark.parametrize("count", [0, 1, 241])
def test_a_film_of_too_few_or_too_many_images_is_refused(count):
    with pytest.raises(ImageError, match=f"2 to 240 images; received {count}"):
        gif(np.zeros((count, 28, 28, 1)))


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_film_of_a_diverged_model_is_refused(number):
    with pytest.raises(ImageError, match="training has diverged"):
        gif(np.full((2, 28, 28, 1), number))


@pytest.mark.parametrize("scale", [0, 13, 2.0, True, None])
def test_an_enlargement_out_of_range_is_refused(images, codes, scale):
    for make in (lambda: gif(images, scale=scale), lambda: strip_png(images, codes, scale=scale)):
        with pytest.raises(ConfigError, match="enlargement is a whole number from 1 to 12"):
            make()


@pytest.mark.parametrize("seconds", [0, -1, 60.1, np.nan, np.inf, "3", None])
def test_a_length_out_of_range_is_refused(images, seconds):
    with pytest.raises(ConfigError, match="at most 60 seconds"):
        gif(images, seconds=seconds)


@pytest.mark.parametrize("text", ["a" * 1001, "two\nlines", "zero\0", "\ud800", 7])
def test_a_remark_or_a_title_that_is_not_one_line_is_refused(images, codes, text):
    with pytest.raises(ConfigError, match="A remark is one line of at most 1000"):
        gif(images, remark=text)
    with pytest.raises(ConfigError, match="A title is one line of at most 200"):
        strip_png(images, codes, title=text)


def test_the_longest_remark_and_the_longest_title_come_back(images, codes):
    with Image.open(io.BytesIO(gif(images, remark="ß" * 1000))) as opened:
        assert opened.info["comment"].decode() == "ß" * 1000
    with Image.open(io.BytesIO(strip_png(images, codes, title="ж" * 200))) as opened:
        assert opened.info["title"] == "ж" * 200


# --- film strip --------------------------------------------------------------------------------------------


def test_a_strip_has_the_images_row_by_row_with_gaps_between(images, codes):
    with Image.open(io.BytesIO(strip_png(images, codes, scale=2, gap=3, most_in_row=3))) as opened:
        assert opened.mode == "L"
        picture = np.asarray(opened)
    assert picture.shape == (2 * 56 + 3, 3 * 56 + 2 * 3)
    for index, (row, column) in enumerate([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]):
        tile = picture[row * 59 : row * 59 + 56, column * 59 : column * 59 + 56]
        np.testing.assert_array_equal(tile[::2, ::2], grey(images)[index])
        np.testing.assert_array_equal(tile[1::2, 1::2], grey(images)[index])
    assert len(np.unique(picture[56:59])) == 1  # a gap of one grey
    assert 0 < picture[57, 0] < 255


def test_a_strip_is_no_wider_than_its_images(images, codes):
    with Image.open(io.BytesIO(strip_png(images, codes, scale=1, gap=0))) as opened:
        assert opened.size == (5 * 28, 28)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_codes_come_back_exactly(images, codes, kind):
    codes = codes.astype(kind)
    back = codes_in(strip_png(images, codes))
    np.testing.assert_array_equal(np.array(back, kind), codes)


def test_codes_of_single_precision_have_no_more_digits_than_they_need(images):
    assert codes_in(strip_png(images[:1], np.float32([[0.1, -2.0, 1e-20]]))) == [[0.1, -2.0, 1e-20]]
    assert codes_in(strip_png(images[:1], [[1, 2]])) == [[1.0, 2.0]]


def test_the_codes_and_the_title_are_plain_texts_of_the_png(images, codes):
    data = strip_png(images, codes, title="From 3 to 5, müde")
    assert b"tEXtcodes\0[[" in data
    assert "tEXttitle\0From 3 to 5, müde".encode("latin-1") in data
    with Image.open(io.BytesIO(data)) as opened:
        assert np.shape(json.loads(opened.text["codes"])) == (5, 3)
    assert b"title" not in strip_png(images, codes)


def test_the_longest_strip_of_the_longest_codes_comes_back():
    codes = np.random.default_rng(3).standard_normal((240, 128)).astype(np.float32)
    data = strip_png(np.zeros((240, 28, 28, 1)), codes)
    np.testing.assert_array_equal(np.float32(codes_in(data)), codes)


@pytest.mark.parametrize("codes", [np.zeros((4, 3)), np.zeros((6, 3)), np.zeros((5, 0)), np.zeros((0, 2))])
def test_a_strip_needs_a_code_for_each_image(images, codes):
    with pytest.raises(ConfigError, match=r"5 images has as many codes, shape \(5, d\)"):
        strip_png(images, codes)


@pytest.mark.parametrize("codes", [[[1.0], [2.0, 3.0]], [["a"], ["b"]], 1.0, np.zeros((2, 2, 2))])
def test_codes_that_are_no_lists_of_numbers_are_refused(images, codes):
    with pytest.raises(ConfigError, match="lists of numbers, all of one length"):
        strip_png(images[:2], codes)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_codes_that_are_not_finite_are_refused(images, number):
    with pytest.raises(ConfigError, match="must be finite"):
        strip_png(images[:1], [[0.0, number]])


def test_codes_too_long_for_a_strip_are_refused(images):
    with pytest.raises(ConfigError, match="too long for a strip"):
        strip_png(images[:1], np.full((1, 100_001), 0.123456789012345678))


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"gap": -1}, "gap is a whole number from 0 to 32"),
        ({"gap": 33}, "gap is a whole number from 0 to 32"),
        ({"most_in_row": 0}, "row is a whole number from 1 to 240"),
        ({"most_in_row": 241}, "row is a whole number from 1 to 240"),
    ],
)
def test_a_gap_or_a_row_out_of_range_is_refused(images, codes, setting, sentence):
    with pytest.raises(ConfigError, match=sentence):
        strip_png(images, codes, **setting)


def test_a_strip_of_no_images_is_refused():
    with pytest.raises(ImageError, match="1 to 240 images; received 0"):
        strip_png(np.zeros((0, 28, 28, 1)), np.zeros((0, 2)))


def test_a_strip_of_too_many_pixels_is_refused():
    with pytest.raises(ImageError, match=r"more than 16 million pixels\. Choose fewer"):
        strip_png(np.zeros((240, 28, 28, 1)), np.zeros((240, 2)), scale=12)


# --- files from strangers ----------------------------------------------------------------------------------


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def a_png(*texts: bytes, width: int = 1, height: int = 1) -> bytes:
    """A PNG written by hand, with chunks of our choice before its pixel."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    tail = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(texts) + tail


def with_codes(text: str) -> bytes:
    return a_png(chunk(b"tEXt", b"codes\0" + text.encode("latin-1")))


def test_a_png_by_hand_with_codes_is_read():
    assert codes_in(with_codes("[[1, 2.5], [3, 4]]")) == [[1.0, 2.5], [3.0, 4.0]]


def test_the_pixels_are_never_unpacked(images, codes):
    data = strip_png(images, codes)
    np.testing.assert_array_equal(np.float32(codes_in(data[: data.index(b"IDAT") + 40])), codes)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG", "text", None])
def test_what_is_no_png_is_refused(data):
    with pytest.raises(ImageError, match="not a PNG"):
        codes_in(data)


def test_another_picture_is_refused(images):
    with pytest.raises(ImageError, match="not a PNG"):
        codes_in(gif(images))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        a_png()[:20],
        a_png()[:30],
        a_png()[:8] + chunk(b"tEXt", b"codes\0[[1]]") + a_png()[8:],  # its size is not where sizes stand
        a_png().replace(b"IHDR", b"JHDR"),
        a_png(struct.pack(">I", 8) + b"tEXtcodes\0[[" + bytes(4)),  # a wrong checksum
        a_png(chunk(b"zTXt", b"codes\0\0" + zlib.compress(b"[" * 2_000_000))),  # a bomb
    ],
)
def test_a_damaged_png_is_refused(data):
    with pytest.raises(ImageError, match="damaged"):
        codes_in(data)


def test_a_png_without_codes_is_refused():
    for data in (a_png(), a_png(chunk(b"tEXt", b"title\0[[1]]"))):
        with pytest.raises(ImageError, match="no codes in this PNG"):
            codes_in(data)


def test_a_png_that_claims_to_be_large_is_refused_before_it_is_opened():
    text = chunk(b"tEXt", b"codes\0[[1]]")
    for width, height in ((4001, 4000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)):
        with pytest.raises(ImageError, match="at most 16 million"):
            codes_in(a_png(text, width=width, height=height))
    assert codes_in(a_png(text, width=4000, height=4000)) == [[1.0]]


def test_a_file_too_long_is_refused():
    with pytest.raises(ImageError, match=r"20\.0 MB large; a film strip has at most 20 MB"):
        codes_in(with_codes("[[1]]") + bytes(20 * 1024 * 1024))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[1, 2",
        "[]",
        "{}",
        "7",
        "[1, 2]",
        "[[]]",
        "[[1], [1, 2]]",
        "[[1], 2]",
        "[[[1]]]",
        "[[NaN]]",
        "[[Infinity]]",
        "[[1e400]]",
        f"[[{'9' * 400}]]",
        f"[[{'9' * 10_000}]]",
        '[["1"]]',
        "[[true]]",
        "[[null]]",
        "[" * 100_000,
        f"[{', '.join(['[1]'] * 241)}]",
        f"[[{' ' * 2_000_000}1]]",
    ],
)
def test_codes_that_make_no_sense_are_refused(text):
    with pytest.raises(ImageError, match="make no sense"):
        codes_in(with_codes(text))


def test_compressed_codes_of_another_program_are_read():
    texts, buffer = PngInfo(), io.BytesIO()
    texts.add_text("codes", "[[0.5]]", zip=True)
    Image.new("L", (3, 3)).save(buffer, format="PNG", pnginfo=texts)
    assert codes_in(buffer.getvalue()) == [[0.5]]
