"""Every format that may be brought comes back as the arrays that it was made of."""

import gzip
import zipfile

import numpy as np
import pytest
from PIL import Image

from aemodels.data.own import advice, bring, limits, record
from aemodels.data.own.record import File
from aemodels.errors import DatasetError
from tests.unit.data.own.samples import (
    NAMES,
    idx_images,
    idx_labels,
    images,
    labels,
    npz,
    pictures,
    png,
    table,
    zipped,
)

IMAGES, LABELS = images(), labels()
NUMBERS = ("0", "1", "2")
KERAS = {"x_train": IMAGES[:20], "y_train": LABELS[:20], "x_test": IMAGES[20:], "y_test": LABELS[20:]}

# What is brought, the names of its classes, and where its test images begin.
GOOD = {
    "npz": ([npz(images=IMAGES, labels=LABELS)], NUMBERS, None),
    "npz in Keras's layout": ([npz(**KERAS)], NUMBERS, 20),
    "npz with one channel": ([npz(images=IMAGES[..., None], labels=LABELS[:, None])], NUMBERS, None),
    "npz of three equal channels": ([npz(images=np.stack([IMAGES] * 3, 3), labels=LABELS)], NUMBERS, None),
    "npz of rows": ([npz(images=IMAGES.reshape(30, 784), labels=LABELS)], NUMBERS, None),
    "npz of whole numbers": ([npz(images=IMAGES.astype(">i8"), labels=LABELS.astype(np.int64))], NUMBERS, None),
    "npz of floats from 0 to 1": ([npz(images=IMAGES / 255, labels=LABELS.astype(float))], NUMBERS, None),
    "npz in Fortran's order": ([npz(images=np.asfortranarray(IMAGES), labels=LABELS)], NUMBERS, None),
    "npz with names": ([npz(images=IMAGES, labels=np.asarray(NAMES)[LABELS])], NAMES, None),
    "npz without labels": ([npz(images=IMAGES)], ("image",), None),
    "zip of folders": ([zipped(pictures())], NAMES, None),
    "zip of nested folders": ([zipped(pictures(folder="all/of/them/{}/"))], NAMES, None),
    "zip without folders": ([zipped(pictures(folder=""))], ("image",), None),
    "zip of one folder": ([zipped(pictures(folder="mine/"))], ("image",), None),
    "zip with a Mac's litter": ([zipped([*pictures(), ("__MACOSX/._x", b"?"), (".DS_Store", b"?")])], NAMES, None),
    "csv": ([table()], NAMES, None),
    "csv with semicolons": ([table(separator=";")], NAMES, None),
    "csv with the label last": ([table(place=784, label="Class")], NAMES, None),
    "csv without header": ([table(header=False, rows=LABELS.tolist())], NUMBERS, None),
    "csv of floats": ([table(IMAGES / 255)], NAMES, None),
    "csv, packed": ([File("x.csv.gz", gzip.compress(table().data))], NAMES, None),
    "csv of Windows": ([File("x.csv", b"\xef\xbb\xbf" + table().data)], NAMES, None),
    "idx": ([idx_images(), idx_labels()], NUMBERS, None),
    "idx, packed": ([idx_labels(packed=True), idx_images(packed=True)], NUMBERS, None),
    "idx without labels": ([idx_images()], ("image",), None),
    "four idx files": (
        [
            idx_labels(LABELS[20:], "t10k-labels-idx1-ubyte"),
            idx_images(IMAGES[20:], "t10k-images-idx3-ubyte"),
            idx_images(IMAGES[:20]),
            idx_labels(LABELS[:20]),
        ],
        NUMBERS,
        20,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_format_comes_back_as_what_it_was_made_of(name):
    files, class_names, test_from = GOOD[name]
    found = bring.read(files)
    assert found.class_names == class_names
    assert found.test_from == test_from
    if name == "zip of folders" or name == "zip of nested folders" or "zip with" in name:
        assert {image.tobytes() for image in found.images} == {image.tobytes() for image in IMAGES}
    expected = LABELS if len(class_names) > 1 else np.zeros(30, np.uint8)
    order = [np.flatnonzero((image == IMAGES).all(axis=(1, 2)))[0] for image in found.images]
    assert (found.labels == expected[order]).all()
    assert sorted(order) == list(range(30))
    assert not found.images.flags.writeable
    assert found.images.dtype == found.labels.dtype == np.uint8


def test_folders_for_training_and_testing_are_obeyed():
    members = [
        (f"{'test' if number % 5 == 0 else 'train'}/{name}", data)
        for number, (name, data) in enumerate(pictures())
    ]
    found = bring.read([zipped(members)])
    assert found.test_from == 24
    assert found.class_names == NAMES
    assert (found.images[24:] == IMAGES[::5]).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_pictures_of_any_kind_and_size_are_read(kind, tmp_path):
    members = []
    for number, image in enumerate(IMAGES[:20]):
        large = Image.fromarray(image).resize((70 + number, 90))
        path = tmp_path / "x"
        large.convert("RGB").save(path, kind)
        members.append((f"{NAMES[number % 3]}/{number}.{kind.lower()}", path.read_bytes()))
    found = bring.read([zipped(members)])
    assert found.images.shape == (20, 64, 64)


def test_a_square_of_other_sides_stays_as_it_is():
    found = bring.read([npz(images=images(side=40))])
    assert (found.images == images(side=40)).all()


def test_a_label_column_of_any_name_can_be_named():
    found = bring.read([table(label="Buchstabe")], label_column="Buchstabe")
    assert found.class_names == NAMES
    with pytest.raises(DatasetError, match="no column named"):
        bring.read([table(label="Buchstabe")], label_column="letter")


def test_names_are_tidied_and_one_class_stays_one():
    found = bring.read([npz(images=IMAGES, labels=np.asarray(["é", "e\u0301", " é "])[LABELS])])
    assert found.class_names == ("é",)


def test_the_title_is_the_files_name_made_plain():
    assert bring.read([npz("C:\\x\\<b>my</b>_set.npz", images=IMAGES)]).title == "b _set"
    assert bring.read([npz("../../letters.npz", images=IMAGES)]).title == "letters"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (IMAGES, "are few"),
        (255 - IMAGES, "dark on a light ground"),
        (np.zeros((30, 28, 28), np.uint8), "no contrast"),
        (np.concatenate([IMAGES, IMAGES[:1]]), "exact copy"),
    ],
)
def test_what_is_unusual_is_advice(values, words):
    found = bring.read([npz(images=values)])
    assert any(words in sentence for sentence in advice.advice(found))


