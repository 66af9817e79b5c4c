"""Files that no honest visitor sends, made here: each with words of the sentence that it deserves."""

import gzip
import io
import pickle
import struct
import zipfile
import zlib

import numpy as np

from aemodels.data.own.record import File
from tests.unit.data.own import samples
from tests.unit.data.own.samples import idx_images, idx_labels, images, labels, npz, pictures, table, zipped


def groups():
    """What makes the files, by the kind of them: each gives name → (files, words of the refusal)."""
    return {
        "archives": _archives,
        "arrays": _arrays,
        "tables": _tables,
        "idx": _idx,
        "others": _others,
        "cut off": _cut_off,
    }


def _cut_off():
    return {
        f"{name} cut at {tenth} tenths": ([File(file.name, file.data[: len(file.data) * tenth // 10])], "")
        for name, file in _whole().items()
        for tenth in range(1, 10)
    }


def _whole():
    return {
        "npz": npz(images=images(), labels=labels()),
        "zip": zipped(pictures()),
        "idx": idx_images(),
        "idx.gz": idx_images(packed=True),
        "csv.gz": File("data.csv.gz", gzip.compress(table().data)),
    }


def _with(name, data=b"x"):
    return [zipped([*pictures(), (name, data)])]


def _info(name, **values):
    info = zipfile.ZipInfo(name)
    for key, value in values.items():
        setattr(info, key, value)
    return info


def _patched(file, old, new, first=True):
    """The file with bytes replaced, in its first or last place."""
    place = file.data.find(old) if first else file.data.rfind(old)
    assert place >= 0
    return File(file.name, file.data[:place] + new + file.data[place + len(old) :])


def _archives():
    many = zipped([(f"{number}.png", b"") for number in range(60_000)], method=zipfile.ZIP_STORED)
    too_many = zipped([(f"{number}", b"") for number in range(71_500)], method=zipfile.ZIP_STORED)
    bomb = zipped([*pictures(), ("big.png", bytes(60 * 2**20))])
    spread = zipped([*pictures(), *((f"{number}.png", bytes(4 * 2**20)) for number in range(80))])
    return {
        "zip slip": (_with("../../outside.png"), "leads out"),
        "zip slip within": (_with("a/../../outside.png"), "leads out"),
        "absolute": (_with("/etc/passwd.png"), "absolute"),
        "drive letter": (_with("C:/autoexec.png"), "absolute"),
        "backslash": (_with("a\\..\\b.png"), "backslash"),
        "control character": (_with("a/evil\x1b[2J.png"), "control"),
        "text direction": (_with("a/evil\u202egnp.exe.png"), "control"),
        "name with a NUL": (_null_name(), "control"),
        "empty part": (_with("a//b.png"), "empty part"),
        "endless name": (_with("a" * 3000 + ".png"), "longer than"),
        "HTML in a folder": (
            _with("<img src=x onerror=alert(1)>/1.png", samples.png(images()[0])),
            "sign that is not",
        ),
        "Markdown in a folder": (_with("[a](b)/1.png", samples.png(images()[0])), "sign that is not"),
        "long folder": (_with("a" * 60 + "/1.png", samples.png(images()[0])), "longer than 40"),
        "60,000 empty members": ([many], "cannot be used"),
        "71,500 members": ([too_many], "members"),
        "no members": ([zipped([])], "no pictures"),
        "nothing that is a picture": ([zipped([("readme.txt", b"hello")])], "no pictures"),
        "bomb": ([bomb], "times as much"),
        "bomb in parts": ([spread], "unpacks to more"),
        "twice the same": (_twice(), "two members"),
        "encrypted": ([_flagged(zipped(pictures()))], "encrypted"),
        "unknown method": ([_method(zipped(pictures()), 97)], "method"),
        "bzip2": ([zipped(pictures(), method=zipfile.ZIP_BZIP2)], "method"),
        "link": (
            [
                zipped(
                    [*pictures(), (_info("link.png", create_system=3, external_attr=0o120777 << 16), b"/etc")]
                )
            ],
            "a link",
        ),
        "zip in a zip": (_with("more.zip", zipped(pictures()).data), "archive within"),
        "zip that is called png": (_with("a/more.png", zipped(pictures()).data), "cannot be used"),
        "shared bytes": ([_overlapping()], "shares its bytes"),
        "wrong checksum": ([_wrong_sum()], "damaged"),
        "HTML that is called png": (
            _with("a/page.png", b"<html><script>alert(1)</script>"),
            "cannot be used",
        ),
        "picture of a gigapixel": (_with("a/huge.png", _png_header(50_000, 50_000)), "cannot be used"),
        "picture of one pixel": (
            _with("a/dot.png", samples.png(np.zeros((1, 1), np.uint8))),
            "cannot be used",
        ),
        "101 classes": (
            [zipped([(f"{number}/x.png", data) for number, (_, data) in enumerate(pictures(images(101)))])],
            "more than 100",
        ),
        "a picture beside folders": (_with("alone.png", samples.png(images()[0])), "some do not"),
        "two pictures": ([zipped(pictures()[:2])], "at least 20"),
    }


def _arrays():
    return {
        "objects": ([npz(images=np.asarray([{}] * 30, object), labels=labels())], "never unpickled"),
        "pickled labels": ([npz(images=images(), labels=np.asarray([object] * 30, object))], "never unpickled"),
        "pickle instead of an array": ([zipped([("images.npy", pickle.dumps(_Evil()))])], "readable header"),
        "records": ([npz(images=np.zeros(30, [("a", "u1"), ("b", "u1")]))], "of the type"),
        "complex": ([npz(images=images().astype(np.complex64))], "of the type"),
        "long texts": ([npz(images=images(), labels=np.asarray(["x" * 90] * 30))], "of the type"),
        "four terabytes": ([_claiming("(5000000000, 28, 28)")], "3.6 TB"),
        "beyond all numbers": ([_claiming(f"({10**30}, 28, 28)")], "would take"),
        "negative": ([_claiming("(-30, 28, 28)")], "impossible"),
        "no tuple": ([_claiming("__import__('os').system('true')")], "readable header"),
        "nested": ([_claiming("(" * 200 + ")" * 200)], "readable header"),
        "shorter than it says": ([_claiming("(1000, 28, 28)")], "as long as"),
        "longer than it says": ([_claiming("(20, 28, 28)")], "as long as"),
        "version 9": ([zipped([("images.npy", b"\x93NUMPY\x09\x00" + bytes(200))])], "readable header"),
        "not finite": ([npz(images=np.full((30, 28, 28), np.nan, np.float32))], "not finite"),
        "infinite": ([npz(images=np.full((30, 28, 28), np.inf))], "not finite"),
        "negative pixels": ([npz(images=np.full((30, 28, 28), -1, np.int16))], "0 to 255"),
        "300": ([npz(images=np.full((30, 28, 28), 300, np.int16))], "0 to 255"),
        "texts for images": ([npz(images=np.full((30, 28, 28), "a"))], "holds texts"),
        "tiny images": ([npz(images=np.zeros((30, 8, 8), np.uint8))], "28 to 64"),
        "large images": ([npz(images=np.zeros((30, 65, 65), np.uint8))], "28 to 64"),
        "one image": ([npz(images=images()[0])], "(28, 28)"),
        "no images": ([npz(images=np.zeros((0, 28, 28), np.uint8))], "at least 20"),
        "too many images": ([npz(images=np.zeros((70_001, 28, 28), bool))], "times as much"),
        "one label too few": ([npz(images=images(), labels=labels(29))], "30 images"),
        "labels for each pixel": ([npz(images=images(), labels=images())], "one whole number"),
        "many labels": ([npz(images=images(200), labels=np.arange(200))], "more than 100"),
        "half labels": ([npz(images=images(), labels=labels() + 0.5)], "whole number"),
        "labels of no signs": ([_no_signs()], "no signs"),
        "labels of HTML": ([npz(images=images(), labels=np.asarray(["<b>"] * 30))], "sign that is not"),
        "other names": ([npz(pixels=images())], "x_train"),
        "half of Keras's": ([npz(x_train=images(), x_test=images())], "y_train"),
        "two sizes": (
            [npz(x_train=images(), y_train=labels(), x_test=images(side=32), y_test=labels())],
            "different sizes",
        ),
        "a script among arrays": (
            [zipped([("images.npy", _array(images())), ("setup.py", b"import os")])], "no array"
        ),
        "a lone array": ([File("x.npy", _array(images()))], "single array"),
    }  # fmt: skip


def _tables():
    good = table().data.decode()
    lines = good.splitlines()
    return {
        "10 MB without an end": ([File("x.csv", b"1," * (5 * 2**20))], "longer than"),
        "NaN": ([File("x.csv", good.replace(",0,0\r\n", ",0,nan\r\n", 1).encode())], "not finite"),
        "infinite": ([File("x.csv", good.replace(",0,0\r\n", ",0,1e999\r\n", 1).encode())], "not finite"),
        "words": ([File("x.csv", good.replace(",0,0\r\n", ",0,=cmd()\r\n", 1).encode())], "where a pixel"),
        "a pixel missing": (
            [File("x.csv", good.replace(",0,0\r\n", ",0\r\n", 1).encode())],
            "columns instead",
        ),
        "empty pixels": ([File("x.csv", good.replace(",0,0\r\n", ",0,\r\n", 1).encode())], "where a pixel"),
        "no square": ([File("x.csv", "\n".join(line + ",0" for line in lines).encode())], "no square"),
        "no label": ([table(label="pixel9999")], "None of the 785"),
        "label of HTML": ([table(rows=["<b>"] * 3)], "sign that is not"),
        "long label": ([table(rows=["x" * 200] * 3)], "too long"),
        "another encoding": ([File("x.csv", good.replace("a,", "ä,").encode("latin-1"))], "UTF-8"),
        "header only": ([File("x.csv", lines[0].encode())], "at least 20"),
        "an HTML page": ([File("x.csv", b"<html>" + b"<br>\n" * 100)], "no square"),
        "a million lines": ([File("x.csv", b"0\n" * 1_000_000)], "at most 70,000"),
        "gzip of nothing but zeros": (
            [File("x.csv.gz", gzip.compress(bytes(2**20), 1))],
            "00 00 08 03",
        ),
        "gzip bomb of digits": ([File("x.csv.gz", _gzip_of(b"0,", 151 * 2**20))], "longer than it"),
    }


def _idx():
    return {
        "another type": ([idx_images(magic=0x903)], "00 00 08 03"),
        "doubles": ([idx_images(magic=0xE03)], "00 00 08 03"),
        "header only": ([File("x", struct.pack(">I", 0x803))], "within its header"),
        "four billion": ([idx_images(count=2**32 - 1)], "as long as"),
        "four billion packed": ([idx_images(count=2**32 - 1, packed=True)], "at most 70,000"),
        "one too many": ([idx_images(count=31)], "as long as"),
        "one too few": ([idx_images(count=29)], "as long as"),
        "one too few packed": ([idx_images(count=29, packed=True)], "longer than"),
        "large images": ([File("x", struct.pack(">4I", 0x803, 30, 10_000, 10_000))], "10,000 × 10,000"),
        "no pixels": ([File("x", struct.pack(">4I", 0x803, 30, 0, 0))], "28 to 64"),
        "labels alone": ([idx_labels()], "no idx file of images"),
        "other labels": ([idx_images(), idx_labels(labels(29))], "30 images"),
        "two images": ([idx_images(), idx_images()], "not clear"),
        "three images": ([idx_images()] * 3, "3 files of images"),
        "five files": ([idx_images()] * 5, "5 files"),
        "idx and csv": ([idx_images(), table()], "no idx file"),
        "gzip in a gzip": (
            [File("x.gz", gzip.compress(idx_images(packed=True).data))],
            "no file that can be read",
        ),
    }


def _others():
    return {
        "nothing": ([], "No file"),
        "empty": ([File("x.npz", b"")], "is empty"),
        "21 MB": ([File("x.npz", bytes(21 * 2**20))], "at most 20 MB"),
        "a pickle": ([File("x.npz", pickle.dumps(_Evil()))], "no file that can be read"),
        "a program": ([File("x.csv", b"\x7fELF" + bytes(range(256)) * 20)], "no file that can be read"),
        "a PDF": ([File("x.zip", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01")], "no file that can be read"),
        "a gzip of noise": ([File("x.gz", b"\x1f\x8b" + bytes(range(100)))], "damaged"),
        "zeros": ([File("x", bytes(1000))], "00 00 08 03"),
    }


class _Evil:
    """Whoever unpickles this has lost."""

    def __reduce__(self):
        raise_it = "raise AssertionError('unpickled')"
        return (exec, (raise_it,))


def _array(values):
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def _claiming(shape):
    """An array of 30 images whose header claims another shape."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + images().tobytes()
    return zipped([("images.npy", data)], "data.npz")


def _no_signs():
    """Texts of which Python can make none: their signs have numbers beyond all of Unicode."""
    texts = np.full(30, 0xFFFFFFFF, np.uint32).view("<U1")
    return npz(images=images(), labels=texts)


def _gzip_of(pattern, size):
    packer = zlib.compressobj(1, wbits=31)
    part = pattern * (2**20 // len(pattern))
    return b"".join(packer.compress(part) for _ in range(size // 2**20)) + packer.flush()


def _png_header(width, height):
    body = b"IHDR" + struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def _null_name():
    file = zipped([*pictures(), ("a/nullX.png", b"x")])
    return [File(file.name, file.data.replace(b"nullX.png", b"null\x00.png"))]


def _twice():
    file = zipped([*pictures(), ("a/0001.png", b"x"), ("a/0002.png", b"y")])
    return [File(file.name, file.data.replace(b"a/0002.png", b"a/0001.png"))]


def _flagged(file):
    """The flag of encryption set in the directory's first line."""
    place = file.data.find(b"PK\x01\x02") + 8
    return File(file.name, file.data[:place] + b"\x01\x00" + file.data[place + 2 :])


def _method(file, number):
    place = file.data.find(b"PK\x01\x02") + 10
    return File(file.name, file.data[:place] + struct.pack("<H", number) + file.data[place + 2 :])


def _overlapping():
    """The second line of the directory points at the first member."""
    file = zipped(pictures())
    first = file.data.find(b"PK\x01\x02")
    second = file.data.find(b"PK\x01\x02", first + 4) + 42
    return File(file.name, file.data[:second] + bytes(4) + file.data[second + 4 :])


def _wrong_sum():
    file = zipped(pictures(), method=zipfile.ZIP_STORED)
    place = file.data.find(b"IDAT") + 6
    return File(file.name, file.data[:place] + bytes([file.data[place] ^ 255]) + file.data[place + 1 :])
