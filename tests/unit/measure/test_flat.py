"""Planes and distances in space, against ones that are known."""

import numpy as np
import pytest

from aemodels.data.surface_points import PLANE, make_points
from aemodels.errors import ImageError
from aemodels.measure import flat
from aemodels.measure.baselines import Pca


def test_the_plane_of_points_is_the_one_they_were_laid_on_and_that_of_a_pca():
    points = make_points()[0]
    middle, directions = flat.plane(points)
    assert flat.tilt(directions, PLANE) < 1.0
    pca = Pca.fit(points, 2)
    assert flat.tilt(directions, pca.components) == pytest.approx(0.0, abs=0.05)
    np.testing.assert_allclose(middle, points.mean(axis=0), atol=1e-6)


def test_tilts_are_angles_between_planes():
    ground = np.array([[1.0, 0, 0], [0, 1, 0]])
    assert flat.tilt(ground, [[0, 1, 0], [-1, 0, 0]]) == 0.0
    assert flat.tilt(ground, [[1, 0, 0], [0, 0, 1]]) == pytest.approx(90.0)
    half = np.sqrt(0.5)
    assert flat.tilt(ground, [[1, 0, 0], [0, half, half]]) == pytest.approx(45.0)


def test_what_is_lost_is_the_distance():
    assert flat.distances(np.zeros((2, 3)), np.array([[3.0, 4, 0], [0, 0, 1]])) == pytest.approx([5, 1])
    with pytest.raises(ImageError):
        flat.distances(np.zeros((2, 3)), np.zeros((3, 3)))


def test_the_corners_lie_on_the_plane_around_all_points():
    points = np.random.default_rng(0).normal(size=(50, 3))
    middle, directions = flat.plane(points)
    found = flat.corners(points, middle, directions)
    normal = np.cross(*directions)
    np.testing.assert_allclose((found - middle) @ normal, 0, atol=1e-12)
    assert np.linalg.norm(found[0] - found[2]) == pytest.approx(np.linalg.norm(found[1] - found[3]))