def test_unbalanced_classes_and_many_classes_are_advice():
    many = images(600)
    rare = (np.arange(600) > 590).astype(np.uint8)
    assert any("unbalanced" in said for said in advice.advice(bring.read([npz(images=many, labels=rare)])))
    eleven = advice.advice(bring.read([npz(images=many, labels=np.arange(600) % 11)]))
    assert any("11 classes share 10 colours" in said for said in eleven)
    assert advice.advice(bring.read([npz(images=many, labels=np.arange(600) % 10)])) == ()


def test_a_file_on_this_machine_is_read_and_a_missing_one_is_a_sentence(tmp_path):
    path = tmp_path / "mine.npz"
    path.write_bytes(npz(images=IMAGES).data)
    assert len(bring.read_path(path)) == 30
    with pytest.raises(DatasetError, match="cannot be read"):
        bring.read_path(tmp_path / "none.npz")
    with pytest.raises(DatasetError, match="cannot be read"):
        bring.read_path(tmp_path)


def test_so_many_images_are_allowed_and_not_one_more():
    for count in (limits.LEAST_IMAGES, limits.MOST_IMAGES):
        record.check_count(count)
    for count in (limits.LEAST_IMAGES - 1, limits.MOST_IMAGES + 1):
        with pytest.raises(DatasetError, match=f"{count:,} images"):
            record.check_count(count)


def test_a_zip_that_stores_its_members_is_as_good():
    assert len(bring.read([zipped(pictures(), method=zipfile.ZIP_STORED)])) == 30
    assert png(IMAGES[0]).startswith(b"\x89PNG")
