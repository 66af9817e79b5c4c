"""What was brought becomes a data set of the image contract; drawings become one; memory has a bound."""

import dataclasses
import gc

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aemodels.data import datasets, images
from aemodels.data.own import bring, contract, drawings, making
from aemodels.data.own.making import Way
from aemodels.data.own.record import Brought
from aemodels.data.own.shelf import Kept, Shelf
from aemodels.errors import DatasetError
from tests.unit.data.own import samples


def brought(values=None, labels=None, **more):
    values = samples.images() if values is None else values
    labels = samples.labels(len(values)) if labels is None else labels
    names = tuple(str(number) for number in range(int(labels.max()) + 1))
    return Brought("mine", values, labels, names, **more)


# --- two ways ----------------------------------------------------------------------------------------------------


def test_images_that_are_like_mnists_already_stay_as_they_are(digits):
    values = digits.train.values[:500]
    like = np.asarray([images.is_like_mnist(image.astype(np.float32) / 255) for image in values])
    found = contract.as_mnist(values, inverted=False)
    assert like.any()
    assert (found[like] == values[like]).all()


@pytest.mark.parametrize("side", [40, 64])
def test_a_digit_anywhere_on_a_larger_sheet_is_centred_as_the_image_contract_does_it(digits, side):
    rng = np.random.default_rng(0)
    sheets = np.zeros((40, side, side), np.uint8)
    for sheet, digit in zip(sheets, digits.train.values, strict=False):
        top, left = rng.integers(0, side - 27, 2)
        sheet[top : top + 28, left : left + 28] = digit
    found = contract.as_mnist(sheets, inverted=False).astype(np.float32)
    inverted = contract.as_mnist(255 - sheets, inverted=True).astype(np.float32)
    assert np.abs(found - inverted).max() <= 1
    for image in found / 255:
        assert all(abs(place - images.CENTRE) < 0.6 for place in images.centre_of_mass(image))
        inked = image > 0.3
        assert max(np.ptp(np.flatnonzero(inked.any(axis=axis))) + 1 for axis in (0, 1)) in (19, 20, 21, 22)


def test_centring_agrees_with_the_careful_way_of_one_picture(digits):
    """The oracle is `images.prepare_array`, which finds ink by other means and evens strokes."""
    sheets = np.pad(digits.train.values[:30], ((0, 0), (20, 16), (6, 30)))
    found = contract.as_mnist(sheets, inverted=False).astype(np.float32) / 255
    careful = np.stack([images.prepare_array(sheet).image[0, :, :, 0] for sheet in sheets])
    similar = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(found, careful, strict=True)]
    assert np.median(similar) > 0.85


def test_plain_resizing_is_pillows():
    values = samples.images(side=64)
    found = contract.plain(values, inverted=False)
    expected = [
        np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BILINEAR)) for image in values
    ]
    assert (found == np.stack(expected)).all()
    assert (contract.plain(values, inverted=True) == 255 - found).all()
    assert (contract.plain(samples.images(), inverted=False) == samples.images()).all()


def test_a_picture_keeps_its_aspect_and_its_ground():
    tall = np.full((60, 20), 200, np.uint8)
    tall[10:50, 8:12] = 0
    found = contract.fitted(tall, 28)
    assert found.shape == (28, 28)
    assert (found[:, :5] == 200).all()


def test_constant_images_stay_constant():
    flat = np.full((3, 40, 40), 77, np.uint8)
    assert (contract.as_mnist(flat, inverted=False) == 77).all()


def test_ink_is_told_from_ground(digits):
    values = digits.train.values[:200]
    assert contract.light_on_dark(values)
    assert not contract.light_on_dark(255 - values)


# --- splits ------------------------------------------------------------------------------------------------------


def test_a_data_set_is_split_by_class_and_by_the_seed():
    found = brought(samples.images(120), np.arange(120, dtype=np.uint8) % 4)
    first, again, other = (making.make(found, Way.PLAIN, seed=seed) for seed in (1, 1, 2))
    assert (first.name, first.title) == (datasets.OWN, "mine")
    assert np.bincount(first.test.labels).tolist() == [5, 5, 5, 5]
    assert first.fingerprint == again.fingerprint != other.fingerprint
    train, test = ({image.tobytes() for image in split.values} for split in (first.train, first.test))
    assert not train & test
    assert len(train | test) == 120


def test_a_split_that_was_brought_stays():
    found = brought(test_from=20)
    made = making.make(found, Way.PLAIN)
    assert len(made.test) == 10
    assert {image.tobytes() for image in made.test.values} == {image.tobytes() for image in found.images[20:]}


def test_each_class_once_has_a_test_image_all_the_same():
    found = brought(samples.images(40), np.arange(40, dtype=np.uint8))
    made = making.make(found, Way.PLAIN)
    assert len(made.test) == 7
    assert len(made.train) == 33


