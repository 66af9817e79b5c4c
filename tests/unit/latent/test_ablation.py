"""Units taken out of a code one by one, against the same done by hand."""

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.latent import ablation


@pytest.fixture
def decode():
    """A decoder without a model: one picture of noise a number, added up."""
    pictures = np.random.default_rng(0).random((12, 784)) * np.arange(12)[:, None]

    def decode(z):
        decode.calls += 1
        return (z @ pictures / 100).astype(np.float32).reshape(-1, 28, 28, 1)

    decode.calls = 0
    return decode


def test_each_unit_is_zeroed_alone_and_the_largest_change_comes_first(decode):
    z = np.random.default_rng(1).standard_normal(12).astype(np.float32)
    found = ablation.ablate(decode, z, ablation.places(12))
    assert decode.calls == 1
    whole = decode(z[None])[0]
    expected = {}
    for unit in range(12):
        without = z.copy()
        without[unit] = 0
        expected[unit] = decode(without[None])[0]
    for unit, image, change in zip(found.units, found.images, found.change, strict=True):
        np.testing.assert_allclose(image, expected[unit], atol=1e-6)
        assert change == pytest.approx(((expected[unit] - whole) ** 2).mean(), rel=1e-4)
    assert (np.diff(found.change) <= 0).all()


def test_of_maps_a_whole_map_is_zeroed(decode):
    maps = np.random.default_rng(1).standard_normal((2, 2, 3)).astype(np.float32)
    found = ablation.ablate(decode, maps.ravel(), ablation.places(12, 3), most=2)
    assert found.images.shape == (2, 28, 28, 1)
    assert len(set(found.units)) == 2
    for unit, image in zip(found.units, found.images, strict=True):
        without = maps.copy()
        without[:, :, unit] = 0
        np.testing.assert_allclose(image, decode(without.reshape(1, -1))[0], atol=1e-6)


def test_a_code_that_is_not_so_many_maps_is_refused():
    with pytest.raises(ConfigError, match="10 numbers cannot be 3 maps"):
        ablation.places(10, 3)
