"""The card of a model: everything about it that is not a number of the network, as JSON.

A model is rebuilt from its card by our own code; the weights are read into what the card describes. So a card
is checked as strictly as anything that a stranger may have written.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any

from aemodels import architectures
from aemodels.architectures.base import ModelConfig
from aemodels.config import is_finite_number
from aemodels.data.own.limits import LONGEST_CLASS, MOST_CLASSES
from aemodels.data.own.naming import class_name
from aemodels.errors import AemodelsError, StoreError
from aemodels.latent.atlas import are_lines

FORMAT = 1
MOST_BYTES = 256 * 1024
"""A card is a few kilobytes; one larger than this is not a card."""


@dataclasses.dataclass(frozen=True)
class Card:
    """What is known of a model. `metrics` are figures of the test set, as `evaluate` reports them."""

    name: str
    recipe: str
    dataset: str
    fingerprint: str  # of the data set's test split: `codes` belong to exactly these images
    model: dict[str, Any]  # architectures.to_json of the model's configuration
    training: dict[str, Any]
    seed: int
    created: str  # ISO 8601, UTC
    parameters: int
    epochs: int  # epochs that were trained
    versions: dict[str, str] = dataclasses.field(default_factory=dict)
    metrics: dict[str, float | str] = dataclasses.field(default_factory=dict)
    atlas: dict[str, Any] | None = None  # columns, rows, x, y: where the tiles of atlas.png lie in code space
    class_names: tuple[str, ...] = ()  # of data of somebody's own; those of the table say theirs
    shipped: bool = False  # by the folder it was found in, never by what the file says

    @functools.cached_property
    def config(self) -> ModelConfig:
        """The model's configuration, rebuilt and checked when it is asked for first."""
        return architectures.from_json(self.model)

    @property
    def architecture(self) -> str:
        """Name in the table of architectures."""
        return str(self.model["architecture"])

    @property
    def code_size(self) -> int:
        """How many numbers the code has."""
        return self.config.code_size

    @property
    def is_variational(self) -> bool:
        return self.config.variational

    @property
    def denoises(self) -> bool:
        """Whether it was trained to undo noise."""
        return bool(self.training.get("noise"))

    @property
    def kind(self) -> str:
        """In the field's words, for people: `VAE`, `convolutional`, `denoising`, …"""
        if self.is_variational:
            return "VAE" if self.architecture == "dense" else "convolutional VAE"
        title = architectures.ARCHITECTURES[self.architecture].title.lower()
        return f"{title}, denoising" if self.denoises else title

    def to_json(self) -> str:
        """The text of `card.json`."""
        values = dataclasses.asdict(self)
        del values["shipped"]
        if not self.class_names:
            del values["class_names"]
        return json.dumps({"format": FORMAT, **values}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


_TEXTS = ("name", "recipe", "dataset", "fingerprint", "created")
_COUNTS = ("seed", "parameters", "epochs")


def from_json(text: str, *, shipped: bool = False) -> Card:
    """The card that `Card.to_json` wrote. Raises `StoreError` saying what is wrong with any other text."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoreError("The model's card.json is not readable JSON.") from error
    version = values.pop("format", None) if isinstance(values, dict) else None
    if type(version) is int and version > FORMAT:
        raise StoreError(
            f"The model's card.json is of format {str(version)[:9]}, of a newer version of this program; "
            f"this one reads format {FORMAT}. Update the program, or save the model with this version."
        )
    if type(version) is not int or version != FORMAT:
        raise StoreError(f"The model's card.json is not of format {FORMAT}, the one that this version reads.")
    names = {field.name for field in dataclasses.fields(Card)} - {"shipped"}
    required = {*_TEXTS, *_COUNTS, "model", "training"}
    if missing := sorted(required - set(values)):
        raise StoreError(f"The model's card.json lacks {', '.join(missing)}.")
    if set(values) - names:
        raise StoreError("The model's card.json holds entries that no model of ours has.")
    for name in _TEXTS:
        _expect(isinstance(values[name], str) and len(values[name]) <= 200, name)
    for name in _COUNTS:
        _expect(type(values[name]) is int and abs(values[name]) < 2**53, name)
    for name in ("model", "training", "versions", "metrics"):
        _expect(isinstance(values.get(name, {}), dict), name)
    _expect(all(_is_figure(value) for value in values.get("metrics", {}).values()), "metrics")
    _expect(all(isinstance(value, str) for value in values.get("versions", {}).values()), "versions")
    _expect(values.get("atlas") is None or _is_atlas(values["atlas"]), "atlas")
    values["class_names"] = _class_names(values.get("class_names", []))
    card = Card(**values, shipped=shipped)
    try:
        _ = card.config
    except AemodelsError as error:
        raise StoreError(f"The model's card.json describes no network of ours: {error}") from error
    return card


def _expect(condition: bool, name: str) -> None:
    if not condition:
        raise StoreError(f"The entry {name!r} of the model's card.json is not what it should be.")


def _class_names(value: Any) -> tuple[str, ...]:
    """As strict as for the files that they came from: they stand in figures and sentences of every page."""
    _expect(isinstance(value, list) and len(value) <= MOST_CLASSES, "class_names")
    for name in value:
        _expect(isinstance(name, str) and len(name) <= LONGEST_CLASS, "class_names")
        try:
            class_name(name)
        except AemodelsError as error:
            raise StoreError(
                f"The entry 'class_names' of the model's card.json is not usable: {error}"
            ) from error
    return tuple(value)


def _is_figure(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 100
    return is_finite_number(value)


def _is_atlas(value: Any) -> bool:
    known = {"columns", "rows", "x", "y"}
    if not isinstance(value, Mapping) or set(value) not in (known, known | {"across", "down"}):
        return False
    tiles = all(type(value[key]) is int and 2 <= value[key] <= 128 for key in ("columns", "rows"))
    bounds = all(
        isinstance(value[key], list | tuple)
        and len(value[key]) == 2
        and all(_is_figure(bound) and not isinstance(bound, str) for bound in value[key])
        and value[key][0] < value[key][1]
        for key in ("x", "y")
    )
    if not (tiles and bounds):
        return False
    ends = (("across", "columns", value["x"]), ("down", "rows", value["y"][::-1]))
    return all(name not in value or are_lines(value[name], value[count], *end) for name, count, end in ends)
