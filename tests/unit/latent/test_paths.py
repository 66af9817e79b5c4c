"""Walks against SciPy's slerp and against decoders whose change is known; class changes counted by hand."""

import numpy as np
import pytest
from scipy.spatial import geometric_slerp

from aemodels.errors import ConfigError
from aemodels.latent.neighbours import nearest
from aemodels.latent.paths import KINDS, SUBDIVISION, Change, class_changes, image_change, walk

CORNER = [[0.0, 0.0], [3.0, 0.0], [3.0, 1.0]]


def brightness(function):
    """A decoder whose images are grey all over, as bright as `function` of the code's first number."""
    return lambda codes: np.ones((1, 28, 28, 1)) * function(codes[:, 0].astype(float))[:, None, None, None]


def curved(codes):
    """A decoder with two grey halves that go up and down at different speeds."""
    left = 0.5 + 0.5 * np.sin(3 * codes[:, 0].astype(float))
    right = 1 / (1 + np.exp(-4 * codes[:, 1].astype(float)))
    return np.concatenate(
        [np.ones((1, 28, 14, 1)) * half[:, None, None, None] for half in (left, right)], axis=2
    )


def unit(seed: int, dimensions: int) -> np.ndarray:
    vector = np.random.default_rng(seed).standard_normal(dimensions)
    return vector / np.linalg.norm(vector)


# --- all kinds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("count", "dimensions", "steps"), [(2, 1, 2), (2, 2, 240), (32, 3, 50), (5, 128, 7)])
def test_a_walk_begins_at_the_first_code_and_ends_at_the_last(kind, count, dimensions, steps):
    points = np.random.default_rng(0).standard_normal((count, dimensions)).astype(np.float32)
    codes = walk(points, kind, steps, decode=brightness(lambda x: 0.5 + 0.1 * x))
    assert codes.shape == (steps, dimensions)
    assert codes.dtype == np.float32
    np.testing.assert_array_equal(codes[[0, -1]], points[[0, -1]])


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_passes_near_every_code_in_their_order(kind):
    points = np.random.default_rng(1).standard_normal((6, 2))
    codes = walk(points, kind, 240, decode=curved)
    distances = np.linalg.norm(codes[:, None] - points, axis=2)
    longest_step = np.linalg.norm(np.diff(codes, axis=0), axis=1).max()
    assert (distances.min(axis=0) <= longest_step).all()
    assert (np.diff(distances.argmin(axis=0)) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_kept_twice_in_a_row_holds_nothing_up(kind):
    once = [[1.0, 0.5], [2.0, 2.0], [-1.0, 2.0]]
    twice = [once[0], once[0], once[1], once[1], once[1], once[2], once[2]]
    np.testing.assert_allclose(
        walk(twice, kind, 41, decode=curved), walk(once, kind, 41, decode=curved), atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [[0.0, 0.0], [0.7, -2.0]])
def test_a_walk_between_equal_codes_stays_there(kind, place):
    codes = walk([place, place], kind, 5, decode=curved)
    np.testing.assert_array_equal(codes, np.float32([place] * 5))


def test_every_kind_has_a_title_and_a_help_text():
    assert list(KINDS) == ["straight", "spherical", "even"]
    for kind in KINDS.values():
        assert kind.title
        assert kind.help.endswith(".")


# --- straight ----------------------------------------------------------------------------------------------


def test_a_straight_walk_has_one_speed_over_all_its_legs():
    np.testing.assert_allclose(
        walk(CORNER, "straight", 5), [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]], atol=1e-6
    )


def test_a_straight_walk_comes_within_half_a_step_of_every_code():
    points = np.random.default_rng(2).uniform(-3, 3, (12, 4))
    for steps in (12, 61):
        step = np.linalg.norm(np.diff(points, axis=0), axis=1).sum() / (steps - 1)
        distances = np.linalg.norm(walk(points, "straight", steps)[:, None] - points, axis=2).min(axis=0)
        assert distances.max() <= step / 2 + 1e-5


def test_only_even_walks_decode():
    def never(codes):
        raise AssertionError("decoded")

    walk(CORNER, "straight", 5, decode=never)
    walk(CORNER, "spherical", 5, decode=never)


# --- spherical ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimensions", [2, 3, 64])
def test_a_spherical_walk_is_scipys_slerp_for_unit_codes(dimensions):
    first, last = unit(3, dimensions), unit(4, dimensions)
    expected = geometric_slerp(first, last, np.linspace(0, 1, 21))
    np.testing.assert_allclose(walk([first, last], "spherical", 21), expected, atol=1e-6)


