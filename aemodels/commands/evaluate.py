"""`python -m aemodels evaluate MODEL`: the figures of models on the test set, into their cards and the README."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aemodels.commands.terminal import Bar, dataset, say
from aemodels.errors import AemodelsError, StoreError

if TYPE_CHECKING:
    from aemodels.data.datasets import Dataset
    from aemodels.store.card import Card


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", nargs="*", help="names from `list`")
    parser.add_argument("--all", action="store_true", help="all models that come with the program")
    parser.add_argument("--dataset", help="another data set than the model's own, or a file")
    parser.add_argument("--quick", action="store_true", help="leave out the figures that take minutes")
    parser.add_argument("--explain", action="store_true", help="say what each figure means")
    parser.add_argument("--write", action="store_true", help="write the figures into the model's card")
    parser.add_argument(
        "--readme",
        metavar="FILE",
        help="then write the tables of all shipped models, from their cards, between the two marks in FILE",
    )


def run(options: argparse.Namespace) -> None:
    """Measure, report, and write what shall be written."""
    if not (options.model or options.all or options.readme):
        raise AemodelsError("Name a model, or --all, or a file after --readme.")
    reports = _evaluated(options)
    if options.readme:
        count = _write_tables(Path(options.readme))
        if not options.json:
            print(f"Wrote the tables of {count} models into {options.readme}.")
    if options.json:
        one = reports[0] if len(reports) == 1 and not options.all else {"models": reports}
        say(True, one)


def _evaluated(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Evaluate one model after the other, and keep what was found at once: the next one may fail."""
    from aemodels import report
    from aemodels.store import access, models

    if options.write:
        access.insist_on_open()
    cards = [models.read_card(name) for name in options.model]
    if options.all:
        cards += [card for card in models.list_models() if card.shipped and card not in cards]
    at_hand: dict[str, Dataset] = {}
    reports = []
    for card in cards:
        name = options.dataset or card.dataset
        if name not in at_hand:
            at_hand = {name: dataset(name, quiet=options.json)}  # one at a time: they are large
        data = at_hand[name]
        if options.write and data.fingerprint != card.fingerprint:
            raise StoreError(
                f"The card of {card.name} keeps figures of its own data set's test images, and these are others."
                " Leave out --write, or --dataset."
            )
        with Bar(options.json, f"evaluating {card.name}", 1) as bar:
            figures = report.evaluate(
                models.load(card.name),
                data,
                denoises=card.denoises,
                thorough=not options.quick,
                progress=lambda done, total, bar=bar: bar.to(done / total),  # type: ignore[misc]
            )
        if options.write:
            models.update_metrics(card.name, figures)
        if not options.json:
            _say(card, data, figures, explain=options.explain)
        reports.append({"name": card.name, "dataset": data.name, "source": data.source, **figures})
    return reports


def _say(card: Card, data: Dataset, figures: dict[str, float | str], *, explain: bool) -> None:
    """The figures as a table, or one below the other with what they mean."""
    from aemodels.measure import figure_table

    print(f"{card.name} on {data.title} ({data.source})")
    for figure in figure_table.known(figures):
        print(f"  {figure.label:28} {figure.text(figures):24} {figure.direction}".rstrip())
        if explain:
            print(f"      {figure.help}")


def _write_tables(path: Path) -> int:
    """Returns of how many models."""
    from aemodels import readme
    from aemodels.store import models

    shipped = [card for card in models.list_models() if card.shipped]
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StoreError(f"{path.name} is no text file.") from error
    path.write_text(readme.rewritten(text, shipped), encoding="utf-8")
    return len(shipped)