# --- drawings ----------------------------------------------------------------------------------------------------


def drawing(label, shift=0):
    sheet = Image.new("L", (252, 252))
    ImageDraw.Draw(sheet).line([(60 + shift, 40), (120, 200), (180, 40 + shift)], fill=255, width=16)
    return drawings.from_prepared(images.prepare_array(np.asarray(sheet)), label)


@pytest.fixture(scope="module")
def eight():
    return [drawing("ab"[number % 2], 4 * number) for number in range(8)]


def test_a_copy_without_change_is_the_drawing(eight):
    first, copy = drawings.copies(eight[0], 2, 0.0, np.random.default_rng(0)).astype(np.float32)
    assert (first == eight[0].image).all()
    assert np.abs(first - copy).mean() < 2  # of 255
    assert not drawings.copies(eight[0], 3, 1.0, np.random.default_rng(0))[
        :, 0
    ].any()  # nothing comes in at the edge


def test_copies_are_thicker_and_thinner_and_stay_in_the_middle(eight):
    found = drawings.copies(eight[0], 60, 1.0, np.random.default_rng(0)).astype(np.float32)
    mass = found.sum(axis=(1, 2)) / found[0].sum()
    assert mass.min() < 0.85
    assert mass.max() > 1.15
    assert 0.85 < mass.mean() < 1.15
    centres = np.asarray([images.centre_of_mass(image) for image in found])
    assert np.abs(centres - images.CENTRE).max() < drawings.SHIFT + 1


def test_no_test_image_is_a_copy_of_a_drawing_that_is_learned(eight):
    """Without change each copy is its drawing, so the drawings of both splits can be told by their pixels."""
    frozen = [dataclasses.replace(one, label=one.label) for one in eight]
    made = drawings.make(frozen, 10, strength=0.0)
    held = drawings.held_out(np.asarray([0, 1] * 4), 0)
    assert held.sum() == 2
    originals = np.stack([one.image for one in eight]).astype(np.float32)

    def drawn_from(split):
        gaps = np.abs(split.values[:, None].astype(np.float32) - originals).mean(axis=(2, 3))
        return set(gaps.argmin(axis=1).tolist())

    assert drawn_from(made.test) == set(np.flatnonzero(held).tolist())
    assert drawn_from(made.train) == set(np.flatnonzero(~held).tolist())
    assert (len(made.train), len(made.test)) == (60, 20)
    assert made.class_names == ("a", "b")


def test_too_few_and_too_many_drawings_are_sentences(eight):
    with pytest.raises(DatasetError, match="at least 4"):
        drawings.make(eight[:3], 10)
    with pytest.raises(DatasetError, match="Allowed are"):
        drawings.make(eight, 100_000)
    with pytest.raises(DatasetError, match="empty name"):
        drawing("  ")
    with pytest.raises(DatasetError, match="not allowed"):
        drawing("<script>")


# --- memory ------------------------------------------------------------------------------------------------------


def test_the_oldest_makes_room_and_each_sees_only_their_own():
    one = brought().nbytes
    shelf = Shelf(most=2 * one)
    for visitor in ("first", "second"):
        shelf.put(visitor, Kept(brought()))
    assert shelf.get("first") is not None  # looked at: now the second is the oldest
    shelf.put("third", Kept(brought()))
    assert shelf.get("second") is None
    assert shelf.get("first") is not None
    assert shelf.get(None) is None
    gc.collect()
    assert shelf.held() == 2 * one


def test_what_a_training_holds_counts_until_it_is_over():
    one = brought()
    shelf = Shelf(most=one.nbytes)
    shelf.put("first", Kept(one))
    with pytest.raises(DatasetError, match="no room"):
        shelf.put("second", Kept(brought()))
    del one
    gc.collect()
    shelf.put("second", Kept(brought()))
    assert shelf.get("second") is not None


def test_the_same_visitor_replaces_what_they_had():
    found = brought()
    shelf = Shelf(most=3 * found.nbytes)
    for _ in range(5):
        shelf.put("me", Kept(brought()))
    gc.collect()
    assert shelf.held() <= found.nbytes
    shelf.forget("me")
    assert shelf.get("me") is None


def test_large_pictures_are_prepared_with_care():
    members = []
    for number in range(20):
        sheet = Image.new("L", (200, 200), 230)
        ImageDraw.Draw(sheet).line([(60 + number, 40), (120, 160)], fill=20, width=14)
        members.append((f"{number}.png", samples.png(np.asarray(sheet))))
    found = bring.read([samples.zipped(members)])
    assert len(found.careful) == 20
    made = making.prepared(found, np.arange(20), Way.CONTRACT, inverted=True)
    expected = images.prepare(members[3][1])[0, :, :, 0] * 255
    assert np.abs(made[3] - expected).max() <= 1
