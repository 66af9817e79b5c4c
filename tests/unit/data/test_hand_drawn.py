"""Small thin drawings, as people make them: what a model sees of them is as MNIST's images are.

The figures of MNIST are its training images' (see test_images.py); the neighbours are the stored codes of its
test images, so no data set is needed.
"""

import numpy as np
import pytest

from aemodels import preview
from aemodels.data.images import prepare_array
from aemodels.store import models
from tests.unit.data.hand_drawn import Person, placed, sheet, small_drawing

MODEL = "vae-mnist-16d"
PEOPLE = range(4)
DIGITS = np.arange(40) % 10


def nearest_labels(images):
    """The label of most of the ten nearest stored codes."""
    stored = models.codes(MODEL)
    codes = preview.load(MODEL).encode(images)
    squared = ((codes[:, None].astype(np.float32) - stored.z[None]) ** 2).sum(axis=-1)
    nearest = np.argpartition(squared, 10, axis=1)[:, :10]
    return np.array([np.bincount(stored.labels[row], minlength=10).argmax() for row in nearest])


@pytest.fixture(scope="module")
def drawn():
    """For each person, what becomes of 40 small drawings, (40, 28, 28, 1)."""
    people = [Person(seed) for seed in PEOPLE]
    return [
        np.concatenate([prepare_array(small_drawing(person, digit)).image for digit in DIGITS])
        for person in people
    ]


def test_small_thin_drawings_have_the_statistics_of_mnist(drawn):
    images = np.concatenate(drawn)[..., 0]
    masses = images.sum(axis=(1, 2))
    assert 90 < masses.mean() < 115  # MNIST: 103
    assert np.percentile(masses, 5) > 40
    assert np.percentile(masses, 95) < 165
    steps = np.arange(28)
    for axis in (1, 2):
        centre = (images.sum(axis=axis) @ steps) / masses
        assert np.abs(centre - 14).max() < 0.7
        assert abs(centre.mean() - 14) < 0.1
    assert images.max(axis=(1, 2)).min() > 0.9


def test_small_thin_drawings_are_recognised_among_the_codes_of_mnist(drawn):
    right = [float((nearest_labels(images) == DIGITS).mean()) for images in drawn]
    assert np.mean(right) >= 0.85
    assert min(right) >= 0.8


def test_a_drawn_one_has_the_ink_of_one_stroke():
    masses = []
    for seed in range(6):
        person = Person(seed)
        person.form[1] = 0  # without a flag
        for height in (12, 20):
            one = sheet(placed(person.strokes(1), height, 9, 4), (28, 28), 1)
            masses.append(prepare_array(one).image.sum())
    assert 40 < np.mean(masses) < 62  # MNIST's ones: 52 at the mean, nine in ten between 32 and 80
    assert max(masses) < 80


def test_a_one_along_the_side_of_the_picture_is_no_frame():
    picture = np.full((28, 28), 255, np.uint8)
    picture[6:24, 0] = 0
    elsewhere = np.full((28, 28), 255, np.uint8)
    elsewhere[6:24, 9] = 0
    np.testing.assert_allclose(prepare_array(picture).image, prepare_array(elsewhere).image, atol=0.02)


def test_mnist_again_enlarged_and_turned_black_on_white_comes_back_close():
    """What the model makes of stored codes stands for MNIST's images: enlarged, inverted, off-centre."""
    from PIL import Image

    stored = models.codes(MODEL)
    rows = slice(0, 40)
    images = preview.load(MODEL).decode(stored.z[rows])[..., 0]
    prepared = []
    for place, image in enumerate(images):
        large = Image.fromarray(255 - (image * 255).astype(np.uint8)).resize(
            (224, 224), Image.Resampling.BICUBIC
        )
        picture = np.full((360, 360), 255, np.uint8)
        top, left = place * 3, 120 - 2 * place
        picture[top : top + 224, left : left + 224] = large
        prepared.append(prepare_array(picture).image)
    again = np.concatenate(prepared)
    assert (nearest_labels(again) == nearest_labels(images[..., None])).mean() >= 0.93
