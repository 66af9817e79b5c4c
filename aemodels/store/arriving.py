"""A model that arrives as a zip: the card of a run (`aemodels.run_card`) or a model's folder (`store.export`).

It comes from a stranger. Members are allowed by name; the card is read as strictly as any; shapes and sizes of the
weights are compared with what the card's network needs, by arithmetic, before one is unpacked or a layer is built;
then our own code builds the network. What the zip says of codes is kept, the map's sprite is drawn anew.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import math
import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from aemodels import architectures, recipes
from aemodels.data.datasets import DATASETS, OWN
from aemodels.errors import AemodelsError, StoreError
from aemodels.store import access, archive, arrays, expected, folders, models, weights
from aemodels.store import card as cards
from aemodels.store.card import Card
from aemodels.training.config import TrainingConfig
from aemodels.training.history import Epoch

MODEL: Final = ("card.json", "weights.npz", "codes.npz", "atlas.png", "history.csv")
"""Members of a model's folder; those that stand beside it in the card of a run are for people and stay unread."""
BESIDE: Final = (
    *("README.txt", "spec.json", "script.py", "data.npz", "digits.npz"),
    *(f"figures/{name}" for name in ("history.csv", "curves.png", "reconstructions.png", "map.png")),
    *(f"tensorboard/{run}/events.out.tfevents.1.run" for run in ("train", "validation")),
)
STUDY: Final = re.compile(r"study-[a-z_]{1,40}\.npz")

MOST_CODES: Final = 64 * 2**20  # bytes
MOST_HISTORY: Final = 2 * 2**20
MOST_EPOCHS: Final = 20_000
MOST_FIGURES: Final = 64
DEEPEST: Final = 12
"""Brackets within brackets in a card; ours has four."""
_FIGURE: Final = re.compile(r"[a-z0-9_]{1,40}")


@dataclasses.dataclass(frozen=True, eq=False)
class Arrived:
    """A model out of a zip, all of it checked."""

    card: Card
    weights: dict[str, np.ndarray]
    codes: models.Codes | None
    history: list[list[str]]
    half_precision: bool


def receive(data: bytes, name: str | None = None) -> Card:
    """Put the model of a zip into the store, under `name` or a free name like its own; returns its new card.

    Raises `StoreError` with the reason for any zip that is not one of ours, and in a store for reading only.
    """
    access.insist_on_open()  # before the file costs anybody anything
    try:
        return _keep(inspect(data), name)
    except StoreError as error:
        raise StoreError(
            f"{error} Bring a zip as this program makes it: of a run, or of a saved model."
        ) from error


def inspect(data: bytes) -> Arrived:
    """What is in a zip. Raises `StoreError` with the first thing that is wrong; nothing is written or built."""
    members = archive.Archive(data)
    folder = _folder(members)
    beside = BESIDE if folder == "model" else ()
    studies = {name for name in members.members if STUDY.fullmatch(name.removeprefix(f"{folder}/"))}
    members.only({*(f"{folder}/{name}" for name in MODEL), *studies, *beside})
    card = _card(members.read(f"{folder}/card.json", cards.MOST_BYTES))
    shapes = expected.shapes(card.config)
    count = sum(math.prod(shape) for shape in shapes.values())
    named, half = _weights(members, f"{folder}/weights.npz", shapes, count)
    codes = None
    if f"{folder}/codes.npz" in members.members:
        codes = _codes(members.read(f"{folder}/codes.npz", MOST_CODES), card.code_size)
    history = _history(members.read(f"{folder}/history.csv", MOST_HISTORY))
    card = dataclasses.replace(card, parameters=count, epochs=len(history) - 1, atlas=None)
    return Arrived(card, named, codes, history, half)


def free_name(wanted: str) -> str:
    """`wanted`, or with a number behind it where that is taken or cannot be a name."""
    taken = {path.name for parent in (folders.SHIPPED, folders.saved()) for path in parent.glob("*")}
    try:
        stem = folders.check_name(wanted)
    except StoreError:
        stem = "brought-along"
    stem = stem[:35].strip("-")
    tries = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 10_000))
    return next(name for name in tries if name not in taken)


def _folder(members: archive.Archive) -> str:
    """The one folder with a card in it."""
    found = [name.partition("/")[0] for name in members.members if re.fullmatch(r"[^/]+/card\.json", name)]
    if len(found) != 1:
        raise StoreError("The file is no model of this program: it should hold one folder with a card.json.")
    return found[0]


def _card(data: bytes) -> Card:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StoreError("The model's card.json is not readable JSON.") from error
    if _depth(text) > DEEPEST:
        raise StoreError("The model's card.json has more brackets within brackets than any of ours.")
    card = cards.from_json(text)
    if card.dataset not in DATASETS and card.dataset != OWN:
        raise StoreError("The model's card.json names a data set that is not known here.")
    points = card.dataset != OWN and DATASETS[card.dataset].kind == "points"
    if points != card.config.linear_output:
        raise StoreError("The network of the model's card.json does not fit its data set.")
    if card.recipe not in recipes.RECIPES:
        raise StoreError("The model's card.json names a recipe that is not known here.")
    try:
        training = TrainingConfig.from_json(card.training).to_json() if card.training else {}
    except AemodelsError as error:
        raise StoreError(f"The model's card.json describes no training of ours: {error}") from error
    if not re.fullmatch(r"[0-9a-f]{16}", card.fingerprint):
        raise StoreError("The entry 'fingerprint' of the model's card.json is not what it should be.")
    for entry in (card.metrics, card.versions):
        if len(entry) > MOST_FIGURES or not all(map(_FIGURE.fullmatch, entry)):
            raise StoreError("The model's card.json holds figures or versions that no model of ours has.")
    if any(len(value) > 40 or not value.isprintable() for value in _texts(card)):
        raise StoreError("The model's card.json holds a text that is too long or cannot be shown.")
    model = architectures.to_json(card.config)
    return dataclasses.replace(card, model=model, training=training)


