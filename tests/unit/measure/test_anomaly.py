"""Scores, areas and thresholds, against scikit-learn and plain counting."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from aemodels.errors import ImageError
from aemodels.measure import anomaly, metrics
from aemodels.measure.anomaly import Errors

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("digits", [6, 1])
def test_the_area_is_scikit_learns_also_with_ties(digits):
    known = np.round(RNG.normal(0, 1, 300), digits)
    strangers = np.round(RNG.normal(1, 2, 200), digits)
    truth = np.repeat([0, 1], [300, 200])
    expected = roc_auc_score(truth, np.concatenate([known, strangers]))
    assert anomaly.auc(known, strangers) == pytest.approx(expected, abs=1e-12)


def test_an_area_needs_both_groups():
    with pytest.raises(ImageError, match="at least one"):
        anomaly.auc([], [1.0])


def test_the_threshold_gives_the_wanted_false_alarms_on_the_images_that_chose_it():
    values = RNG.gamma(2.0, 1.0, 5000)
    for rate in (0.001, 0.01, 0.05, 0.2):
        threshold = anomaly.threshold(Errors.of(values), rate)
        assert np.mean(values > threshold) == pytest.approx(rate, abs=2.5e-4)


def test_a_distribution_kept_as_quantiles_still_counts_right():
    values = RNG.lognormal(size=4000)
    errors = Errors.of(values)
    for score in (0.1, 0.5, 1.0, 4.0):
        assert float(errors.below(score)) == pytest.approx(np.mean(values <= score), abs=1.5e-3)
    assert float(errors.below(-1.0)) == 0.0
    assert float(errors.below(1e9)) == 1.0
    edges = np.linspace(0, values.max(), 11)
    counted = np.histogram(values, edges)[0] / len(values)
    np.testing.assert_allclose(errors.density(edges), counted, atol=3e-3)


def test_the_curve_encloses_the_area():
    known, strangers = RNG.normal(0, 1, 3000), RNG.normal(1.5, 1, 2000)
    false_alarms, found = anomaly.roc(Errors.of(known), Errors.of(strangers))
    assert (false_alarms[0], found[0], false_alarms[-1], found[-1]) == (0, 0, 1, 1)
    assert (np.diff(false_alarms) >= 0).all()
    assert (np.diff(found) >= 0).all()
    assert np.trapezoid(found, false_alarms) == pytest.approx(anomaly.auc(known, strangers), abs=2e-3)


def test_scores_are_those_of_the_metrics():
    x = RNG.random((7, 28, 28, 1)).astype(np.float32)
    z = RNG.normal(size=(7, 3)).astype(np.float32)
    log_var = RNG.normal(size=(7, 3)).astype(np.float32)
    y = RNG.random((7, 28, 28, 1)).astype(np.float32)
    plain = anomaly.scores(x, encode=lambda part: z, decode=lambda code: y)
    np.testing.assert_allclose(plain["mse"], metrics.mse(x, y))
    np.testing.assert_allclose(plain["bce"], metrics.bce(x, y))
    variational = anomaly.scores(
        x, encode=lambda part: z, decode=lambda code: y, encode_distribution=lambda part: (z, log_var)
    )
    divergence = 0.5 * (z.astype(float) ** 2 + np.exp(log_var.astype(float)) - 1 - log_var).sum(axis=1)
    np.testing.assert_allclose(variational["nelbo"], metrics.bce(x, y) + divergence, rtol=1e-6)
    assert set(plain) | set(variational) == set(anomaly.SCORES)


def test_a_study_keeps_areas_quantiles_and_classes():
    def images(count, level):
        return (level * RNG.random((count, 28, 28, 1))).astype(np.float32)

    known, strangers, shapes = images(60, 0.3), images(40, 0.8), images(20, 0.5)
    labels = np.arange(60) % 3
    done = []
    arrays = anomaly.study(
        lambda x: anomaly.scores(x, encode=lambda part: part, decode=np.zeros_like),
        {"ink": anomaly.ink},
        validation_x=images(50, 0.3),
        test_x=known,
        test_labels=labels,
        outsiders={"other": (strangers, np.arange(40) % 2), "shapes": (shapes, None)},
        progress=done.append,
    )
    result = anomaly.Result(arrays)
    assert result.scores == ("mse", "bce")
    assert result.groups == ("other", "shapes")
    assert result.labels("mse", "test") == (0, 1, 2)
    assert result.labels("mse", "shapes") == ()
    truth = np.repeat([0, 1], [60, 40])
    energy = np.concatenate([(known**2).mean(axis=(1, 2, 3)), (strangers**2).mean(axis=(1, 2, 3))])
    assert result.area("mse", "other") == pytest.approx(roc_auc_score(truth, energy))
    ink = np.concatenate([known.mean(axis=(1, 2, 3)), strangers.mean(axis=(1, 2, 3))])
    assert result.area("ink", "other") == pytest.approx(roc_auc_score(truth, ink))
    of_one = (known[labels == 1] ** 2).mean(axis=(1, 2, 3))
    assert result.errors("mse", "test", 1).quantile(0.5) == pytest.approx(np.median(of_one), rel=1e-4)
    assert result.psnr == pytest.approx(float(metrics.psnr(known, np.zeros_like(known)).mean()))
    assert done[-1] == 1.0
    assert sum(np.asarray(array).nbytes for array in arrays.values()) < 60_000
