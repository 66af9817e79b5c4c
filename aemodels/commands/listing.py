"""`python -m aemodels list`: models, recipes and data sets."""

from __future__ import annotations

import argparse
import json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what all commands take."""


def run(options: argparse.Namespace) -> None:
    """Print what there is, with the models that cannot be read and why."""
    from aemodels import recipes
    from aemodels.data.datasets import DATASETS
    from aemodels.store import folders, models

    cards = models.list_models()
    damaged = {folders.shown(name): reason for name, reason in models.damaged_models().items()}
    if options.json:
        table = {
            "models": {
                card.name: {
                    "kind": card.kind,
                    "dataset": card.dataset,
                    "code_size": card.code_size,
                    "metrics": card.metrics,
                }
                for card in cards
            },
            "damaged": damaged,
            "recipes": {name: recipe.title for name, recipe in recipes.RECIPES.items()},
            "datasets": {name: record.title for name, record in DATASETS.items()},
        }
        print(json.dumps(table, indent=2, ensure_ascii=False))
        return
    print("Models")
    for card in cards:
        figure = f"mse {card.metrics['mse']:.4f}" if "mse" in card.metrics else ""
        print(f"  {card.name:20} {card.kind:24} code {card.code_size:<5} {card.dataset:14} {figure}")
    for name, reason in damaged.items():
        print(f"  {name:20} cannot be read: {reason}")
    print("Recipes")
    for name, recipe in recipes.RECIPES.items():
        print(f"  {name:20} {recipe.title} ({recipe.dataset})")
    print("Data sets")
    for name, record in DATASETS.items():
        here = "at hand" if record.is_local() else "is downloaded when first asked for"
        print(f"  {name:20} {record.title}: {here}")
