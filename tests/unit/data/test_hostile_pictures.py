"""Bad and huge pictures of every kind: each a sentence or, where it is legitimate, read well; within bounds.

Memory is measured in a process of its own, as the growth of its peak while it answers one file after the other.
"""

import io
import json
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aemodels.data.images import prepare
from aemodels.data.jpeg_scans import comes_row_by_row
from aemodels.data.reading import MAX_JPEG_PIXELS, WORKING_PIXELS, read_grey
from aemodels.errors import ImageError

MOST_MEGABYTES = 150
TWELVE = (4000, 3000)  # 12 megapixels, the most that other kinds than JPEG may have
FIFTY = (8660, 5770)

READ_WELL, REFUSED = "read well", "refused"


def sheet(size, mode="L"):
    """A 7 of thick lines, in the middle of white paper."""
    width, height = size
    picture = Image.new("L", size, 245)
    pen = ImageDraw.Draw(picture)
    corners = [(0.38, 0.25), (0.62, 0.26), (0.45, 0.78)]
    pen.line([(x * width, y * height) for x, y in corners], fill=20, width=min(size) // 25)
    return picture.convert(mode)


def encoded(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_that_claims(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def jpeg_that_claims(width, height, **options):
    """A small JPEG with another size written into its frame header."""
    data = bytearray(encoded(sheet((64, 64)), "JPEG", **options))
    place = data.find(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def gif_of_frames(count):
    """An animated GIF: a sheet, then so many frames of one pixel."""
    first = encoded(sheet((200, 200)), "GIF")
    frame = (
        b"\x21\xf9\x04\x00\x01\x00\x00\x00"
        + b"\x2c"
        + struct.pack("<4HB", 0, 0, 1, 1, 0)
        + b"\x02\x02\x44\x01\x00"
    )
    return first[:-1].removesuffix(b";") + frame * count + b";"


def float_tiff():
    values = np.asarray(sheet(TWELVE)).astype(np.float32) * 1e3
    values[::5, ::7] = np.nan
    return encoded(Image.fromarray(values), "TIFF", compression="tiff_deflate")


def sixteen_bits():
    return encoded(
        Image.fromarray(np.asarray(sheet(TWELVE)).astype(np.uint16) * 250), "PNG", compress_level=1
    )


def transparent():
    paper = sheet(TWELVE)
    ink = Image.new("RGBA", TWELVE, (30, 20, 90, 255))
    ink.putalpha(paper.point(lambda value: 255 - value))
    return encoded(ink, "PNG", compress_level=1)


BAD = {
    "an empty file": (lambda: b"", REFUSED),
    "a renamed EPS": (lambda: encoded(sheet((60, 60), "RGB"), "EPS"), REFUSED),
    "a renamed PDF": (lambda: encoded(sheet((60, 60)), "PDF"), REFUSED),
    "a renamed PSD": (lambda: b"8BPS\x00\x01" + bytes(10_000), REFUSED),
    "a PNG of 20,000 × 20,000": (lambda: png_that_claims(20_000, 20_000), REFUSED),
    "a JPEG of 20,000 × 20,000": (lambda: jpeg_that_claims(20_000, 20_000), REFUSED),
    "a progressive JPEG of 50 megapixels": (lambda: jpeg_that_claims(*FIFTY, progressive=True), REFUSED),
    "a PNG of one colour": (lambda: encoded(Image.new("RGB", TWELVE, (90, 9, 99)), "PNG"), REFUSED),
    "a JPEG of one colour": (lambda: encoded(Image.new("L", FIFTY, 99), "JPEG"), REFUSED),
    "a GIF of 100,000 frames": (lambda: gif_of_frames(100_000), READ_WELL),
    "a JPEG of 50 megapixels": (lambda: encoded(sheet(FIFTY, "RGB"), "JPEG"), READ_WELL),
    "a JPEG of 50 megapixels, cut off": (lambda: encoded(sheet(FIFTY), "JPEG")[:-200_000], REFUSED),
    "a progressive JPEG of 12": (lambda: encoded(sheet(TWELVE, "RGB"), "JPEG", progressive=True), READ_WELL),
    "a CMYK JPEG": (lambda: encoded(sheet((6000, 4000), "CMYK"), "JPEG"), READ_WELL),
    "a CMYK TIFF": (lambda: encoded(sheet(TWELVE, "CMYK"), "TIFF", compression="tiff_lzw"), READ_WELL),
    "16 bits": (sixteen_bits, READ_WELL),
    "floats with NaN": (float_tiff, READ_WELL),
    "a colour PNG of 12": (lambda: encoded(sheet(TWELVE, "RGB"), "PNG", compress_level=1), READ_WELL),
    "a transparent PNG of 12": (transparent, READ_WELL),
    "a palette PNG of 12": (lambda: encoded(sheet(TWELVE, "P"), "PNG", compress_level=1), READ_WELL),
    "a bilevel TIFF of 12": (lambda: encoded(sheet(TWELVE, "1"), "TIFF", compression="group4"), READ_WELL),
    "a WebP of 4": (lambda: encoded(sheet((2300, 1700), "RGB"), "WEBP", method=0), READ_WELL),
}

ANSWER = '''
import json, resource, sys
import numpy as np
from pathlib import Path
from aemodels.data.images import prepare
from aemodels.errors import ImageError

def peak():
    """Of this process alone; Linux's ru_maxrss begins with that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

def forget_peak():
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # then the peak only grows, and the bound is for all files together

# What is imported on the way, by a picture in uneven light, is no picture's memory.
prepare(Path(sys.argv[1], "first").read_bytes())
answers = {}
for file in sorted(Path(sys.argv[1]).glob("*.bin"), key=lambda file: int(file.stem)):
    data = file.read_bytes()
    forget_peak()
    before = peak()
    try:
        image, sentence = prepare(data), ""
    except ImageError as error:
        image, sentence = np.zeros(0), str(error)
    grown = peak() - before
    answers[file.stem] = {"sentence": sentence, "image": image.ravel().tolist(), "megabytes": grown}
print(json.dumps(answers))
'''


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What one fresh process answers to all of them, in the order of the table."""
    folder = tmp_path_factory.mktemp("bad")
    light = np.linspace(0.6, 1, 300)[None]
    uneven = Image.fromarray((np.asarray(sheet((300, 300))) * light).astype(np.uint8))
    (folder / "first").write_bytes(encoded(uneven, "PNG"))
    for place, (make, _) in enumerate(BAD.values()):
        (folder / f"{place}.bin").write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, str(folder)], capture_output=True, text=True, check=True, timeout=250
    )
    return [json.loads(done.stdout)[str(place)] for place in range(len(BAD))]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_answered_with_a_sentence_or_read_well(name, answers):
    answer = answers[list(BAD).index(name)]
    if BAD[name][1] == REFUSED:
        assert answer["sentence"].endswith(".")
        assert "lease" in answer["sentence"]  # it says what to do
    else:
        assert answer["sentence"] == ""
        image = np.array(answer["image"], np.float32)
        expected = prepare(encoded(sheet((800, 600)), "PNG")).ravel()
        assert np.abs(image - expected).mean() < 0.06


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_needs_little_memory(name, answers):
    assert answers[list(BAD).index(name)]["megabytes"] < MOST_MEGABYTES


def test_the_measure_of_memory_sees_a_large_picture(answers):
    largest = max(answer["megabytes"] for answer in answers)
    assert largest > 20  # 12 megapixels of colour are 48 MB, decoded


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"])
def test_a_large_picture_cut_off_at_any_tenth_gives_a_sentence(kind):
    data = encoded(sheet((900, 700), "RGB"), kind)
    for tenth in range(9):
        with pytest.raises(ImageError, match=r"\.$"):
            prepare(data[: len(data) * tenth // 10])


def test_a_jpeg_of_a_few_more_pixels_than_allowed_is_refused():
    side = int(MAX_JPEG_PIXELS**0.5) + 8
    with pytest.raises(ImageError, match="at most 50 megapixels"):
        prepare(jpeg_that_claims(side, side))


def test_a_large_jpeg_is_brought_to_working_size_and_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = sheet((3000, 4000))
    grey = read_grey(encoded(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif))
    assert grey.size <= 1.01 * WORKING_PIXELS
    small = np.asarray(upright.resize(grey.shape[::-1], Image.Resampling.BOX)) / 255
    assert np.abs(grey - small).mean() < 0.01


def test_only_sequential_jpegs_of_one_scan_count_as_coming_row_by_row():
    colour, grey = sheet((64, 48), "RGB"), sheet((64, 48))
    for picture in (colour, grey, sheet((64, 48), "CMYK")):
        assert comes_row_by_row(encoded(picture, "JPEG"))
        assert not comes_row_by_row(encoded(picture, "JPEG", progressive=True))
    data = bytearray(encoded(colour, "JPEG"))
    place = data.find(b"\xff\xda")
    data[place + 4] = 1  # its first scan would hold one colour only
    assert not comes_row_by_row(bytes(data))
    for end in range(0, place + 5, 7):
        assert not comes_row_by_row(bytes(data[:end]))
