"""The studies of uses on the bundled digits, with a model of a few lines."""

import dataclasses

import numpy as np
import pytest

from aemodels import studies, use_studies
from aemodels.latent import planes
from aemodels.measure import augmentation, embedding_quality, generation, probe


class Rows:
    """A code of some pixels of an image, which the decoder spreads over it."""

    is_variational = False

    def __init__(self, latent_dim):
        self.latent_dim = latent_dim
        self.pixels = np.linspace(150, 600, latent_dim).astype(int)

    def encode(self, x):
        return x.reshape(len(x), -1)[:, self.pixels]

    def decode(self, z):
        return np.repeat(z, 784 // self.latent_dim, axis=1).reshape(-1, 28, 28, 1)


@pytest.fixture
def small(digits):
    """A tenth of a second instead of a minute."""
    few = {"train": digits.train.take(slice(0, 500)), "test": digits.test.take(slice(0, 120))}
    return dataclasses.replace(digits, **few)


def stored_bytes(arrays, folder):
    path = folder / "study.npz"
    np.savez_compressed(path, **arrays)
    return path.stat().st_size


def test_they_are_in_the_table():
    for name in ("features", "visualisation", "generation", "augmentation"):
        assert studies.STUDIES[name].name == name


def test_validation_images_are_the_last_ones_and_never_train(digits):
    train, validation, test = use_studies.parts(digits)
    assert len(train) + len(validation) == len(digits.train)
    assert np.array_equal(validation.values, digits.train.values[-len(validation) :])
    assert test is digits.test


def test_features_measures_code_pixels_and_pca_with_the_same_labels(small, monkeypatch, tmp_path):
    monkeypatch.setattr(probe, "STRENGTHS", (0.1,))
    monkeypatch.setattr(probe, "DRAWS", {})
    monkeypatch.setattr(probe, "ITERATIONS", 30)
    found = use_studies.features(Rows(16), small, lambda share: None)
    assert found["sizes"].tolist() == [10, 30, 100, 300]
    for name in ("code", "pixels", "pca"):
        assert found[f"{name}_mean"].shape == (4,)
        assert found[f"{name}_mean"][0] < found[f"{name}_mean"][-1]
    assert found["pixels_mean"][-1] > 0.8
    assert stored_bytes(found, tmp_path) < 60_000


def test_flat_pictures_of_a_code_of_two_numbers_show_the_code_itself(small, monkeypatch):
    monkeypatch.setattr(planes, "has_umap", lambda: False)
    monkeypatch.setattr(embedding_quality, "tsne_places", lambda x: x.reshape(len(x), -1)[:, 300:302])
    use_studies._pixel_panels.cache_clear()
    model = Rows(2)
    found = use_studies.visualisation(model, small, lambda share: None)
    places = embedding_quality.unpacked(found["code_steps"], found["code_ends"])
    np.testing.assert_allclose(places, model.encode(small.test.x), atol=1e-3)
    assert bool(found["code_is_flat"])
    assert "umap_steps" not in found
    assert 0 < float(found["code_knn"]) < 1


def test_flat_pictures_use_umap_where_it_is_installed(small, monkeypatch):
    monkeypatch.setattr(planes, "has_umap", lambda: True)
    monkeypatch.setattr(planes, "umap_places", lambda z: z[:, 300:302])
    monkeypatch.setattr(embedding_quality, "tsne_places", lambda x: x.reshape(len(x), -1)[:, :2])
    use_studies._pixel_panels.cache_clear()
    found = use_studies.visualisation(Rows(5), small, lambda share: None)
    use_studies._pixel_panels.cache_clear()
    assert not bool(found["code_is_flat"])
    assert found["umap_steps"].shape == found["code_steps"].shape == (120, 2)


def test_generation_keeps_mixtures_that_fit_the_codes(small, tmp_path):
    model = Rows(6)
    found = use_studies.generation(model, small, lambda share: None)
    mixtures = generation.ClassMixtures.from_arrays(found)
    train = use_studies.parts(small)[0]
    drawn = mixtures.sample(np.full(4_000, 3), seed=0)
    expected = model.encode(train.x)[train.labels == 3].mean(axis=0)
    np.testing.assert_allclose(drawn.mean(axis=0), expected, atol=0.05)
    assert np.isfinite(found["real_spread"]).all()
    assert stored_bytes(found, tmp_path) < 60_000


def test_augmentation_measures_three_ways(small, monkeypatch):
    monkeypatch.setattr(augmentation, "SIZES", (50,))
    monkeypatch.setattr(augmentation, "EXTRA", 3)
    monkeypatch.setattr(augmentation, "SPREADS", (1.0,))
    monkeypatch.setattr(probe, "STRENGTHS", (0.1,))
    found = use_studies.augmentation(Rows(16), small, lambda share: None)
    assert found["generated_mean"].shape == (1,)
    assert found["none_mean"][0] > 0.5
