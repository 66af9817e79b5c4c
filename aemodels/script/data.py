"""The part of a script that brings the images, and sets some of them aside for the validation."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np

from aemodels.data import content_order, surface_points
from aemodels.data.datasets import OWN, Dataset
from aemodels.script.paragraphs import paragraphs
from aemodels.script.sources import sources
from aemodels.training.spec import TrainingSpec

_MNIST = "(values, _), _ = keras.datasets.mnist.load_data()  # uint8 (60000, 28, 28), downloaded once"
_FASHION = """\
(values, labels), _ = keras.datasets.fashion_mnist.load_data()  # uint8 (60000, 28, 28), downloaded once
values = values[content_order(values, labels)]  # copies of this data set come in different orders"""
_POINTS = "values = make_points()[0]  # float32 (2000, 3)"
_FILE = """\
PATH = sys.argv[1] if len(sys.argv) > 1 else "{name}"  # as keras.datasets stores one: x_train, y_train, …
values = np.load(PATH, allow_pickle=False)["x_train"]  # uint8 (n, 28, 28)"""

_LOADING = {
    "mnist": _MNIST,
    "fashion_mnist": _FASHION,
    "points": _POINTS,
    "digits": _FILE.format(name="digits.npz"),
    OWN: _FILE.format(name="data.npz"),
}
_HELPERS: dict[str, Callable[..., Any]] = {
    "fashion_mnist": content_order.content_order,
    "points": surface_points.make_points,
}


def file_name(dataset: str) -> str:
    """What the file is called from which the script of this data set reads."""
    return "digits.npz" if dataset == "digits" else "data.npz"


def write(dataset: Dataset) -> bytes:
    """The file that the script reads: an .npz in the layout of `keras.datasets`, compressed."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        x_train=dataset.train.values,
        y_train=dataset.train.labels,
        x_test=dataset.test.values,
        y_test=dataset.test.labels,
    )
    return buffer.getvalue()


def data(spec: TrainingSpec) -> str:
    """Loading, and the split."""
    imports, helpers = sources([_HELPERS[spec.dataset]] if spec.dataset in _HELPERS else [])
    config = spec.training
    limit = f"values = values[:{config.limit}]\n" if config.limit is not None else ""
    parts = [
        "# --- Data -------------------------------------------------------------------------------------",
        f"SEED = {spec.seed}  # decides everything that is drawn by lot",
        "\n".join(imports),
        helpers,
        f"""\
{_LOADING[spec.dataset]}
{limit}held_back = min({config.validation_images}, len(values) // 5)  # for validation: never learned from
order = np.random.default_rng([SEED, 0]).permutation(len(values))
fitted, validation = values[order[held_back:]], values[order[:held_back]]""",
        "" if spec.model.linear_output else _X,
    ]
    return paragraphs(parts)


_X = '''\
def images(values):
    """uint8 (n, 28, 28) -> float32 (n, 28, 28, 1): 0 is the black ground, 1 is full ink."""
    return values[..., None].astype(np.float32) / np.float32(255)'''
