"""The cards of the shipped models against a fresh evaluation on the real test images.

What is cheap is computed anew for every model, the rest for one. Between machines TensorFlow differs in the last
digits; nobody who changes a figure gets through.
Without the data sets the same is tested on the bundled digits, in `test_evaluate_command`.
"""

import numpy as np
import pytest

import aemodels
from aemodels import report
from aemodels.data import datasets
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.measure import evaluation, metrics
from aemodels.store import models

CARDS = {card.name: card for card in models.list_models() if card.shipped}
WHOLE = "vae-mnist-2d-beta01"
CLOSE = 1e-3  # relative
SHARE = 0.002  # of the test images: neighbours at equal distance, and cuts of a stopped optimiser


def same(found, card, keys=None):
    """Whether each figure found is the card's; of shares to `SHARE`, of the others to `CLOSE`."""
    for key in keys or found:
        loose = SHARE if key.endswith("accuracy") else 2e-3 if key.startswith("kl_") else 1e-9
        assert found[key] == pytest.approx(card.metrics[key], rel=CLOSE, abs=loose), key


@pytest.fixture
def of(request, mnist):
    """The card, the model and the data set of a name."""

    def find(name):
        data = mnist if CARDS[name].dataset == "mnist" else request.getfixturevalue(CARDS[name].dataset)
        assert CARDS[name].fingerprint == data.fingerprint
        return CARDS[name], aemodels.load(name), data

    return find


@pytest.mark.parametrize("name", CARDS)
def test_on_all_test_images_every_card_is_true(of, name):
    card, model, data = of(name)
    x = data.test.x
    found, codes = evaluation.reconstruction(model.encode, model.decode, x)
    if model.is_variational:
        found |= evaluation.variational_bounds(model.encode_distribution, model.decode, x)
    if card.denoises:
        noisy = CORRUPTIONS[report.DENOISING_KIND].apply(
            x, report.DENOISING_LEVEL, np.random.default_rng(0).spawn(2)[1]
        )
        found["noisy_psnr"] = float(metrics.psnr(x, noisy).mean())
        found["denoised_psnr"] = float(metrics.psnr(x, model.reconstruct(noisy)).mean())
    assert len(found) >= 4
    same(found, card)
    assert codes.shape == (len(x), card.code_size)


@pytest.mark.long
def test_a_whole_evaluation_of_one_model_is_its_card(of):
    """Half a million images are decoded for it: the only test of this length."""
    card, model, data = of(WHOLE)
    found = report.evaluate(model, data, denoises=card.denoises, thorough=True)
    assert set(found) == set(card.metrics)
    coded = {key for key in found if key.startswith(("jpeg", "png"))}
    same(found, card, set(found) - coded)
    for key in coded:  # other versions of the codecs write other files
        assert found[key] == pytest.approx(card.metrics[key], rel=0.01), key


def test_every_card_has_every_figure_that_its_kind_has():
    for card in CARDS.values():
        wanted = {"mse", "psnr", "ssim", "knn_accuracy", "probe_accuracy", "code_bits", "png_bits"}
        if card.is_variational:
            wanted |= {"nelbo", "nelbo_many", "iwae", "active_units", f"kl_{card.code_size}"}
        if card.denoises:
            wanted |= {"denoised_psnr", "classical_psnr"}
        assert wanted <= set(card.metrics), card.name
        assert datasets.DATASETS[card.dataset].kind == "images"
