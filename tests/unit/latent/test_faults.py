"""The faults of a plain autoencoder's map, against places that were made to have them."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.latent import faults


def two_clouds(rng, count=4000):
    """A class three times as wide as another, far apart: areas of 1 to 9."""
    wide = rng.normal((0.0, 0.0), 3.0, (count, 2))
    narrow = rng.normal((40.0, 0.0), 1.0, (count, 2))
    return np.concatenate([wide, narrow]), np.repeat([0, 1], count)


def test_an_area_is_that_of_the_ellipse_at_one_standard_deviation():
    codes, labels = two_clouds(np.random.default_rng(0))
    found = faults.areas(codes, labels)
    assert found.ratio == pytest.approx(9.0, rel=0.1)
    sigma = faults.spread(codes)
    assert found.area[1] * sigma**2 == pytest.approx(np.pi, rel=0.06)
    radius = np.linalg.norm(found.ellipses[0] - codes[labels == 0].mean(axis=0), axis=1)
    assert radius == pytest.approx(3.0, rel=0.1)


def test_areas_do_not_depend_on_the_unit_of_the_code():
    codes, labels = two_clouds(np.random.default_rng(1), 200)
    np.testing.assert_allclose(faults.areas(codes, labels).area, faults.areas(17 * codes, labels).area)


def test_a_ring_has_its_hole_in_the_middle():
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 2 * np.pi, 3000)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(4, 5, 3000)[:, None]
    found = faults.holes(ring, 4)
    assert np.linalg.norm(found[0]) < 0.3
    by_hand = [np.linalg.norm(ring - place, axis=1).min() / faults.spread(ring) for place in found]
    np.testing.assert_allclose(faults.distance(ring, found), by_hand)
    assert len({tuple(place) for place in found}) == 4


def test_codes_on_a_line_have_no_holes_and_the_box_holds_their_middle():
    line = np.column_stack([np.linspace(0, 1, 100), np.zeros(100)])
    assert faults.holes(line, 3).shape == (0, 2)
    box = faults.from_box(np.random.default_rng(0).normal(5, 1, (2000, 2)), 500)
    assert box.mean(axis=0) == pytest.approx(5.0, abs=0.3)


def test_every_kind_of_place_is_decoded_and_judged():
    codes = np.random.default_rng(7).normal(0, 1, (500, 2)).astype(np.float32)

    def decode(z):
        """As bright as the place is far to the right."""
        bright = 1 / (1 + np.exp(-z[:, 0]))
        return np.broadcast_to(bright[:, None, None, None], (len(z), 28, 28, 1))

    found = faults.rows(decode, codes, 5, judge=lambda images: images[:, 0, 0, 0])
    assert set(found) == {"own", "drawn", "box", "holes"}
    assert all(row.images.shape == (5, 28, 28) for row in found.values())
    own = 1 / (1 + np.exp(-codes[:256, 0]))
    assert found["own"].recognised == pytest.approx(np.mean(own >= 0.9))
    np.testing.assert_array_equal(found["own"].images[:, 0, 0], np.rint(255 * own[:5]).astype(np.uint8))
    assert found["holes"].distance > found["drawn"].distance > found["own"].distance == 0


@pytest.mark.parametrize("codes", [np.zeros((5, 3)), np.zeros((0, 2)), np.full((4, 2), np.nan)])
def test_codes_that_make_no_map_are_a_sentence(codes):
    with pytest.raises(ConfigError, match=r"\.$"):
        faults.areas(codes, np.zeros(len(codes), int))