def _texts(card: Card) -> list[str]:
    return [value for value in (*card.metrics.values(), *card.versions.values()) if isinstance(value, str)]


def _depth(text: str) -> int:
    """How deep brackets stand within brackets; those inside a text count, too, which errs to the strict side."""
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _weights(
    members: archive.Archive, name: str, shapes: dict[str, tuple[int, ...]], count: int
) -> tuple[dict[str, np.ndarray], bool]:
    """The weights as float32, and whether they were stored with 16 bits each."""
    most = 4 * count + 512 * (len(shapes) + 1)
    if name not in members.members:
        raise StoreError("The file has no weights.npz.")
    if not 2 * count <= members.size(name) <= most:
        raise StoreError(
            f"The weights.npz has {members.size(name):,} bytes, and the network of the card has {count:,} weights: "
            "they do not belong together."
        )
    fits = {key: _of_shape(shape) for key, shape in shapes.items()}
    largest = 4 * max(math.prod(shape) for shape in shapes.values())
    found = arrays.read(members.read(name, most), fits, most=largest, what="weights.npz")
    half = all(value.dtype == np.float16 for value in found.values())
    return {key: value.astype(np.float32) for key, value in found.items()}, half


def _of_shape(expected_shape: tuple[int, ...]) -> arrays.Fits:
    return lambda shape, dtype: shape == expected_shape and dtype.name in weights.DTYPES


def _codes(data: bytes, size: int) -> models.Codes:
    found = arrays.read(
        data,
        {
            "z": lambda shape, dtype: (
                len(shape) == 2 and shape[0] >= 1 and shape[1] == size and dtype == np.float32
            ),
            "labels": lambda shape, dtype: len(shape) == 1 and dtype == np.uint8,
        },
        most=MOST_CODES,
        what="codes.npz",
    )
    if len(found["z"]) != len(found["labels"]):
        raise StoreError("codes.npz: there are not as many labels as codes.")
    return models.Codes(found["z"], found["labels"])


def _history(data: bytes) -> list[list[str]]:
    """Header and rows, their numbers written anew."""
    try:
        header, *rows = list(csv.reader(io.StringIO(data.decode("ascii"))))
        numbers = [[float(value) for value in row] for row in rows]
    except (ValueError, csv.Error) as error:
        raise StoreError("The model's history.csv is not a table of numbers.") from error
    known = {field.name for field in dataclasses.fields(Epoch)}
    if not {"epoch", "loss", "val_loss"} <= set(header) <= known or len(set(header)) != len(header):
        raise StoreError("The model's history.csv has other columns than ours.")
    if not 1 <= len(numbers) <= MOST_EPOCHS or any(len(row) != len(header) for row in numbers):
        raise StoreError("The model's history.csv is empty or too long, or its rows are not alike.")
    return [header, *([f"{value:.6g}" for value in row] for row in numbers)]


def _keep(arrived: Arrived, name: str | None) -> Card:
    """Build the network, see that it answers, and write the folder, all or nothing."""
    from aemodels.autoencoder import build

    model = build(arrived.card.config)
    model.set_weights([arrived.weights[key] for key in weights.names(model.encoder, model.decoder)])
    blank = np.zeros((1, *model.config.input_shape), np.float32)
    if not (np.isfinite(model.encode(blank)).all() and np.isfinite(model.reconstruct(blank)).all()):
        raise StoreError("The network's answers are no numbers.")
    with models.SAVING:
        found = free_name(arrived.card.name) if name is None else folders.check_name(name)
        target = folders.saved() / found
        if target.exists() or (folders.SHIPPED / found).exists():
            raise StoreError(f"A model named {found!r} exists already.")
        card = dataclasses.replace(
            arrived.card,
            name=found,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        )
        try:
            with folders.replacing(target) as folder:
                _write(folder, arrived, card, model)
        except OSError as error:
            raise StoreError(f"The model could not be saved: {error.strerror}.") from error
    return models.read_card(found)


def _write(folder: Path, arrived: Arrived, card: Card, model: Any) -> None:
    weights.write(folder / "weights.npz", arrived.weights, half_precision=arrived.half_precision)
    if arrived.codes is not None and model.latent_dim <= models.MOST_STORED:
        np.savez_compressed(folder / "codes.npz", z=arrived.codes.z, labels=arrived.codes.labels)
        if model.latent_dim == 2 and not model.config.linear_output:
            card = dataclasses.replace(card, atlas=models.write_atlas(model, arrived.codes.z, folder))
    with (folder / "history.csv").open("w", newline="", encoding="ascii") as file:
        csv.writer(file).writerows(arrived.history)
    (folder / "card.json").write_text(card.to_json(), encoding="utf-8")
