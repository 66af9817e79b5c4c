"""Saving, loading, listing and deleting models: a folder each, as the design's "Models on disk" says.

`card.json` (what it is), `weights.npz`, `codes.npz` (the test set's codes and labels), `atlas.png` (2-D models:
the decoder on a lattice) and `history.csv`. Loading rebuilds the network from the card and then reads weights.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import datetime
import shutil
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aemodels import architectures
from aemodels.errors import StoreError
from aemodels.store import access, folders, weights
from aemodels.store import card as cards
from aemodels.store.card import Card

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder
    from aemodels.data.datasets import Split
    from aemodels.training.history import Epoch, History

MOST_STORED = 128
"""Numbers of the longest code that is stored for the test split: feature maps are no map of anything."""

SAVING = threading.Lock()  # saves of one process come one after the other; other processes meet in renames


@dataclasses.dataclass(frozen=True, eq=False)
class Codes:
    """Codes of the test split, in its order: `z` `(n, latent_dim)` float32, `labels` `(n,)` uint8."""

    z: np.ndarray
    labels: np.ndarray


def list_models() -> list[Card]:
    """The cards of all models that can be read, shipped ones first, then the saved ones, newest first."""
    shipped = _cards_in(folders.SHIPPED, shipped=True)
    names = {card.name for card in shipped}
    saved = [card for card in _cards_in(folders.saved(), shipped=False) if card.name not in names]
    return shipped + sorted(saved, key=lambda card: card.created, reverse=True)


def stamp() -> tuple[tuple[str, int], ...]:
    """The store as a value that changes with its content: each folder and card, and when it was written last.

    As long as it is the same, `list_models` and `damaged_models` have the same answers.
    """
    entries = []
    for parent in (folders.SHIPPED, folders.saved()):
        for folder in sorted(parent.glob("[!._]*")):
            for path in (folder, folder / "card.json"):
                with contextlib.suppress(OSError):  # there is none, or it is deleted at this moment
                    entries.append((str(path), path.stat().st_mtime_ns))
    return tuple(entries)


def damaged_models() -> dict[str, str]:
    """Folders of the saved models that cannot be used, with the reason as a sentence."""
    reasons = {}
    for folder in _folders_in(folders.saved()):
        try:
            _read_card(folder, shipped=False)
        except StoreError as error:
            reasons[folder.name] = str(error)
    return reasons


def read_card(name: str) -> Card:
    """The card of a model. Raises `StoreError` if there is none or it cannot be read."""
    folder = folders.find(name)
    return _read_card(folder, shipped=folder.parent == folders.SHIPPED)


def load(name: str) -> Autoencoder:
    """The model, rebuilt from its card, with its weights. Raises `StoreError` with what is wrong."""
    from aemodels.autoencoder import build

    folder = folders.find(name)
    card = _read_card(folder, shipped=False)
    model = build(card.config)
    names = weights.names(model.encoder, model.decoder)
    variables = model.encoder.weights + model.decoder.weights
    shapes = {name: tuple(variable.shape) for name, variable in zip(names, variables, strict=True)}
    values = weights.read(folder / "weights.npz", shapes)
    model.set_weights([values[name] for name in names])
    return model


def codes(name: str) -> Codes:
    """The stored codes of the test split of the model's data set."""
    folder = folders.find(name)
    try:
        with np.load(folder / "codes.npz", allow_pickle=False) as file:
            z, labels = np.asarray(file["z"], np.float32), np.asarray(file["labels"], np.uint8)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise StoreError(f"The stored codes of {name!r} are damaged or missing.") from error
    if z.ndim != 2 or labels.shape != z.shape[:1] or not np.isfinite(z).all():
        raise StoreError(f"The stored codes of {name!r} are not what they should be.")
    return Codes(z, labels)


def atlas_path(name: str) -> Path | None:
    """The sprite of the decoder on a lattice, for a model with a two-dimensional code."""
    path = folders.find(name) / "atlas.png"
    return path if path.is_file() else None


def history(name: str) -> dict[str, list[float]]:
    """The training as columns of equal length, named as the fields of `training.history.Epoch`."""
    path = folders.find(name) / "history.csv"
    try:
        with path.open(newline="", encoding="ascii") as file:
            header, *rows = list(csv.reader(file))
        columns = zip(*rows, strict=True)
        return {key: [float(value) for value in column] for key, column in zip(header, columns, strict=True)}
    except (OSError, ValueError) as error:
        raise StoreError(f"The stored history of {name!r} is damaged or missing.") from error


def save(
    model: Autoencoder,
    name: str,
    *,
    recipe: str,
    dataset: str,
    fingerprint: str,
    test: Split,
    training: dict[str, Any],
    seed: int,
    history: History,
    metrics: dict[str, float | str] | None = None,
    class_names: tuple[str, ...] = (),
    root: Path | None = None,
    overwrite: bool = False,
    half_precision: bool = False,
    precision: str | None = None,
) -> Card:
    """Save a model under `name`, all or nothing, and return its card.

    `test` is the test split whose codes are stored (nothing is chosen by it); `class_names` are those of data
    that are in no table; `precision` is the policy by which the steps were calculated, if not float32: like the
    versions of the libraries, beside which it stands, it decides the weights. Raises `StoreError` for a bad or
    taken name, for a folder that cannot be written, and in a store (unlike another `root`) for reading only.
    """
    folders.check_name(name)
    if root is None:
        access.insist_on_open()
    parent = root or folders.saved()
    if root is None and (folders.SHIPPED / name).exists():
        raise StoreError(f"{name!r} is the name of a model that comes with the program. Choose another name.")
    if (parent / name).exists() and not overwrite:
        raise StoreError(f"A model named {name!r} exists already. Choose another name, or delete it first.")
    card = Card(
        name=name,
        recipe=recipe,
        dataset=dataset,
        fingerprint=fingerprint,
        model=architectures.to_json(model.config),
        training=training,
        seed=seed,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        parameters=model.parameters,
        epochs=len(history.epochs),
        versions=_versions() | ({"precision": precision} if precision else {}),
        metrics=metrics or {},
        class_names=class_names,
    )
    named = dict(zip(weights.names(model.encoder, model.decoder), model.get_weights(), strict=True))
    try:
        with SAVING, folders.replacing(parent / name) as folder:
            weights.write(folder / "weights.npz", named, half_precision=half_precision)
            card = _write_codes(model, test, folder, card)
            _write_history(folder / "history.csv", history.epochs)
            (folder / "card.json").write_text(card.to_json(), encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"The model could not be saved in {parent}: {error.strerror}. Free some space, or set AEMODELS_HOME "
            "to a folder that can be written."
        ) from error
    return card


