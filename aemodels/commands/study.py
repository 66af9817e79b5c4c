"""`python -m aemodels study MODEL`: make the studies of a model, and keep them beside it with --write."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from aemodels.commands.terminal import Bar, dataset, say
from aemodels.errors import ConfigError

if TYPE_CHECKING:
    from aemodels.store.card import Card
    from aemodels.studies import Study


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model")
    parser.add_argument("--only", metavar="NAME", help="one study instead of all that apply to the model")
    parser.add_argument("--write", action="store_true", help="keep the results beside the model")


def run(options: argparse.Namespace) -> None:
    """Make the studies that apply, and report how large their results are."""
    import numpy as np

    from aemodels import held_back
    from aemodels.store import access, models
    from aemodels.store import studies as kept

    if options.write:
        access.insist_on_open()
    card = models.read_card(options.model)
    wanted = chosen(card, options.only)
    data = held_back.last(dataset(card.dataset, quiet=options.json), card)
    if options.write and data.fingerprint != card.fingerprint:
        raise ConfigError(
            f"{card.name} was trained on another {card.dataset} than the one at hand; its studies are not kept."
        )
    model = models.load(card.name)
    results: dict[str, dict[str, Any]] = {}
    for study in wanted:
        with Bar(options.json, study.name) as shown:
            arrays = study.run(model, data, shown.to)
        if options.write:
            kept.write(card.name, study.name, arrays, fingerprint=data.fingerprint)
        figures = {
            key: float(array)
            for key, array in arrays.items()
            if array.shape == () and array.dtype.kind in "iuf"
        }
        size = sum(np.asarray(array).nbytes for array in arrays.values())
        results[study.name] = {"arrays": len(arrays), "bytes": size, **figures}
    if options.json:
        say(True, {"model": card.name, "kept": bool(options.write), "studies": results})
        return
    for name, figures in results.items():
        say(False, figures, f"{name} of {card.name}{', kept beside it' if options.write else ''}")


def chosen(card: Card, only: str | None) -> list[Study]:
    """The studies that are asked for. Raises `ConfigError` for one that is unknown or does not fit the model."""
    from aemodels.studies import STUDIES

    if only is not None and only not in STUDIES:
        raise ConfigError(f"There is no study named {only!r:.60}. Choose one of {', '.join(STUDIES)}.")
    applying = [study for study in STUDIES.values() if study.applies(card)]
    found = [study for study in applying if only in (None, study.name)]
    if not found:
        names = ", ".join(study.name for study in applying) or "none"
        raise ConfigError(
            f"{'No study' if only is None else f'The study {only!r}'} fits the model {card.name}."
            f" Those that do: {names}."
        )
    return found
