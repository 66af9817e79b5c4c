"""Bounds on log p(x): a model whose log p(x) is known in closed form, one integrated on a grid, and SciPy."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.datasets import load_digits

from aemodels.measure import bounds, metrics

RNG = np.random.default_rng(0)
LOADINGS = np.array([[1.2, -0.4], [0.3, 0.9], [-0.7, 0.5], [0.2, 0.1]])  # z (2,) -> x (4,)
OFFSET = np.array([0.5, -1.0, 0.0, 2.0])
POINTS = (OFFSET + RNG.standard_normal((6, 2)) @ LOADINGS.T + RNG.standard_normal((6, 4))).astype(np.float32)


def decode(z):
    """The mean of a linear-Gaussian model: x | z ~ N(W z + b, I), z ~ N(0, I)."""
    return z @ LOADINGS.T + OFFSET


def log_p(x):
    """x ~ N(b, W W' + I), exactly."""
    return multivariate_normal(OFFSET, LOADINGS @ LOADINGS.T + np.eye(4)).logpdf(x)


def posterior():
    """z | x ~ N(S W' (x - b), S) with S = (I + W' W)^-1: its mean for each point, and S."""
    covariance = np.linalg.inv(np.eye(2) + LOADINGS.T @ LOADINGS)
    return (POINTS - OFFSET) @ LOADINGS @ covariance, covariance


def best_diagonal():
    """The diagonal Gaussian with the least KL from the posterior has 1 / (I + W'W)_ii as its variances."""
    mean, covariance = posterior()
    variance = 1 / np.diag(np.linalg.inv(covariance))
    return mean.astype(np.float32), np.tile(np.log(variance), (len(mean), 1)).astype(np.float32)


def weighted(samples, seed=0, shift=0.0, wider=0.0):
    """With an encoder that is off by `shift` and whose log variance is by `wider` too large."""
    mean, log_var = best_diagonal()
    mean, log_var = mean + np.float32(shift), log_var + np.float32(wider)
    return bounds.importance_weighted(
        POINTS, mean, log_var, decode, bounds.gaussian, samples=samples, seed=seed
    )


def test_the_elbo_falls_short_of_log_p_by_the_kl_between_encoder_and_posterior():
    mean, log_var = best_diagonal()
    said = bounds.reconstructions(POINTS, mean, log_var, decode, bounds.gaussian, samples=4000)
    found = -(said.mean(axis=0) + metrics.kl(mean, log_var))
    _, covariance = posterior()
    gap = 0.5 * (-log_var[0].sum() - np.log(np.linalg.det(np.linalg.inv(covariance))))  # of equal means
    assert gap > 0.005
    np.testing.assert_allclose(found, log_p(POINTS) - gap, atol=6 * said.std(axis=0).max() / math.sqrt(4000))


def test_the_importance_weighted_bound_lies_between_the_elbo_and_log_p_and_tends_to_it():
    bad = {"shift": 0.5, "wider": 1.2}
    few, lower = weighted(5, **bad)
    many, _ = weighted(20_000, **bad)
    assert (lower <= few).all()
    assert few.mean() < many.mean()
    np.testing.assert_allclose(many, log_p(POINTS), atol=0.03)
    means = [np.mean([weighted(k, seed, **bad)[0].mean() for seed in range(60)]) for k in (1, 5, 50)]
    assert means[0] < means[1] < means[2] < log_p(POINTS).mean() + 0.02


def test_with_the_true_posterior_every_sample_weighs_the_same():
    """One loading, so that the posterior is diagonal: then w = p(x) whatever z is."""
    loading = np.array([[0.8], [-1.1], [0.3], [0.0]])
    variance = 1 / (1 + (loading**2).sum())
    mean = (variance * (POINTS - OFFSET) @ loading).astype(np.float32)
    log_var = np.full((len(POINTS), 1), np.log(variance), np.float32)
    bound, lower = bounds.importance_weighted(
        POINTS, mean, log_var, lambda z: z @ loading.T + OFFSET, bounds.gaussian, samples=7
    )
    exact = multivariate_normal(OFFSET, loading @ loading.T + np.eye(4)).logpdf(POINTS)
    np.testing.assert_allclose(bound, exact, atol=1e-5)
    np.testing.assert_allclose(lower, exact, atol=1e-5)


def test_of_images_the_bound_tends_to_the_integral_over_the_code():
    """A decoder of one number into 64 pixels: p(x) by the trapezoid rule over z in steps of 0.001."""
    images = (load_digits().images[:5] / 16).astype(np.float32)[..., None]
    weights = 0.3 * RNG.standard_normal((1, 64))

    def draw(z):
        return (1 / (1 + np.exp(-(z @ weights)))).astype(np.float32).reshape(-1, 8, 8, 1)

    z = np.linspace(-8, 8, 16_001)[:, None]
    pixels = draw(z).reshape(-1, 64).astype(float)
    for image in images:
        x = image.reshape(64).astype(float)
        log_joint = np.log(pixels) @ x + np.log1p(-pixels) @ (1 - x) - 0.5 * z[:, 0] ** 2
        exact = logsumexp(log_joint) + math.log(0.001) - 0.5 * math.log(2 * math.pi)
        centre = z[np.argmax(log_joint)].astype(np.float32)[None]
        bound, lower = bounds.importance_weighted(
            image[None], centre, np.zeros((1, 1), np.float32), draw, bounds.bernoulli, samples=20_000
        )
        assert bound[0] == pytest.approx(exact, abs=0.02)
        assert lower[0] < exact


def test_the_same_seed_gives_the_same_bound_and_an_images_draws_are_its_own():
    first, again, other = weighted(50), weighted(50), weighted(50, seed=1)
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != other[0]).all()
    mean, log_var = best_diagonal()
    alone, _ = bounds.importance_weighted(
        POINTS[:2], mean[:2], log_var[:2], decode, bounds.gaussian, samples=50
    )
    np.testing.assert_array_equal(alone, first[0][:2])


