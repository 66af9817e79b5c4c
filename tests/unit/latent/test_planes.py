"""Two numbers for a code of any size, and back: a plane with an exact inverse, an embedding with none."""

import sys

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.latent import planes


@pytest.fixture
def codes() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)


def first_two(z: np.ndarray) -> np.ndarray:
    """Stands for UMAP where only what is made of its places is tested."""
    return 10 * z[:, :2]


def test_the_plane_of_a_two_dimensional_code_is_the_code_itself():
    z = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    found = planes.fit(z)
    assert found.is_code
    np.testing.assert_array_equal(found.project(z), z)
    np.testing.assert_array_equal(found.lift(z), z)


def test_the_plane_of_a_longer_code_is_that_of_most_variance_and_lifting_inverts_projecting():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(500, 6)).astype(np.float32) * np.array([1, 9, 1, 1, 5, 1], np.float32) + 3
    found = planes.fit(z)
    assert not found.is_code
    assert abs(found.axes[0, 1]) > 0.99
    assert abs(found.axes[1, 4]) > 0.99
    np.testing.assert_allclose(found.project(found.lift(found.project(z))), found.project(z), atol=1e-4)


def test_a_code_of_one_number_lies_on_a_line():
    z = np.linspace(-1, 1, 5, dtype=np.float32)[:, None]
    found = planes.fit(z)
    np.testing.assert_array_equal(found.project(z), np.hstack([z, np.zeros_like(z)]))
    np.testing.assert_array_equal(found.lift(found.project(z)), z)


def test_the_plane_says_how_much_it_shows_and_what_a_click_beside_a_point_means(codes):
    found = planes.fit(codes)
    assert "6 numbers" in found.inverse
    assert f"{found.share:.0%}" in found.inverse
    assert "lies in the plane" in found.inverse
    assert planes.fit(codes[:, :2]).inverse == ""


def test_an_embedding_gives_every_known_code_exactly_its_own_place(codes):
    found = planes.embed(codes, first_two)
    assert not found.is_code
    np.testing.assert_array_equal(found.places, first_two(codes))
    np.testing.assert_array_equal(found.project(codes), found.places)
    np.testing.assert_array_equal(found.lift(found.places), codes)


def test_another_code_lies_between_the_places_of_its_nearest(codes):
    found = planes.embed(codes, first_two)
    asked = codes[:7] + 0.01
    oracle = []
    for code in asked.astype(np.float64):
        distance = np.linalg.norm(codes - code, axis=1)
        near = np.argsort(distance)[: planes.AROUND]
        oracle.append(np.average(found.places[near], axis=0, weights=1 / distance[near]))
    np.testing.assert_allclose(found.project(asked), oracle, rtol=1e-4)


def test_a_place_of_an_embedding_means_the_nearest_code(codes):
    found = planes.embed(codes, first_two)
    places = np.random.default_rng(1).uniform(-40, 40, (20, 2))
    nearest = np.linalg.norm(found.places[None] - places[:, None], axis=2).argmin(axis=1)
    np.testing.assert_array_equal(found.lift(places), codes[nearest])
    assert "nearest test image" in found.inverse


def test_a_code_is_carried_along_the_plane_and_keeps_what_the_map_does_not_show(codes):
    plane, embedding = planes.fit(codes), planes.embed(codes, first_two)
    to = np.array([[1.0, -0.5]] * 300, np.float32)
    carried = plane.carry(codes, to)
    np.testing.assert_allclose(plane.project(carried), to, atol=1e-4)
    normal = np.eye(6) - plane.axes.T @ plane.axes
    np.testing.assert_allclose(carried @ normal, codes @ normal, atol=1e-4)
    np.testing.assert_array_equal(embedding.carry(codes, to), embedding.lift(to))


def test_codes_far_from_zero_and_twice_the_same_keep_their_places(codes):
    far = np.vstack([codes, codes[:5]]) + np.float32(1000)
    found = planes.embed(far, lambda z: np.vstack([first_two(z[:300]), first_two(z[:5])]))
    np.testing.assert_array_equal(found.project(far), found.places)


def test_of_many_codes_some_are_laid_out_and_the_others_placed_between_them(codes, monkeypatch):
    monkeypatch.setattr(planes, "MOST_EMBEDDED", 100)
    asked = []
    found = planes.embed(codes, lambda z: asked.append(z) or first_two(z))
    assert asked[0].shape == (100, 6)
    assert found.places.shape == (300, 2)
    np.testing.assert_array_equal(found.places[[0, -1]], first_two(codes[[0, -1]]))
    assert np.isfinite(found.places).all()


def test_too_few_codes_and_what_is_no_map_get_a_sentence(codes):
    with pytest.raises(ConfigError, match="at least 5 codes"):
        planes.embed(codes[:4], first_two)
    with pytest.raises(ConfigError, match="PCA always works"):
        planes.embed(codes, lambda z: np.full((len(z), 2), np.nan))
    with pytest.raises(ConfigError, match="PCA always works"):
        planes.embed(codes, lambda z: z)


def test_without_the_package_umap_says_how_to_get_it(codes, monkeypatch):
    monkeypatch.setattr(planes, "has_umap", lambda: False)
    with pytest.raises(ConfigError, match="pip install umap-learn"):
        planes.embed(codes)


def test_a_package_that_is_broken_gets_a_sentence_with_its_reason(codes, monkeypatch, tmp_path):
    (tmp_path / "umap.py").write_text("raise ImportError('compiled for another machine')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match="compiled for another machine"):
        planes.embed(codes)
    assert "umap" not in sys.modules


def test_the_worker_hands_exact_neighbours_to_the_package_and_brings_its_places_back(
    codes, monkeypatch, tmp_path
):
    (tmp_path / "umap.py").write_text(
        "class UMAP:\n"
        "    def __init__(self, **settings):\n"
        "        self.settings = settings\n"
        "    def fit_transform(self, z):\n"
        "        index, distance = self.settings['precomputed_knn']\n"
        "        assert index.shape == distance.shape == (300, 15)\n"
        "        assert (index[:, 0] == range(300)).all()\n"
        "        assert self.settings['random_state'] == 0\n"
        "        return z[:, 2:4]\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    np.testing.assert_array_equal(planes.embed(codes).places, codes[:, 2:4])


@pytest.mark.skipif(not planes.has_umap(), reason="the optional package umap-learn is not installed")
def test_umap_itself_keeps_groups_apart_and_repeats_itself():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(3), 60)
    codes = (rng.normal(size=(180, 8)) + 20 * np.eye(8)[group]).astype(np.float32)
    places = planes.embed(codes).places
    middle = np.array([places[group == each].mean(axis=0) for each in range(3)])
    nearest = np.linalg.norm(places[:, None] - middle[None], axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, group)
    np.testing.assert_array_equal(planes.embed(codes).places, places)