def test_the_distance_from_the_origin_goes_linearly():
    first, last = 0.5 * unit(5, 8), 4.0 * unit(6, 8)
    codes = walk([first, last], "spherical", 31).astype(float)
    radius = np.linalg.norm(codes, axis=1)
    np.testing.assert_allclose(radius, np.linspace(0.5, 4.0, 31), rtol=1e-5)
    directions = geometric_slerp(unit(5, 8), unit(6, 8), np.linspace(0, 1, 31))
    np.testing.assert_allclose(codes / radius[:, None], directions, atol=1e-6)


def test_the_legs_of_a_spherical_walk_share_the_steps_by_length():
    # A quarter of a circle of radius 1, then 90 degrees at radius 1 again, then outwards by pi / 2 of length.
    points = [[1, 0], [0, 1], [-1, 0], [-1 - np.pi / 2, 0]]
    codes = walk(points, "spherical", 31)
    np.testing.assert_allclose(codes[[10, 20]], [[0, 1], [-1, 0]], atol=1e-6)
    np.testing.assert_allclose(codes[5], [np.sqrt(0.5), np.sqrt(0.5)], atol=1e-6)


def test_a_leg_that_turns_and_grows_gets_the_share_of_its_curve():
    # r = 1 + 2 t while turning by 90 degrees: the arc of an Archimedean spiral, summed up finely by hand.
    t = np.linspace(0, 1, 20_001)
    spiral = (1 + 2 * t)[:, None] * np.column_stack([np.cos(t * np.pi / 2), np.sin(t * np.pi / 2)])
    length = np.linalg.norm(np.diff(spiral, axis=0), axis=1).sum()
    codes = walk([[1, 0], [0, 3], [0, 3 + length]], "spherical", 101)
    np.testing.assert_allclose(codes[50], [0, 3], atol=1e-5)
    np.testing.assert_allclose(codes[25], spiral[10_000], atol=1e-5)


@pytest.mark.parametrize(
    "points",
    [
        [[2.0, 1.0], [-4.0, -2.0]],  # opposite
        [[0.0, 0.0], [1.0, 3.0]],  # from the origin
        [[1.0, 3.0], [0.0, 0.0]],
        [[1.0, 1.0], [5.0, 5.0]],  # the same direction
        [[-1.0], [3.0]],  # a line has no way around
        [[2.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 0.0], [0.0, 2.0]],
    ],
)
def test_a_spherical_leg_without_a_direction_to_turn_in_is_straight(points):
    np.testing.assert_allclose(walk(points, "spherical", 30), walk(points, "straight", 30), atol=1e-6)


# --- even --------------------------------------------------------------------------------------------------


def test_where_brightness_is_the_square_even_steps_are_square_roots():
    codes = walk([[0.0], [1.0]], "even", 21, decode=brightness(np.square))
    np.testing.assert_allclose(codes[:, 0], np.sqrt(np.linspace(0, 1, 21)), atol=1e-3)


def test_an_even_walk_follows_the_lines_and_turns_at_their_corner():
    # Along CORNER the brightness changes on the first leg only, so the second is one step.
    codes = walk(CORNER, "even", 4, decode=brightness(lambda x: (x / 3) ** 2))
    np.testing.assert_allclose(
        codes[:3], [[0, 0], [3 * np.sqrt(1 / 3), 0], [3 * np.sqrt(2 / 3), 0]], atol=2e-2
    )
    np.testing.assert_array_equal(codes[3], [3, 1])


def test_every_step_of_an_even_walk_changes_the_image_as_much():
    points = [[-1.0, -1.0], [0.5, 1.5], [2.0, -0.5]]
    even, straight = (
        image_change(curved(walk(points, kind, 120, decode=curved))) for kind in ("even", "straight")
    )
    # Steps that span a corner, of the lines or of the images, cut it short; all others are alike.
    assert np.quantile(even, 0.95) / np.quantile(even, 0.05) < 1.05
    assert np.quantile(straight, 0.95) / np.quantile(straight, 0.05) > 3


def test_where_the_image_changes_like_the_code_even_is_straight():
    codes = walk([[0.0], [1.0], [0.25]], "even", 22, decode=brightness(lambda x: x))
    np.testing.assert_allclose(codes, walk([[0.0], [1.0], [0.25]], "straight", 22), atol=2e-3)


