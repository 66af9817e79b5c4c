"""Bytes from strangers → grey, or one sentence; never anything else."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aemodels.data.images import prepare
from aemodels.data.reading import WORKING_PIXELS, grey_from_array, read_grey
from aemodels.errors import ImageError

KINDS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")


@pytest.fixture(scope="module")
def sheet():
    """An "F", which looks different whichever way it is turned. Grey, 80 × 60."""
    picture = Image.new("L", (60, 80), 250)
    pen = ImageDraw.Draw(picture)
    pen.line([(20, 70), (20, 10), (48, 10)], fill=10, width=5)
    pen.line([(20, 36), (38, 36)], fill=10, width=5)
    return picture


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def difference(data, sheet):
    return float(np.abs(read_grey(data) - np.asarray(sheet) / 255).mean())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_kind_that_is_allowed_is_read(sheet, kind, mode):
    assert difference(encoded(sheet.convert(mode), kind), sheet) < 0.01


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "RGB", "L", "I;16"])
def test_every_mode_of_a_png_is_read(sheet, mode):
    picture = (
        sheet.convert(mode) if mode != "I;16" else Image.fromarray(np.asarray(sheet).astype("<u2") * 200)
    )
    image = prepare(encoded(picture))
    assert np.abs(image - prepare(encoded(sheet))).mean() < 0.02


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "LAB", "F", "I", "RGBA", "LA"])
def test_every_mode_of_a_tiff_is_read(sheet, mode):
    picture = Image.merge("LAB", [sheet] * 3) if mode == "LAB" else sheet.convert(mode)
    assert np.abs(prepare(encoded(picture, "TIFF")) - prepare(encoded(sheet))).mean() < 0.02


def test_a_cmyk_jpeg_is_read(sheet):
    assert difference(encoded(sheet.convert("CMYK"), "JPEG", quality=95), sheet) < 0.02


def test_floats_that_are_no_numbers_count_as_ground(sheet):
    values = np.asarray(sheet).astype(np.float32) * 1e30 - 3e31
    values[::7, ::5] = np.nan
    values[0, 0], values[0, 1] = np.inf, -np.inf
    clean = np.asarray(sheet).copy()
    clean[::7, ::5] = clean[0, :2] = 250
    got = read_grey(encoded(Image.fromarray(values), "TIFF"))
    assert np.abs(got - (clean - 10.0) / 240).mean() < 0.01
    with pytest.raises(ImageError, match="no finite values"):
        read_grey(encoded(Image.fromarray(np.full((9, 9), np.nan, np.float32)), "TIFF"))


def test_extreme_floats_do_not_overflow():
    values = np.full((30, 30), 3e38, np.float32)
    values[10:20, 14:16] = -3e38
    np.testing.assert_allclose(read_grey(encoded(Image.fromarray(values), "TIFF")), values > 0)


def test_twelve_bits_in_sixteen_use_the_whole_range(sheet):
    values = np.asarray(sheet).astype(np.uint16) * 16
    got = read_grey(encoded(Image.fromarray(values)))
    assert got.min() < 0.01
    assert got.max() > 0.99


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_by_its_exif(sheet, orientation):
    # What a camera stores so that the viewer, following Exif, sees the sheet.
    pixels = np.asarray(sheet)
    stored = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.T,
        6: pixels.T[::-1],  # shown after a quarter turn clockwise
        7: pixels[::-1, ::-1].T,
        8: pixels.T[:, ::-1],  # shown after a quarter turn anticlockwise
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        assert (
            difference(encoded(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif), sheet) < 0.01
        )


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_only_the_first_picture_of_an_animation_is_read(sheet, kind):
    others = [Image.new("L", sheet.size, shade) for shade in (0, 90, 200)]
    data = encoded(sheet, kind, save_all=True, append_images=others)
    assert difference(data, sheet) < 0.01


def test_a_large_picture_is_brought_to_working_size(sheet):
    large = sheet.resize((1500, 2000))
    grey = read_grey(encoded(large))
    assert grey.size <= 1.01 * WORKING_PIXELS
    assert grey.shape[0] / grey.shape[1] == pytest.approx(80 / 60, rel=0.01)
    assert grey.dtype == np.float32


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b"8BPS\x00\x01" + bytes(40), "Photoshop"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"),
        (b"seven", "not a picture"),
        (bytes(5000), "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "not a picture"),
    ],
)
def test_what_is_no_picture_of_an_allowed_kind_is_named(data, what):
    with pytest.raises(ImageError, match=rf"{what}.*PNG, JPEG, WebP, BMP, GIF or TIFF"):
        prepare(data)


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "PCX", "EPS", "PDF", "JPEG2000"])
def test_kinds_that_pillow_could_read_are_refused_too(sheet, kind):
    with pytest.raises(ImageError, match="PNG, JPEG"):
        prepare(encoded(sheet, kind))


def test_something_else_than_bytes_is_refused():
    with pytest.raises(ImageError, match="not as str"):
        prepare("digit.png")


def png_that_claims(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("side", [3465, 10_000, 20_000, 2**31 - 1])
def test_too_many_pixels_are_refused_before_any_is_decoded(side, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("decoded"))
    with pytest.raises(ImageError, match="at most 12 megapixels"):
        prepare(png_that_claims(side, side))


def test_four_megapixels_are_allowed(sheet):
    assert prepare(encoded(sheet.resize((2000, 2000)))).shape == (1, 28, 28, 1)


def test_too_many_bytes_are_refused(sheet):
    with pytest.raises(ImageError, match=r"at most 10 MB"):
        prepare(encoded(sheet) + bytes(10 * 2**20))


def tiff_in_tiles(side):
    """A deflated TIFF of 64 × 64 pixels, as one tile of side × side."""
    body = zlib.compress(bytes(10_000))
    tags = {256: 64, 257: 64, 258: 8, 259: 8, 262: 1, 277: 1, 322: side, 323: side, 324: 8, 325: len(body)}
    directory = struct.pack("<H", len(tags))
    directory += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\x00" + struct.pack("<I", 8 + len(body)) + body + directory + bytes(4)


def test_a_tiff_whose_tiles_are_larger_than_a_picture_may_be_is_refused():
    with pytest.raises(ImageError, match="tiles"):
        prepare(tiff_in_tiles(60_000))


@pytest.mark.parametrize("size", [(1, 1), (3, 90), (4000, 20)])
def test_pictures_too_small_or_too_narrow_are_refused(size):
    with pytest.raises(ImageError, match="too small or too narrow"):
        prepare(encoded(Image.new("L", size)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_at_any_tenth_gives_a_picture_or_a_sentence(sheet, kind, capfd):
    data = encoded(sheet.convert("RGB"), kind)
    for tenth in range(10):
        answer(data[: len(data) * tenth // 10])
    with pytest.raises(ImageError):
        prepare(data[: len(data) // 2])


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_gives_a_picture_or_a_sentence(sheet, kind, capfd):
    rng = np.random.default_rng(KINDS.index(kind))
    good = encoded(sheet.convert("RGB"), kind)
    for _ in range(40):
        data = bytearray(good)
        for place in rng.integers(0, rng.choice([60, 300, len(data)]), 3):
            data[place % len(data)] = rng.integers(256)
        answer(bytes(data))


def answer(data):
    try:
        image = prepare(data)
    except ImageError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either way out is right
    else:
        assert image.shape == (1, 28, 28, 1)
        assert np.isfinite(image).all()


@pytest.mark.parametrize(
    "array",
    [np.zeros((28, 28)), np.zeros((28, 28, 2), np.uint8), np.zeros(784, np.uint8), np.zeros((0, 0), np.uint8),
     np.zeros((2, 28, 28, 3), np.uint8), np.zeros((2001, 2001), np.uint8)],
)  # fmt: skip
def test_arrays_of_other_types_and_shapes_are_refused(array):
    with pytest.raises(ImageError):
        grey_from_array(array)


def test_an_array_may_have_one_channel(sheet):
    pixels = np.asarray(sheet)
    np.testing.assert_array_equal(grey_from_array(pixels[:, :, None]), grey_from_array(pixels))
