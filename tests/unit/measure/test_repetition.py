"""Again and again: against a map whose rounds are known in closed form."""

import numpy as np
import pytest

from aemodels.errors import ImageError
from aemodels.measure.repetition import SETTLED, Rounds, repeat

START = np.full((1, 28, 28, 1), 1.0, np.float32)


def halfway(goal: float, share: float = 0.5):
    return lambda x: goal + (x - goal) * share


def test_a_contraction_settles_on_its_fixed_point_at_the_rate_it_has():
    rounds = repeat(halfway(0.25), START, 30)
    k = np.arange(31)
    np.testing.assert_allclose(rounds.images[:, 0, 0, 0], 0.25 + 0.75 * 0.5**k, atol=1e-6)
    np.testing.assert_allclose(rounds.changes, 0.75 * 0.5 ** k[1:], atol=1e-6)
    expected = int(np.ceil(np.log2(0.75 / SETTLED))) - 1  # the last round that changes as much as SETTLED
    assert rounds.settled_after() == expected
    assert rounds.changes[expected - 1] >= SETTLED > rounds.changes[expected]


def test_what_turns_for_ever_never_settles():
    rounds = repeat(lambda x: 1 - x, START, 12)
    assert rounds.settled_after() is None
    assert rounds.circle() == 2
    np.testing.assert_allclose(rounds.changes, 1.0)


def test_a_circle_is_as_long_as_the_images_in_it_and_what_drifts_or_rests_is_none():
    turn = repeat(
        lambda x: np.where(x > 0.75, 0.1, x + 0.3).astype(np.float32), START, 20
    )  # 0.1, 0.4, 0.7, 1.0
    assert turn.circle() == 4
    assert repeat(lambda x: x - 0.02, START, 20).circle() is None
    assert repeat(halfway(0.25), START, 30).circle() is None


def test_a_pause_is_no_end():
    changes = np.array([0.5, 0.0, 0.0, 0.2, 0.0, 0.0])
    assert Rounds(np.zeros((7, 28, 28, 1)), changes).settled_after() == 4
    assert Rounds(np.zeros((7, 28, 28, 1)), changes[::-1]).settled_after() is None


def test_a_fixed_point_has_settled_before_the_first_round():
    assert repeat(lambda x: x, START, 5).settled_after() == 0


def test_quality_is_psnr_against_the_clean_image():
    rounds = repeat(halfway(0.0), START, 3)
    found = rounds.psnr(np.zeros((28, 28, 1), np.float32))
    np.testing.assert_allclose(found, [0.0, 6.0206, 12.0412, 18.0618], atol=1e-3)  # 20 log10(2^k)


def test_answers_stay_images_and_what_is_no_number_ends_the_rounds():
    assert repeat(lambda x: x + 2, START * 0, 3).images.max() == 1.0
    broken = repeat(lambda x: np.where(x < 0.3, np.nan, x / 2), START, 9)
    assert broken.flawed
    assert len(broken.images) == len(broken.changes) + 1 == 3
    assert np.isfinite(broken.images).all()


@pytest.mark.parametrize(("start", "rounds"), [(START, 0), (np.repeat(START, 2, 0), 3)])
def test_one_image_goes_round_at_least_once(start, rounds):
    with pytest.raises(ImageError, match="goes round"):
        repeat(lambda x: x, start, rounds)