def test_an_even_walk_steps_over_places_where_nothing_changes():
    # Flat up to 0.4 and from 0.6: only the two ends of the walk are there.
    codes = walk([[0.0], [1.0]], "even", 11, decode=brightness(lambda x: np.clip(5 * (x - 0.4), 0, 1)))
    np.testing.assert_array_equal(codes[[0, -1], 0], [0, 1])
    np.testing.assert_allclose(codes[1:-1, 0], np.linspace(0.42, 0.58, 9), atol=2e-3)


@pytest.mark.parametrize("function", [lambda x: 0.3 + 0 * x, lambda x: 0.3 + 1e-6 * x])
def test_an_even_walk_where_no_image_changes_is_straight(function):
    even = walk(CORNER, "even", 9, decode=brightness(function))
    np.testing.assert_array_equal(even, walk(CORNER, "straight", 9))


def test_an_even_walk_decodes_once():
    calls = []

    def decode(codes):
        calls.append((codes.shape, codes.dtype))
        return curved(codes)

    walk(CORNER, "even", 100, decode=decode)
    assert calls == [((SUBDIVISION, 2), np.float32)]
    assert SUBDIVISION <= 512


def test_an_even_walk_without_a_decoder_is_refused():
    with pytest.raises(ConfigError, match="needs the model's decoder"):
        walk(CORNER, "even", 9)


def test_a_decoder_that_gives_no_images_is_refused():
    with pytest.raises(ConfigError, match=r"shape \(512, 28, 28, 1\); received \(512, 28, 28\)"):
        walk(CORNER, "even", 9, decode=lambda codes: curved(codes)[..., 0])


def test_a_decoder_that_gives_nan_is_refused():
    with pytest.raises(ConfigError, match="training has diverged"):
        walk(CORNER, "even", 9, decode=brightness(lambda x: np.where(x > 1, np.nan, x)))


# --- what is no walk ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["", "geodesic", "Straight", None])
def test_an_unknown_kind_is_refused_with_the_known_ones(kind):
    with pytest.raises(ConfigError, match=r"Unknown kind of walk.*straight, spherical, even"):
        walk(CORNER, kind, 9)


@pytest.mark.parametrize("steps", [1, 0, -3, 241, 10**30, 2.5, 10.0, np.nan, True, "9", None])
def test_a_number_of_steps_out_of_range_is_refused(steps):
    with pytest.raises(ConfigError, match="2 to 240 steps"):
        walk(CORNER, "straight", steps)


def test_numpys_whole_numbers_are_numbers_of_steps():
    assert len(walk(CORNER, "straight", np.int64(9))) == 9


@pytest.mark.parametrize(
    ("count", "advice"), [(1, "received 1. Keep more"), (33, "received 33. Remove some")]
)
def test_too_few_and_too_many_codes_are_refused(count, advice):
    with pytest.raises(ConfigError, match=f"2 to 32 kept codes; {advice} of them"):
        walk(np.zeros((count, 2)), "straight", 9)


@pytest.mark.parametrize("points", [[], [1.0, 2.0], np.zeros((2, 0)), np.zeros((0, 2)), np.zeros((2, 2, 2))])
def test_points_of_another_shape_are_refused(points):
    with pytest.raises(ConfigError, match=r"The points of a walk have the shape \(n, d\)"):
        walk(points, "straight", 9)


@pytest.mark.parametrize("points", [[[1.0, 2.0], [3.0]], [["a"], ["b"]], [[{}], [{}]]])
def test_points_that_are_no_numbers_are_refused(points):
    with pytest.raises(ConfigError, match="lists of numbers, all of one length"):
        walk(points, "straight", 9)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e39])
def test_points_that_are_not_finite_in_single_precision_are_refused(number):
    with pytest.raises(ConfigError, match="must be finite"):
        walk([[0.0, 0.0], [number, 0.0]], "straight", 9)


# --- image_change ------------------------------------------------------------------------------------------


def test_the_change_is_the_distance_between_consecutive_images():
    images = np.zeros((4, 28, 28, 1))
    images[1, 0, 0] = 1.0
    images[2, :2, :2] = 0.5
    np.testing.assert_allclose(image_change(images), [1.0, np.sqrt(0.25 * 4), 1.0])
    assert image_change(images[:1]).shape == (0,)


def test_bytes_change_by_255ths_and_do_not_wrap_around():
    images = np.zeros((3, 28, 28), np.uint8)
    images[1, 3, 4] = 255
    np.testing.assert_allclose(image_change(images), [1.0, 1.0])


@pytest.mark.parametrize("images", [np.zeros((0, 28, 28, 1)), np.zeros(5), 1.0])
def test_what_is_no_row_of_images_has_no_change(images):
    with pytest.raises(ConfigError, match="measured between images"):
        image_change(images)


