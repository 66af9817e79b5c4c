"""The classical filters at their best, for every kind and level of noise: tuned once a data set, and kept.

Tuning takes minutes, so its results lie beside this file, `tuned/NAME.json`: for each kind, level and filter the
parameter that was best on validation images (the last of the training split), its mean PSNR there, and the
quartiles of the PSNR on test images. They are made anew by

    python -m aemodels.measure.classical_table mnist fashion_mnist digits
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.data.datasets import Dataset, load
from aemodels.measure import classical, denoising
from aemodels.measure.classical import CLASSICAL, Choice
from aemodels.measure.metrics import psnr

FOLDER: Final = Path(__file__).with_name("tuned")
TUNING_IMAGES: Final = 24  # a filter has one parameter, and few values are tried: enough to choose among them


@dataclass(frozen=True)
class Table:
    """What is kept of one data set. `kinds` is the file's own: see `make`."""

    dataset: str
    fingerprint: str
    tuning_images: int
    test_images: int
    kinds: dict[str, dict[str, Any]]

    def choices(self, kind: str, level: float) -> dict[str, Choice] | None:
        """The filters as tuned at the nearest level that has any noise; None for a kind that is not here."""
        if not self._knows(kind):
            return None
        row = self.kinds[kind]
        near = 1 + int(np.argmin(np.abs(np.asarray(row["levels"][1:]) - level)))
        return {
            name: Choice(name, curve["parameter"][near], curve["psnr"][near])
            for name, curve in row["filters"].items()
            if name in CLASSICAL
        }

    def curves(self, kind: str) -> dict[str, np.ndarray]:
        """The quartiles of its PSNR on test images, (9, 3) at `denoising.levels(kind)`; none if unknown."""
        if not self._knows(kind):
            return {}
        filters = self.kinds[kind]["filters"]
        return {name: np.asarray(curve["quartiles"]) for name, curve in filters.items() if name in CLASSICAL}

    def _knows(self, kind: str) -> bool:
        row = self.kinds.get(kind)  # made before the range of the kind was changed, it is worth nothing
        return row is not None and tuple(row["levels"]) == denoising.levels(kind)


def make(dataset: Dataset, progress: Callable[[str], None] = lambda words: None) -> Table:
    """Tune every filter on the last `TUNING_IMAGES` training images at each level, and measure it on test images.

    Without noise nothing is tuned: every filter is at its gentlest.
    """
    tune_on = dataset.train.take(slice(-TUNING_IMAGES, None)).x
    test = dataset.test.take(slice(denoising.TEST_IMAGES)).x
    kinds: dict[str, dict[str, Any]] = {}
    for kind in CORRUPTIONS:
        columns: dict[str, dict[str, list[Any]]] = {
            name: {"parameter": [], "psnr": [], "quartiles": []} for name in CLASSICAL
        }
        for level in denoising.levels(kind):
            tuned = _tuned(tune_on, kind, level)
            damaged = denoising.noisy(test, kind, level)
            for name, choice in tuned.items():
                quartiles = denoising.quartiles(test, choice.apply(damaged))
                columns[name]["parameter"].append(choice.parameter)
                columns[name]["psnr"].append(round(choice.psnr, 3))
                columns[name]["quartiles"].append([round(float(value), 3) for value in quartiles])
            progress(f"{dataset.name}: {kind} {level:g}")
        kinds[kind] = {"levels": list(denoising.levels(kind)), "filters": columns}
    return Table(dataset.name, dataset.fingerprint, len(tune_on), len(test), kinds)


def _tuned(clean: np.ndarray, kind: str, level: float) -> dict[str, Choice]:
    if level > 0:
        return classical.tune(clean, denoising.noisy(clean, kind, level))
    gentlest = {name: Choice(name, filter.grid[0], 0.0) for name, filter in CLASSICAL.items()}
    return {
        name: replace(choice, psnr=float(psnr(clean, choice.apply(clean)).mean()))
        for name, choice in gentlest.items()
    }


def write(table: Table, folder: Path = FOLDER) -> Path:
    """Keep a table as JSON, a line for each curve."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{table.dataset}.json"
    kinds = ",\n".join(
        f"{json.dumps(kind)}: "
        + '{"levels": '
        + json.dumps(row["levels"])
        + ', "filters": {\n'
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(curve)}" for name, curve in row["filters"].items())
        + "}}"
        for kind, row in table.kinds.items()
    )
    head = {key: value for key, value in vars(table).items() if key != "kinds"}
    path.write_text(f'{json.dumps(head)[:-1]}, "kinds": {{\n{kinds}}}}}\n', encoding="utf-8")
    return path


def read(dataset: str, fingerprint: str, folder: Path = FOLDER) -> Table | None:
    """The table of a data set; None where there is none, or one of other images (by their `fingerprint`)."""
    path = folder / f"{dataset}.json"
    if not path.is_file():
        return None
    table = Table(**json.loads(path.read_text(encoding="utf-8")))
    return table if table.fingerprint == fingerprint else None


def main() -> None:
    parser = argparse.ArgumentParser(description="Tune the classical filters and keep their parameters.")
    parser.add_argument("dataset", nargs="+", help="names of data sets of images")
    for name in parser.parse_args().dataset:
        print(write(make(load(name), lambda words: print(words, flush=True))))


if __name__ == "__main__":
    main()
