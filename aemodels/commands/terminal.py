"""What the commands share: reading files and data sets, progress bars, and reports as text or JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aemodels.errors import AemodelsError

if TYPE_CHECKING:
    import numpy as np

    from aemodels.data.datasets import Dataset


class Bar:
    """A progress bar on stderr; silent with --json and where stderr is no terminal."""

    def __init__(self, quiet: bool, title: str, total: float = 1.0) -> None:
        self._quiet, self._title, self._total = quiet, title, total

    def __enter__(self) -> Bar:
        from tqdm import tqdm

        form = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
        self._bar = tqdm(
            total=self._total, desc=self._title, disable=self._quiet, bar_format=form, file=sys.stderr
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def to(self, value: float) -> None:
        """So much of the total is done."""
        self._bar.update(value - self._bar.n)

    def note(self, text: str) -> None:
        """A few words behind the bar."""
        self._bar.set_postfix_str(text)


def say(as_json: bool, figures: dict[str, Any], sentence: str = "") -> None:
    """Print figures: as one JSON object, or as a sentence and a line for each."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    if sentence:
        print(sentence)
    for key, value in figures.items():
        print(f"  {key:20} {value:.5g}" if isinstance(value, float) else f"  {key:20} {value}")


def remark(sentence: str) -> None:
    """Something to know, beside the figures: on stderr."""
    print(sentence, file=sys.stderr)


def dataset_name(named: str | None) -> str | None:
    """The name of the data set that `--dataset` means: one of the table, or `OWN` for the path of a file."""
    from aemodels.data import datasets

    is_path = named is not None and named not in datasets.DATASETS and ("." in named or "/" in named)
    return datasets.OWN if is_path else named


def dataset(name: str, *, quiet: bool) -> Dataset:
    """A data set, downloaded with a bar where it is not at hand; or that of a file, by the image contract."""
    from aemodels.data import datasets

    if name == datasets.OWN:
        raise AemodelsError(
            "The model was trained on a file of its owner's, which is not kept. Give it again: --dataset FILE."
        )
    if dataset_name(name) == datasets.OWN:
        from aemodels.data.own import bring, making

        return making.make(bring.read_path(name), making.Way.CONTRACT)
    with Bar(quiet or bool(datasets.find_local(name)), f"downloading {name}") as bar:
        return datasets.load(name, progress=lambda done, total: bar.to(done / total if total else 0.0))


def read(path: str) -> bytes:
    """The bytes of a picture file; of one that is too large only one byte too many, which is then refused."""
    from aemodels.data.reading import MAX_BYTES

    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def of_images(name: str) -> None:
    """Raises `AemodelsError` where the model `name` is of points."""
    from aemodels.store import models

    if models.read_card(name).config.linear_output:
        raise AemodelsError(f"{name} is a model of points, not of images.")


def write_image(path: str, image: np.ndarray) -> None:
    """Write one image (28, 28, 1) in [0, 1] as PNG. Raises `AemodelsError` for another ending or shape."""
    import numpy as np
    from PIL import Image

    if Path(path).suffix.lower() != ".png":
        raise AemodelsError(
            f"The output is a PNG file; give it a name that ends in .png. Received: {path!r}."
        )
    if image.ndim != 3:
        raise AemodelsError("This model is of points, not of images.")
    Image.fromarray(np.round(image[..., 0] * 255).astype(np.uint8)).save(path)
