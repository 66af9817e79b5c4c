"""Which number of a code follows which factor: against SciPy, scikit-learn, and cases that one can work out."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.measure import factors

RNG = np.random.default_rng(5)
V = RNG.uniform(-1, 1, (400, 3))
Z = np.stack(
    [V[:, 0] ** 3, 2 * V[:, 1] + 0.3 * RNG.standard_normal(400), RNG.standard_normal(400), np.full(400, 7.0)],
    1,
)


def test_the_linear_share_is_what_scipy_calls_the_squared_correlation():
    from scipy import stats

    found = factors.linear_r2(Z, V)
    for row in range(3):
        for column in range(3):
            assert found[row, column] == pytest.approx(
                stats.pearsonr(V[:, row], Z[:, column])[0] ** 2, abs=1e-12
            )


def test_a_bent_but_steady_relation_is_whole_by_ranks_and_not_by_a_line():
    from scipy import stats

    found = factors.monotone_r2(Z, V)
    assert found[0, 0] == pytest.approx(1.0)
    assert factors.linear_r2(Z, V)[0, 0] < 0.9
    assert found[1, 1] == pytest.approx(stats.spearmanr(V[:, 1], Z[:, 1])[0] ** 2, abs=1e-12)


@pytest.mark.parametrize("measure", [factors.linear_r2, factors.monotone_r2])
def test_a_number_that_never_changes_follows_nothing(measure):
    assert not measure(Z, V)[:, 3].any()


@pytest.mark.parametrize("size", [4, 250])  # shorter and longer than the 200 images it is fitted to
def test_the_whole_code_is_scored_as_scikit_learn_does(size):
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    z = np.concatenate([Z, RNG.standard_normal((400, 250))], axis=1)[:, :size]
    scaler = StandardScaler().fit(z[::2])
    fitted, scored = scaler.transform(z[::2]), scaler.transform(z[1::2])
    found = factors.whole_code_r2(z, V)
    for column in range(3):
        ridge = Ridge(alpha=factors.PENALTY).fit(fitted, V[::2, column])
        away = V[1::2, column] - V[::2, column].mean()
        left = V[1::2, column] - ridge.predict(scored)
        assert found[column] == pytest.approx(1 - np.sum(left**2) / np.sum(away**2), abs=1e-6)


def test_mutual_information_is_that_of_scikit_learn_on_the_same_cells():
    from sklearn.metrics import mutual_info_score

    def cells(values):
        edges = np.histogram(values, factors.BINS)[1]
        return np.digitize(values, edges[1:-1])

    information, entropy = factors.mutual_information(Z, V)
    for row in range(3):
        assert entropy[row] == pytest.approx(mutual_info_score(cells(V[:, row]), cells(V[:, row])), abs=1e-9)
        for column in range(3):
            expected = mutual_info_score(cells(V[:, row]), cells(Z[:, column]))
            assert information[row, column] == pytest.approx(expected, abs=1e-9)
    assert information[:, 3] == pytest.approx(0.0, abs=1e-12)


def test_the_gap_by_hand():
    information = np.array([[1.0, 0.25, 0.5], [0.2, 0.2, 0.0]])
    assert factors.mutual_information_gap(information, np.array([2.0, 0.4])) == pytest.approx(
        (0.25 + 0.0) / 2
    )
    assert factors.mutual_information_gap(np.array([[0.6]]), np.array([1.2])) == pytest.approx(0.5)
    assert factors.mutual_information_gap(np.array([[0.0, 0.0]]), np.array([0.0])) == 0.0


def test_a_number_for_each_factor_has_no_gap_to_close_and_a_turned_code_has_no_gap_at_all():
    v = RNG.uniform(-1, 1, (20_000, 2))
    turned = v @ (np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2))
    assert factors.mutual_information_gap(*factors.mutual_information(v, v)) > 0.98
    assert factors.mutual_information_gap(*factors.mutual_information(turned, v)) < 0.02


def test_the_strongest_numbers_stay_in_their_order():
    r2 = np.array([[0.1, 0.9, 0.0, 0.3], [0.2, 0.0, 0.0, 0.8]])
    assert factors.strongest(r2, 3).tolist() == [0, 1, 3]
    assert factors.strongest(r2, 16).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("z", "v"), [(Z[:10], V), (Z[:2], V[:2]), (Z[:, 0], V), (np.where(Z == 7.0, np.nan, Z), V)]
)
def test_what_cannot_be_compared_is_a_sentence(z, v):
    with pytest.raises(ConfigError, match=r"\.$"):
        factors.linear_r2(z, v)


def test_all_of_it_at_once_is_the_parts():
    found = factors.follow(Z, V)
    assert np.array_equal(found.linear, factors.linear_r2(Z, V))
    assert np.array_equal(found.monotone, factors.monotone_r2(Z, V))
    assert np.array_equal(found.whole, factors.whole_code_r2(Z, V))
    assert found.gap == factors.mutual_information_gap(*factors.mutual_information(Z, V))
