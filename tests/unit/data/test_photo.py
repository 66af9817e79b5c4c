"""Photographs as grey pictures of a handy size, and the one that is there without any."""

import io

import numpy as np
import pytest
from PIL import Image

from aemodels.data import photo
from aemodels.errors import ImageError


def file_of(width, height):
    pixels = np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    picture = photo.read(file_of(1200, 600))
    assert picture.shape == (280, 560)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 1
    assert (np.diff(picture.mean(axis=0)) >= -1e-6).all()


def test_a_small_photo_stays_as_it_is():
    assert photo.read(file_of(100, 50)).shape == (50, 100)


@pytest.mark.parametrize("data", [b"", b"no picture", file_of(20, 20), file_of(1000, 30)])
def test_what_is_no_photo_is_refused_with_a_sentence(data):
    with pytest.raises(ImageError, match=r"\."):
        photo.read(data)


def test_there_is_a_photo_without_any_upload():
    picture, title = photo.example()
    assert min(picture.shape) >= 280
    assert title
    assert np.ptp(picture) > 0.5
    drawn = photo.drawn()
    assert drawn.shape == (504, 504)
    assert 0 <= drawn.min() < drawn.max() <= 1
