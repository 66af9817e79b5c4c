"""The models that come with the program reach their bars, answer, and their cards say what is true."""

import numpy as np
import pytest

import aemodels
from aemodels import preview
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.latent.atlas import Atlas
from aemodels.measure import metrics
from aemodels.store import folders, models

NAMES = (
    *("dense-mnist", "conv-mnist", "denoising-mnist", "vae-mnist-2d", "vae-mnist-16d", "vae-fashion-2d"),
    # To compare maps with:
    *("dense-mnist-2d", "conv-mnist-2d", "vae-mnist-2d-beta01", "vae-mnist-2d-beta4"),
)
FIGURES = {name: models.read_card(name).metrics for name in NAMES}


def test_all_are_there_and_together_below_50_megabytes():
    assert {card.name for card in models.list_models() if card.shipped} == set(NAMES)
    files = [path for path in folders.SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 50e6  # with their studies
    for name in NAMES:
        present = {path.name for path in (folders.SHIPPED / name).iterdir()}
        assert {"card.json", "weights.npz", "codes.npz", "history.csv"} <= present
        assert ("atlas.png" in present) == (models.read_card(name).code_size == 2)


def test_their_figures_reach_the_bars():
    assert FIGURES["dense-mnist"]["mse"] <= FIGURES["dense-mnist"]["pca_mse"] / 4
    assert FIGURES["conv-mnist"]["mse"] < FIGURES["dense-mnist"]["mse"]
    denoising = FIGURES["denoising-mnist"]
    assert denoising["denoised_psnr"] >= denoising["classical_psnr"] + 5
    assert FIGURES["vae-mnist-2d"]["nelbo"] <= 134
    assert FIGURES["vae-mnist-2d"]["knn_accuracy"] >= 0.84
    assert FIGURES["vae-mnist-16d"]["nelbo"] <= 98
    assert FIGURES["vae-mnist-16d"]["knn_accuracy"] >= 0.97


@pytest.mark.parametrize("name", NAMES)
def test_they_answer_on_the_bundled_digits(name, digits):
    model = aemodels.load(name)
    x = digits.test.x[:40]
    y = model.reconstruct(x)
    assert y.shape == x.shape
    # Even what a network was not trained on is nearer to its reconstruction than to an empty image.
    if "fashion" not in name:
        assert metrics.mse(x, y).mean() < np.square(x).mean()
    if model.config.__class__.__name__ == "DenseConfig":
        np.testing.assert_allclose(preview.load(name).reconstruct(x), y, atol=1e-4)


@pytest.mark.parametrize("name", [name for name in NAMES if "2d" in name])
def test_the_blended_atlas_is_near_the_exact_decoder(name):
    card = models.read_card(name)
    atlas = Atlas.from_png(models.atlas_path(name).read_bytes(), **card.atlas)
    assert models.atlas_path(name).stat().st_size < 1_500_000
    codes = models.codes(name).z
    inside = codes[[atlas.contains(*code) for code in codes]][:1000]
    assert len(inside) > 950
    low, high = np.transpose([atlas.x, atlas.y])
    model = aemodels.load(name)
    anywhere = np.random.default_rng(0).uniform(low, high, (1000, 2)).astype(np.float32)
    for places in (inside, anywhere):
        exact = model.decode(places)
        blended = np.stack([atlas.sample(*place) for place in places])
        difference = np.abs(exact - blended).mean((1, 2, 3))
        # The map of the plain autoencoder is wide, and where its codes crowd it changes within less than a tile.
        if card.is_variational:
            assert np.percentile(difference, 99) <= 0.03
            assert difference.max() <= 0.08  # where a sharp map changes from class to class within a tile
        else:
            assert difference.mean() <= 0.015
            assert np.percentile(difference, 95) <= (0.03 if name.startswith("dense") else 0.04)


def test_the_cards_figures_are_those_of_a_fresh_look(mnist):
    """Without neighbours and PCA, which take long; `python -m aemodels evaluate` repeats all of them."""
    x = mnist.test.x[:2000]
    for name in ("vae-mnist-2d", "dense-mnist", "conv-mnist"):
        card, model = models.read_card(name), aemodels.load(name)
        assert card.fingerprint == mnist.fingerprint
        assert metrics.mse(x, model.reconstruct(x)).mean() == pytest.approx(card.metrics["mse"], rel=0.06)
        np.testing.assert_allclose(models.codes(name).z[:500], model.encode(x[:500]), atol=0.05, rtol=0.01)
        np.testing.assert_array_equal(models.codes(name).labels, mnist.test.labels)
    z_mean, z_log_var = aemodels.load("vae-mnist-2d").encode_distribution(x)
    z = z_mean + np.exp(z_log_var / 2) * np.random.default_rng(7).standard_normal(z_mean.shape)
    y = aemodels.load("vae-mnist-2d").decode(z)
    nelbo = (metrics.bce(x, y) + metrics.kl(z_mean, z_log_var)).mean()
    assert nelbo == pytest.approx(FIGURES["vae-mnist-2d"]["nelbo"], rel=0.05)
    noisy = CORRUPTIONS["gaussian"].apply(x, 0.5, np.random.default_rng(1))
    denoised = metrics.psnr(x, aemodels.load("denoising-mnist").reconstruct(noisy)).mean()
    assert denoised == pytest.approx(FIGURES["denoising-mnist"]["denoised_psnr"], abs=0.5)