# --- class_changes -----------------------------------------------------------------------------------------


def test_class_changes_are_those_counted_by_hand():
    # Nearest three: at 0 and 1 the sevens; at 2.4 two sevens and a four; at 2.6 two fours; from there the fours.
    codes = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]])
    labels = np.array([7, 7, 7, 4, 4, 4])
    path = [[0.0], [1.0], [2.4], [2.6], [5.0], [1.0]]
    assert class_changes(codes, labels, path, k=3) == (Change(3, 7, 4), Change(5, 4, 7))


def test_a_path_within_one_class_has_no_changes():
    assert class_changes(np.arange(20.0)[:, None], np.full(20, 3), np.arange(5.0)[:, None]) == ()
    assert class_changes(np.arange(20.0)[:, None], np.arange(20), [[4.0]], k=1) == ()


def test_in_a_tie_the_class_of_the_step_before_stays():
    codes, labels = np.array([[0.0], [1.0]]), np.array([0, 1])
    # With two voters of two classes every step is a tie: the first goes to the nearer code, and stays.
    assert class_changes(codes, labels, [[0.1], [0.9], [0.1]], k=2) == ()
    assert class_changes(codes, labels, [[0.1], [0.9], [0.1]], k=1) == (Change(1, 0, 1), Change(2, 1, 0))


def test_in_a_tie_of_others_the_nearest_wins():
    # The class 5 leaves between the steps; then one 9 and one 2 are left, of which 9 is nearer.
    codes, labels = np.array([[0.0], [0.1], [10.0], [11.0]]), np.array([5, 5, 9, 2])
    assert class_changes(codes, labels, [[0.0], [10.2]], k=2) == (Change(1, 5, 9),)
    assert class_changes(codes, labels, [[0.0], [10.8]], k=2) == (Change(1, 5, 2),)


@pytest.mark.parametrize("dimensions", [1, 2, 8, 9, 40])
def test_class_changes_are_those_of_neighbours_sought_one_by_one(dimensions):
    random = np.random.default_rng(7)
    centres = 2 * random.standard_normal((4, dimensions))
    labels = random.integers(0, 4, 600)
    codes = (centres[labels] + random.standard_normal((600, dimensions))).astype(np.float32)
    path = walk(centres, "straight", 60)
    # An odd number of voters can tie with four classes; the steps here that do are left to the rule above.
    votes = np.array([np.bincount(labels[nearest(codes, z, 11).index], minlength=4) for z in path])
    classes = [int(votes[0].argmax())]
    for vote in votes[1:]:
        classes.append(classes[-1] if vote[classes[-1]] == vote.max() else int(vote.argmax()))
    expected = [(i, classes[i - 1], classes[i]) for i in range(1, 60) if classes[i] != classes[i - 1]]
    found = [
        (change.step, change.before, change.after) for change in class_changes(codes, labels, path, k=11)
    ]
    assert found == expected
    assert len(found) >= 2


def test_fewer_codes_than_voters_all_vote():
    codes, labels = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 1])
    assert class_changes(codes, labels, [[0.0], [2.0]], k=50) == ()
    assert class_changes(codes, labels, [[0.0], [2.0]], k=1) == (Change(1, 0, 1),)


def test_a_path_of_another_length_of_code_is_refused():
    with pytest.raises(ConfigError, match=r"as a code \(2\); received 3"):
        class_changes(np.zeros((4, 2)), np.zeros(4, int), np.zeros((5, 3)))


@pytest.mark.parametrize(
    "labels", [np.zeros(3, int), np.zeros((4, 1), int), np.zeros(4), np.array(["a"] * 4)]
)
def test_labels_that_are_not_one_whole_number_a_code_are_refused(labels):
    with pytest.raises(ConfigError, match="one class, a whole number: 4 of them"):
        class_changes(np.zeros((4, 2)), labels, np.zeros((5, 2)))


@pytest.mark.parametrize("k", [0, -1, 1.5, None, True])
def test_a_majority_of_nobody_is_refused(k):
    with pytest.raises(ConfigError, match="at least one neighbour"):
        class_changes(np.zeros((4, 2)), np.zeros(4, int), np.zeros((5, 2)), k=k)


def test_codes_and_paths_that_are_not_finite_are_refused():
    good, bad, labels = np.zeros((4, 2)), np.full((4, 2), np.nan), np.zeros(4, int)
    with pytest.raises(ConfigError, match="The stored codes must be finite"):
        class_changes(bad, labels, good)
    with pytest.raises(ConfigError, match="A path must be finite"):
        class_changes(good, labels, bad)