def delete(name: str) -> None:
    """Remove a saved model, or a folder that `damaged_models` names: all of it or nothing.

    Shipped models stay; raises `StoreError` for them, for unknown names, where nothing can be deleted, and in a
    store for reading only.
    """
    access.insist_on_open()
    folder = folders.saved() / name if name in damaged_models() else folders.find(name)
    if folder.parent == folders.SHIPPED:
        raise StoreError(f"{name!r} comes with the program and stays.")
    try:
        with SAVING:
            folders.remove(folder)
    except OSError as error:
        raise StoreError(
            f"{name!r} could not be deleted: {error.strerror}. The store of this server cannot be written just now."
        ) from error


def update_metrics(name: str, metrics: dict[str, float | str]) -> Card:
    """Write figures into a model's card, atomically.

    Raises `StoreError` where it cannot be written, and in a store for reading only.
    """
    access.insist_on_open()
    folder = folders.find(name)
    card = dataclasses.replace(read_card(name), metrics=metrics)
    try:
        with SAVING, folders.replacing(folder) as fresh:
            for path in folder.iterdir():
                shutil.copy2(path, fresh / path.name)
            (fresh / "card.json").write_text(card.to_json(), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"The figures of {name!r} could not be saved: {error.strerror}.") from error
    return card


def _folders_in(parent: Path) -> list[Path]:
    folders.sweep(parent)
    try:
        found = sorted(parent.iterdir())
    except OSError:  # there is none yet, or it cannot be read
        return []
    return [path for path in found if path.is_dir() and not path.name.startswith((".", "_"))]


def _cards_in(parent: Path, *, shipped: bool) -> list[Card]:
    found = []
    for folder in _folders_in(parent):
        try:
            found.append(_read_card(folder, shipped=shipped))
        except StoreError:
            continue  # `damaged_models` says why; one bad folder must not hide the others
    return found


def _read_card(folder: Path, *, shipped: bool) -> Card:
    """The card of a folder that can be a model. Raises `StoreError`."""
    if folder.is_symlink():
        raise StoreError(
            f"{folders.shown(folder.name)!r} is a link to another place. Copy the folder itself into the store."
        )
    path = folder / "card.json"
    try:
        if not path.is_file():  # a pipe would be waited for
            raise StoreError(f"The folder of {folders.shown(folder.name)!r} has no card.json.")
        if path.stat().st_size > cards.MOST_BYTES:
            raise StoreError(f"The card.json of {folders.shown(folder.name)!r} is too large to be one.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"The folder of {folders.shown(folder.name)!r} has no readable card.json."
        ) from error
    card = cards.from_json(text, shipped=shipped)
    if card.name != folder.name:
        card = dataclasses.replace(card, name=folders.check_name(folder.name))  # a folder copied by hand
    _check_weights(folder / "weights.npz", card)
    return card


def _check_weights(path: Path, card: Card) -> None:
    """Compare the size of the weights with what the card says, which costs nothing; reading them tells the rest."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise StoreError(f"The weights of {card.name!r} are missing: its folder is damaged.") from error
    if size < 2 * card.parameters:  # of 16 bits each
        raise StoreError(f"The weights of {card.name!r} are cut off: its folder is damaged.")


def _write_codes(model: Autoencoder, test: Split, folder: Path, card: Card) -> Card:
    """Write codes.npz and, for a two-dimensional code of images, atlas.png; returns the card with its atlas."""
    if model.latent_dim > MOST_STORED:
        return card
    z = model.encode(test.x)
    np.savez_compressed(folder / "codes.npz", z=z, labels=test.labels)
    if model.latent_dim != 2 or model.config.linear_output:
        return card
    return dataclasses.replace(card, atlas=write_atlas(model, z, folder))


def write_atlas(model: Autoencoder, z: np.ndarray, folder: Path) -> dict[str, Any]:
    """Write atlas.png of a model with codes z `(n, 2)`; returns where its tiles lie, as a card keeps it."""
    from aemodels.latent import atlas

    made = atlas.make_fine_atlas(model.decode, z)
    (folder / "atlas.png").write_bytes(made.to_png())
    return made.lattice


def _write_history(path: Path, epochs: tuple[Epoch, ...]) -> None:
    from aemodels.training.history import Epoch

    columns = [field.name for field in dataclasses.fields(Epoch)]
    with path.open("w", newline="", encoding="ascii") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for epoch in epochs:
            writer.writerow([f"{getattr(epoch, column):.6g}" for column in columns])


def _versions() -> dict[str, str]:
    import keras
    import tensorflow as tf

    return {"tensorflow": tf.__version__, "keras": keras.__version__, "numpy": np.__version__}
