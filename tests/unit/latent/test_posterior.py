"""What a posterior leaves open, against integrals and against a decoder whose spread is known."""

import numpy as np
import pytest
from scipy import integrate, stats

from aemodels.errors import ConfigError
from aemodels.latent import posterior
from aemodels.measure import metrics

MEAN, LOG_VAR = np.array([0.7, -1.2, 0.0]), np.array([-2.0, 0.5, 0.0])


def test_samples_have_the_mean_and_the_variance_that_the_encoder_says():
    z = posterior.draw(MEAN, LOG_VAR, 20_000, seed=1)
    assert z.shape == (20_000, 3)
    assert z.dtype == np.float32
    for number in range(3):
        gaussian = stats.norm(MEAN[number], np.exp(LOG_VAR[number] / 2))
        assert stats.kstest(z[:, number], gaussian.cdf).pvalue > 1e-3


def test_the_seed_decides_the_samples():
    assert np.array_equal(posterior.draw(MEAN, LOG_VAR, 5, 3), posterior.draw(MEAN, LOG_VAR, 5, 3))
    assert not np.array_equal(posterior.draw(MEAN, LOG_VAR, 5, 3), posterior.draw(MEAN, LOG_VAR, 5, 4))


def test_through_a_linear_decoder_mean_and_deviation_are_those_of_the_calculation():
    rng = np.random.default_rng(0)
    weights, bias = rng.standard_normal((3, 784)), rng.standard_normal(784)

    def decode(z):
        return (z @ weights + bias).astype(np.float32).reshape(-1, 28, 28, 1)

    found = posterior.spread(decode, MEAN, LOG_VAR, count=20_000, seed=2)
    deviation = np.sqrt(np.exp(LOG_VAR) @ weights**2)
    error = 5 / np.sqrt(20_000)  # five standard errors
    np.testing.assert_array_less(np.abs(found.mean.ravel() - (MEAN @ weights + bias)), error * deviation)
    np.testing.assert_array_less(np.abs(found.deviation.ravel() / deviation - 1), error)
    assert found.mean.shape == found.deviation.shape == (28, 28, 1)


def test_the_kl_of_each_number_is_its_integral_and_their_sum_the_kl():
    found = posterior.kl_by_number(MEAN, LOG_VAR)
    for number in range(3):
        q, p = stats.norm(MEAN[number], np.exp(LOG_VAR[number] / 2)), stats.norm(0, 1)
        by_hand, _ = integrate.quad(lambda t, q=q, p=p: q.pdf(t) * (q.logpdf(t) - p.logpdf(t)), -12, 12)
        assert found[number] == pytest.approx(by_hand, abs=1e-7)
    assert found[2] == 0  # the prior itself says nothing
    assert found.sum() == pytest.approx(metrics.kl(MEAN[None], LOG_VAR[None])[0])


def test_the_kl_is_the_mean_of_what_samples_say():
    z = posterior.draw(MEAN, LOG_VAR, 20_000, seed=5).astype(np.float64)
    said = (stats.norm.logpdf(z, MEAN, np.exp(LOG_VAR / 2)) - stats.norm.logpdf(z)).sum(axis=1)
    assert said.mean() == pytest.approx(posterior.kl_by_number(MEAN, LOG_VAR).sum(), abs=5 * said.std() / 141)


@pytest.mark.parametrize(("mean", "log_var", "count"), [([], [], 3), ([1], [1, 2], 3), ([1], [1], 0)])
def test_what_is_no_gaussian_is_refused(mean, log_var, count):
    with pytest.raises(ConfigError, match="of one length"):
        posterior.draw(mean, log_var, count)
