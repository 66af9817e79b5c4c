"""The PCAs that come with the program: orthonormal, and those that a fit on the training images gives."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from aemodels.data import datasets
from aemodels.measure import fitted_pca, metrics
from aemodels.store import models

SHIPPED = ("fashion_mnist", "mnist")


def test_there_is_one_for_each_data_set_of_the_shipped_models():
    assert fitted_pca.names() == SHIPPED
    assert {card.dataset for card in models.list_models() if card.shipped} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_its_components_are_orthonormal_and_ordered_by_variance(name):
    pca = fitted_pca.read(name)
    assert pca.latent_dim == fitted_pca.COMPONENTS
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(pca.latent_dim), atol=1e-5)
    assert (np.diff(pca.variances) <= 0).all()


@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_the_one_that_a_fit_gives(name):
    if not datasets.find_local(name):
        pytest.skip("the data set is not on this machine")
    data = datasets.load(name, download=False)
    oracle = PCA(16, svd_solver="covariance_eigh").fit(data.train.x.reshape(len(data.train), -1))
    x = data.test.take(slice(500)).x
    flat = x.reshape(500, -1)
    expected = ((oracle.inverse_transform(oracle.transform(flat)) - flat) ** 2).mean(axis=1)
    found = metrics.mse(x, fitted_pca.read(name).truncate(16).reconstruct(x, clip=False))
    np.testing.assert_allclose(found, expected, rtol=1e-3)


@pytest.mark.parametrize("name", ["digits", "nothing", "../mnist", ""])
def test_for_any_other_name_there_is_none(name):
    assert fitted_pca.read(name) is None
