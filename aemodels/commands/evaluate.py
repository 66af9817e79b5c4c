"""`python -m aemodels evaluate MODEL`: the figures of a model on the test set."""

from __future__ import annotations

import argparse

from aemodels.commands.terminal import Bar, dataset, say


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model")
    parser.add_argument("--dataset", help="another data set than the model's own, or a file")
    parser.add_argument("--write", action="store_true", help="write the figures into the model's card")


def run(options: argparse.Namespace) -> None:
    """Measure, and report or write the figures."""
    from aemodels import report
    from aemodels.store import models

    card = models.read_card(options.model)
    data = dataset(options.dataset or card.dataset, quiet=options.json)
    model = models.load(options.model)
    with Bar(options.json, "evaluating", 1) as bar:
        figures = report.evaluate(
            model, data, denoises=card.denoises, progress=lambda done, total: bar.to(done / total)
        )
    if options.write and not options.dataset:
        models.update_metrics(options.model, figures)
    say(options.json, {"name": card.name, "dataset": data.name, "source": data.source, **figures})