def test_pieces_change_no_bound(monkeypatch):
    whole = weighted(100)
    monkeypatch.setattr(bounds, "CHUNK", 7)
    np.testing.assert_allclose(weighted(100), whole, rtol=1e-12)


@pytest.mark.parametrize("offset", [0.0, -2000.0, 5000.0])
def test_the_logarithm_of_a_mean_of_exponentials_is_scipys(offset):
    values = offset + 30 * RNG.standard_normal(500)
    assert bounds.log_mean_exp(values) == pytest.approx(logsumexp(values) - math.log(500), abs=1e-9)


def test_the_score_of_pixels_is_minus_the_cross_entropy():
    x, y = RNG.random((40, 28, 28, 1), np.float32), RNG.random((40, 28, 28, 1), np.float32)
    y[:5], y[5:10], y[10] = 0.0, 1.0, 1e-9  # said for certain, and almost
    np.testing.assert_allclose(bounds.bernoulli(x, y), -metrics.bce(x, y), atol=1e-3, rtol=1e-6)
    one = np.broadcast_to(x[:1], y.shape)
    np.testing.assert_allclose(bounds.bernoulli(x[:1], y), -metrics.bce(one, y), atol=1e-3, rtol=1e-6)


def test_the_score_of_points_is_scipys_normal():
    y = POINTS + RNG.standard_normal(POINTS.shape)
    expected = [multivariate_normal(mean).logpdf(x) for x, mean in zip(POINTS, y, strict=True)]
    np.testing.assert_allclose(bounds.gaussian(POINTS, y), expected)


def test_the_standard_errors_are_the_spread_of_the_figure_over_seeds():
    mean, log_var = best_diagonal()
    kl = metrics.kl(mean, log_var)

    def run(seed):
        return bounds.elbo(
            bounds.reconstructions(POINTS, mean, log_var, decode, bounds.gaussian, samples=16, seed=seed),
            kl,
        )

    runs = [run(seed) for seed in range(400)]
    one, many = (np.std([getattr(found, name) for found in runs]) for name in ("one", "many"))
    assert np.mean([found.one_se for found in runs]) == pytest.approx(one, rel=0.15)
    assert np.mean([found.many_se for found in runs]) == pytest.approx(many, rel=0.15)
    assert np.mean([found.one for found in runs]) == pytest.approx(
        np.mean([found.many for found in runs]), abs=5 * one / 20
    )
    said = bounds.reconstructions(POINTS, mean, log_var, decode, bounds.gaussian, samples=16) + kl
    assert runs[0].images_se == pytest.approx(said.mean(axis=0).std(ddof=1) / math.sqrt(len(POINTS)))
    assert runs[0].one == pytest.approx(said[0].mean())


def test_the_first_draw_does_not_depend_on_how_many_follow():
    mean, log_var = best_diagonal()
    one, three = (
        bounds.reconstructions(POINTS, mean, log_var, decode, bounds.gaussian, samples=samples)
        for samples in (1, 3)
    )
    np.testing.assert_array_equal(one[0], three[0])
    assert (three[0] != three[1]).all()


def test_units_that_do_not_vary_are_not_active():
    mean = RNG.standard_normal((5000, 4)) * np.sqrt([1.0, 0.05, 0.005, 0.0]) + [0, 3, 3, 7]
    assert bounds.active_units(mean) == 2
    assert bounds.active_units(mean[:, 2:]) == 0
