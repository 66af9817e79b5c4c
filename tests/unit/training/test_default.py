"""What somebody gets who presses Start without touching anything, and what its waves are worth."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from aemodels.autoencoder import build
from aemodels.training import fit
from aemodels.training import spec as specs


def negative_elbo(model, x):
    """Mean over the images, nats, one sample of ε, by the formulas of Kingma and Welling (2014) in NumPy."""
    mean, log_var = (part.astype(np.float64) for part in model.encode_distribution(x))
    epsilon = np.random.default_rng(3).standard_normal(mean.shape)
    p = np.clip(model.decode(mean + np.exp(log_var / 2) * epsilon).astype(np.float64), 1e-7, 1 - 1e-7)
    cross_entropy = -(x * np.log(p) + (1 - x) * np.log1p(-p)).sum(axis=(1, 2, 3))
    kl = 0.5 * (mean**2 + np.exp(log_var) - log_var - 1).sum(axis=1)
    return float((cross_entropy + kl).mean())


def trained(data, **settings):
    spec = specs.from_recipe("default", seed=1, dataset=data.name, settings=settings)
    model = build(spec.model, seed=spec.seed)
    fit.train(model, data, spec.training, seed=spec.seed)
    return model


@pytest.mark.long
def test_five_epochs_of_mnist_come_below_145_nats(mnist):
    assert negative_elbo(trained(mnist, epochs=5), mnist.test.x) <= 145


def test_who_has_no_data_gets_a_map_of_the_bundled_digits_that_beats_a_pca(digits):
    model, x = trained(digits), digits.test.x
    pca = PCA(2, random_state=0).fit(digits.train.x.reshape(len(digits.train), -1))
    flat = x.reshape(len(x), -1)
    of_pca = ((pca.inverse_transform(pca.transform(flat)) - flat) ** 2).mean()
    assert ((model.reconstruct(x) - x) ** 2).mean() < 0.7 * of_pca
    assert negative_elbo(model, x) <= 125  # 166 in eight epochs, which are 32 steps


@pytest.mark.long
def test_waves_make_the_bundled_digits_clearer_in_the_same_epochs(digits):
    few = {"epochs": 20, "batch_size": 64}
    with_waves, without = (negative_elbo(trained(digits, waves=w, **few), digits.test.x) for w in (1.0, 0.0))
    assert with_waves < without - 5
