"""Pillow's formats: what is lost, what is container, and how much fits into a budget."""

import numpy as np
import pytest

from aemodels.data import photo
from aemodels.measure import codecs

PICTURE = np.rint(photo.drawn()[:140, :168] * 255).astype(np.uint8)


@pytest.mark.parametrize("name", list(codecs.LOSSLESS))
def test_lossless_means_that_nothing_is_lost(name):
    file = codecs.smallest(PICTURE, codecs.LOSSLESS[name], 0)
    np.testing.assert_array_equal(codecs.read(file), PICTURE)


@pytest.mark.parametrize("name", list(codecs.LOSSY))
def test_a_higher_quality_takes_more_bytes_and_errs_less(name):
    codec = codecs.LOSSY[name]
    files = [codecs.smallest(PICTURE, codec, quality) for quality in codec.qualities[::4]]
    errors = [np.abs(codecs.read(file).astype(float) - PICTURE).mean() for file in files]
    assert sorted(map(len, files)) == list(map(len, files))
    assert sorted(errors, reverse=True) == errors


@pytest.mark.parametrize("codec", [*codecs.LOSSY.values(), *codecs.LOSSLESS.values()], ids=lambda c: c.title)
def test_the_container_is_what_a_black_picture_takes(codec):
    black = np.zeros((3, 28, 28), np.uint8)
    whole, inside = codecs.code(black, codec, codec.qualities[0])
    assert (inside.sizes == inside.container).all()
    assert (whole.sizes <= inside.sizes).all()


@pytest.mark.parametrize("name", list(codecs.LOSSY))
@pytest.mark.parametrize("budget", [600, 3000])
def test_what_fits_a_budget_fits_it(name, budget):
    file, back = codecs.within(PICTURE, codecs.LOSSY[name], budget)
    assert len(file) <= budget
    assert back.shape == PICTURE.shape


def test_a_larger_budget_buys_a_better_picture():
    errors = [
        np.square(codecs.within(PICTURE, codecs.JPEG, budget)[1].astype(float) - PICTURE).mean()
        for budget in (600, 1500, 6000)
    ]
    assert errors[0] > errors[1] > errors[2]


def test_where_nothing_fits_the_smallest_file_is_given():
    file, back = codecs.within(PICTURE, codecs.JPEG, 1)
    assert len(file) > 1
    assert back.shape == PICTURE.shape
