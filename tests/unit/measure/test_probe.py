"""The linear probe against scikit-learn used by hand, and the labels that it is given."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from aemodels.errors import ConfigError
from aemodels.measure import probe


def blobs(count, seed, apart=3.0):
    """Three classes around corners of a triangle: features (n, 2) and labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    corners = apart * np.asarray([[0, 0], [1, 0], [0, 1]])
    return (corners[labels] + rng.standard_normal((count, 2))).astype(np.float32), labels


def features(apart=3.0):
    splits = [blobs(count, seed, apart) for count, seed in ((400, 0), (100, 1), (300, 2))]
    return probe.Features(*(x for x, _ in splits)), tuple(labels for _, labels in splits)


def test_few_labels_are_drawn_evenly_from_all_classes():
    labels = np.repeat(np.arange(10), np.arange(50, 150, 10))
    drawn = probe.rows(labels, 30, seed=3)
    assert len(np.unique(drawn)) == 30
    assert np.bincount(labels[drawn]).tolist() == [3] * 10


def test_a_class_that_has_too_few_labels_gives_all_it_has():
    labels = np.repeat([0, 1], [2, 100])
    assert np.bincount(labels[probe.rows(labels, 20, seed=0)]).tolist() == [2, 18]


def test_many_labels_are_drawn_as_they_come_and_without_repetition():
    labels = np.zeros(5_000, int)
    drawn = probe.rows(labels, 3_000, seed=0)
    assert len(np.unique(drawn)) == 3_000


def test_another_seed_draws_other_labels_and_the_same_seed_the_same():
    labels = np.arange(200) % 10
    assert np.array_equal(probe.rows(labels, 50, 1), probe.rows(labels, 50, 1))
    assert not np.array_equal(probe.rows(labels, 50, 1), probe.rows(labels, 50, 2))


def test_more_labels_than_there_are_is_refused():
    with pytest.raises(ConfigError, match="10 labels"):
        probe.rows(np.zeros(10, int), 11, 0)


def test_scaling_keeps_the_geometry_and_comes_from_the_training_images_alone():
    found, _ = features()
    scaled = found.scaled()
    np.testing.assert_allclose(scaled.train.mean(axis=0), 0, atol=1e-5)
    assert scaled.train.var(axis=0).mean() == pytest.approx(1, abs=1e-4)
    factor = np.linalg.norm(scaled.test[1] - scaled.test[0]) / np.linalg.norm(found.test[1] - found.test[0])
    other = np.linalg.norm(scaled.test[9] - scaled.test[5]) / np.linalg.norm(found.test[9] - found.test[5])
    assert factor == pytest.approx(other, rel=1e-4)


def test_the_penalty_is_the_one_that_is_best_on_the_validation_images():
    found, (labels, validation, _) = features(apart=1.0)
    x = found.scaled()
    scores = {
        strength: LogisticRegression(C=strength, max_iter=1000)
        .fit(x.train, labels)
        .score(x.validation, validation)
        for strength in probe.STRENGTHS
    }
    strength, score = probe.choose(x.train, labels, x.validation, validation)
    assert score == pytest.approx(max(scores.values()), abs=0.011)
    assert scores[strength] == pytest.approx(max(scores.values()), abs=0.011)


def test_the_curve_is_the_accuracy_of_logistic_regression_on_the_test_images():
    found, labels = features()
    result = probe.curves({"code": found}, labels, sizes=(30, 300), seed=0)
    assert result["sizes"].tolist() == [30, 300]
    x = found.scaled()
    strength, _ = probe.choose(
        x.train[probe.rows(labels[0], 30, 0)],
        labels[0][probe.rows(labels[0], 30, 0)],
        x.validation,
        labels[1],
    )
    scores = []
    for draw in range(probe.DRAWS[30]):
        drawn = probe.rows(labels[0], 30, draw)
        oracle = LogisticRegression(C=strength, max_iter=1000).fit(x.train[drawn], labels[0][drawn])
        scores.append(oracle.score(x.test, labels[2]))
    assert result["code_mean"][0] == pytest.approx(np.mean(scores), abs=0.005)
    assert result["code_low"][0] == pytest.approx(min(scores), abs=0.01)
    assert result["code_high"][0] == pytest.approx(max(scores), abs=0.01)


def test_sizes_larger_than_the_training_split_are_left_out_and_progress_ends_at_one():
    found, labels = features()
    seen = []
    result = probe.curves({"code": found, "pixels": found}, labels, sizes=(10, 1_000), progress=seen.append)
    assert result["sizes"].tolist() == [10]
    assert seen[-1] == pytest.approx(1.0)
    np.testing.assert_array_equal(result["code_mean"], result["pixels_mean"])  # the same labels for both


def test_the_test_images_choose_nothing():
    found, labels = features()
    spoiled = probe.Features(found.train, found.validation, found.test[::-1])
    one = probe.curves({"code": found}, labels, sizes=(30,))
    other = probe.curves({"code": spoiled}, (*labels[:2], labels[2][::-1]), sizes=(30,))
    np.testing.assert_allclose(one["code_mean"], other["code_mean"], atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs", "met"),
    [
        ([0.5, 0.7, 0.8], [0.3, 0.7, 0.9], 30),
        ([0.5, 0.7, 0.8], [0.3, 0.6, 0.7], None),
        ([0.5, 0.7, 0.8], [0.6, 0.8, 0.9], 10),
        ([0.5, 0.7, 0.8], [0.6, 0.6, 0.9], 100),
    ],
)
def test_where_one_curve_catches_up_with_the_other(ours, theirs, met):
    assert probe.crossing(np.asarray([10, 30, 100]), np.asarray(ours), np.asarray(theirs)) == met


def test_the_accuracy_of_many_labels_is_that_of_a_pipeline_of_scikit_learn():
    """Of one penalty: scaled features and a penalty C are raw ones and C over the square of the scale."""
    (x, y), (test_x, test_y) = blobs(900, 0, apart=1.5), blobs(500, 1, apart=1.5)
    found = probe.accuracy(x, y, test_x, test_y)
    scores = []
    for strength in probe.STRENGTHS:
        raw = LogisticRegression(C=strength / x[:720].var(axis=0).mean(), max_iter=1000, tol=1e-6)
        raw.fit(x[:720], y[:720])
        scores.append((raw.score(x[720:], y[720:]), raw.score(test_x, test_y)))
    best = max(validated for validated, _ in scores)
    assert found == pytest.approx(next(score for validated, score in scores if validated == best), abs=0.01)
    assert 0.6 < found < 0.95


def test_the_probe_never_sees_the_test_labels_and_repeats_itself():
    (x, y), (test_x, test_y) = blobs(300, 0), blobs(100, 1)
    right = probe.accuracy(x, y, test_x, test_y)
    assert probe.accuracy(x, y, test_x, test_y) == right
    shuffled = np.random.default_rng(0).permutation(test_y)
    assert probe.accuracy(x, y, test_x, shuffled) < 0.6 < right
    assert probe.accuracy(x, np.zeros_like(y), test_x, test_y) is None
