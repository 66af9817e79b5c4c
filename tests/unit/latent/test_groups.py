"""Groups of codes: the inside of outlines against SciPy's triangles and against arithmetic by hand."""

import numpy as np
import pytest
from scipy.spatial import Delaunay

from aemodels.errors import ConfigError
from aemodels.latent import groups


@pytest.fixture
def places():
    return np.random.default_rng(0).uniform(-2, 2, (4_000, 2))


def test_the_inside_of_a_convex_outline_is_that_of_its_triangles(places):
    angles = np.sort(np.random.default_rng(1).uniform(0, 2 * np.pi, 9))
    outline = np.column_stack([1.5 * np.cos(angles), np.sin(angles)]) + 0.2
    expected = Delaunay(outline).find_simplex(places) >= 0
    found = groups.inside(places, outline)
    assert 0.1 < expected.mean() < 0.9
    np.testing.assert_array_equal(found, expected)


def test_the_bay_of_a_hollow_outline_is_outside():
    outline = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]  # a W without its feet
    inside = groups.inside(
        np.array([(0.5, 1.0), (3.5, 1.0), (2.0, 0.5), (2.0, 3.0), (5.0, 0.5), (-1.0, 0.5)]), outline
    )
    assert inside.tolist() == [True, True, True, False, False, False]


def test_what_an_outline_goes_around_twice_is_outside():
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    inner = [(1, 1), (3, 1), (3, 3), (1, 3)]
    outline = [*square, square[0], *inner, inner[0]]  # the same turning, joined by an edge there and back
    assert groups.inside(np.array([(0.5, 2.5), (2.0, 2.5)]), outline).tolist() == [True, False]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]])
def test_a_box_is_what_lies_between_its_sides_whichever_way_it_was_drawn(places, order):
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])[order]
    np.testing.assert_array_equal(groups.inside(places, corners), (np.abs(places) < 1).all(axis=1))


def test_a_group_knows_its_classes_and_its_middle():
    codes = np.array([(0, 0), (2, 0), (4, 6), (9, 9)], np.float32)
    labels = np.array([7, 3, 3, 1], np.uint8)
    group = groups.group(codes, labels, np.array([2, 0, 1]))
    assert group.index.tolist() == [0, 1, 2]
    assert list(group.counts.items()) == [(3, 2), (7, 1)]
    np.testing.assert_allclose(group.centroid, (2, 2))


@pytest.mark.parametrize(
    "outline",
    [None, "abc", [], [(0, 0), (1, 1)], [(0, 0, 0)] * 3, [(0, 0), (1, 1), (float("nan"), 0)],
     [(0, 0), (1, 1), (2,)], [(0, 0), (1, 1), (10**400, 0)], [(0, 0)] * 5_001,
     [(0, 0), (1, 1), (float("inf"), 0)], {"x": 1}],
)  # fmt: skip
def test_what_is_no_outline_is_refused_with_a_sentence(outline):
    with pytest.raises(ConfigError, match="outline"):
        groups.inside(np.zeros((1, 2)), outline)


def test_places_of_three_numbers_are_refused():
    with pytest.raises(ConfigError, match="two numbers"):
        groups.inside(np.zeros((5, 3)), [(0, 0), (1, 0), (0, 1)])


def test_an_empty_group_is_a_sentence():
    with pytest.raises(ConfigError, match="Draw it around"):
        groups.group(np.zeros((3, 2)), np.zeros(3), np.zeros(0, np.intp))
