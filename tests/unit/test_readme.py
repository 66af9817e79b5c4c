"""The README's figures are those of the cards, and what it names is there."""

import re
from pathlib import Path

from aemodels import recipes
from aemodels.store import models

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def shipped():
    return [card for card in models.list_models() if card.shipped]


def test_the_table_of_models_says_what_the_cards_say():
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \|$", TEXT, re.MULTILINE))
    cards = {card.name: card for card in shipped()}
    assert set(rows) == set(cards)
    for name, row in rows.items():
        metrics = cards[name].metrics
        cells = [cell.strip() for cell in row.split("|")]
        assert cells[1] == f"{cards[name].code_size}"
        assert cells[2] == f"{metrics['mse']:.4f} ({metrics['pca_mse']:.4f})"
        assert cells[3] == f"{metrics['psnr']:.1f}"
        assert cells[4] == f"{metrics['ssim']:.3f}"
        assert cells[5] == (f"{metrics['nelbo']:.1f}" if "nelbo" in metrics else "–")
        assert cells[6] == f"{metrics['knn_accuracy']:.3f}"


def test_the_denoising_figures_are_those_of_the_card():
    metrics = models.read_card("denoising-mnist").metrics
    words = r"from ([\d.]+) dB to ([\d.]+) dB; the best classical filter \((\w+)\) reaches ([\d.]+) dB"
    found = re.search(words, TEXT.replace("\n", " "))
    assert found is not None
    expected = (f"{metrics[key]:.1f}" for key in ("noisy_psnr", "denoised_psnr"))
    assert found.groups() == (*expected, metrics["classical_name"], f"{metrics['classical_psnr']:.1f}")


def test_every_shipped_model_comes_from_the_recipe_of_its_name():
    for card in shipped():
        recipe = recipes.get(card.name)
        assert card.recipe == card.name
        assert card.seed == 1
        assert card.config == recipe.model
        training = recipe.training.to_json()
        assert {key: training[key] for key in card.training} == card.training


def test_files_that_the_readme_names_exist():
    for path in re.findall(r"\]\(([\w./-]+)\)", TEXT):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"`((?:aemodels|pages|tests)/[\w./-]+)`", TEXT):
        assert (ROOT / path).exists(), path
