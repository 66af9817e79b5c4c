"""The README's figures are those of the cards, and what it names is there."""

import re
from pathlib import Path

import pytest

from aemodels import readme, recipes
from aemodels.errors import StoreError
from aemodels.store import models

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def shipped():
    return [card for card in models.list_models() if card.shipped]


def test_the_tables_of_models_are_those_that_the_command_writes():
    """If not: python -m aemodels evaluate --readme README.md."""
    assert readme.between(TEXT) == readme.tables(shipped())
    assert readme.rewritten(TEXT, shipped()) == TEXT


def test_the_tables_of_models_say_what_the_cards_say():
    """Read from the text by themselves, cell by cell."""
    quality, cost = {}, {}
    for name, row in re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \|$", TEXT, re.MULTILINE):
        (quality if name not in quality else cost)[name] = [cell.strip() for cell in row.split("|")]
    cards = {card.name: card for card in shipped()}
    assert set(quality) == set(cost) == set(cards)
    for name, card in cards.items():
        metrics = card.metrics

        def cell(key, form, metrics=metrics):
            return f"{metrics[key]:{form}}" if key in metrics else "–"

        assert quality[name][1] == f"{card.code_size}"
        assert quality[name][2:] == [
            *(cell("mse", ".4f"), cell("pca_mse", ".4f"), cell("psnr", ".1f"), cell("ssim", ".3f")),
            *(cell("nelbo", ".1f"), cell("knn_accuracy", ".3f"), cell("probe_accuracy", ".3f")),
        ]
        unfair = metrics.get("jpeg_psnr", 0) > metrics["code_psnr"]
        assert cost[name] == [
            *(cell("nelbo_many", ".2f"), cell("iwae", ".1f"), cell("iwae_nelbo", ".1f")),
            *(cell("active_units", ".0f"), cell("kl_bits", ".1f"), cell("code_bits", ".0f")),
            *(cell("jpeg_bits", ".0f") + "†" * unfair, cell("png_bits", ",.0f")),
        ]


def test_the_rest_of_the_readme_stays_as_it_is():
    text = f"# Title\n{readme.BEGIN}\nold\n{readme.END}\nmore\n"
    found = readme.rewritten(text, shipped()[:1])
    assert found.startswith(f"# Title\n{readme.BEGIN}\n")
    assert found.endswith(f"{readme.END}\nmore\n")
    assert "old" not in found
    assert readme.rewritten(found, shipped()[:1]) == found


@pytest.mark.parametrize("text", ["", readme.BEGIN, f"{readme.END} {readme.BEGIN}"])
def test_a_readme_without_the_marks_is_refused(text):
    with pytest.raises(StoreError, match="put them in first"):
        readme.rewritten(text, shipped())


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
