"""What is to be trained: a recipe with the settings that someone changed. Validated, and travels as JSON."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any

from aemodels import architectures, config, recipes
from aemodels.architectures.base import ModelConfig
from aemodels.data.datasets import DATASETS, OWN
from aemodels.errors import ConfigError, DatasetError
from aemodels.training.config import TrainingConfig

MOST_SEED = 2**31 - 1
MOST_LENGTHENED = 200
"""Epochs to which a recipe's own are lengthened on a smaller data set."""
ARCHITECTURE = "architecture"
"""The setting that says of which kind the network is: a name of `architectures.ARCHITECTURES`."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainingSpec:
    """One training, complete: with it and the versions of the libraries, the weights are decided.

    `dataset` is a name of the table, or `datasets.OWN` for one that is handed over beside the spec, of images.
    """

    recipe: str
    dataset: str
    model: ModelConfig
    training: TrainingConfig
    seed: int = 0

    def __post_init__(self) -> None:
        if self.dataset != OWN and self.dataset not in DATASETS:
            raise DatasetError(
                f"There is no data set named {self.dataset!r:.40}. Choose one of {', '.join(DATASETS)}."
            )
        if type(self.seed) is not int or not 0 <= self.seed <= MOST_SEED:
            raise ConfigError(
                f"Invalid value received for `seed`. Expected 0 to {MOST_SEED}. Received: {self.seed!r}."
            )
        if self.dataset != OWN:
            self._check_shape(DATASETS[self.dataset].shape)
        if self.model.linear_output and (self.training.noise or self.training.augment):
            raise ConfigError(
                "Noise and augmentation are for images, and this network learns points. Set `noise` to none and "
                "`augment` to 0."
            )

    def _check_shape(self, shape: tuple[int, ...]) -> None:
        points = len(shape) == 1
        if points != self.model.linear_output:
            raise ConfigError(
                f"The recipe {self.recipe!r} is for {'points' if not points else 'images'}, and the data set "
                f"{self.dataset!r} is not. Choose another data set."
            )
        if points and self.model.input_shape != shape:
            raise ConfigError(
                f"Points of the data set {self.dataset!r} have {shape[0]} numbers. Set `point_size` to {shape[0]}."
            )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the inverse."""
        return {
            "recipe": self.recipe,
            "dataset": self.dataset,
            "model": architectures.to_json(self.model),
            "training": self.training.to_json(),
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TrainingSpec:
        """The spec that `to_json` wrote, validated again."""
        return cls(
            recipe=values["recipe"],
            dataset=values["dataset"],
            model=architectures.from_json(values["model"]),
            training=TrainingConfig.from_json(values["training"]),
            seed=values["seed"],
        )


def from_recipe(
    name: str,
    *,
    dataset: str | None = None,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
) -> TrainingSpec:
    """A recipe with some settings of its network or its training changed, by name; texts are parsed.

    The setting `architecture` takes a network of another kind, as near to the recipe's as it can be; all other
    settings are then those of that network. On a smaller data set than its own, a recipe of this playground takes
    more epochs, unless they are set (`epochs`).
    """
    recipe = recipes.get(name)
    settings = dict(settings or {})
    model = recipe.model
    if ARCHITECTURE in settings:
        model = architectures.converted(model, str(settings.pop(ARCHITECTURE)))
    changed: dict[str, dict[str, Any]] = {"model": {}, "training": {}}
    owners = {"model": model, "training": recipe.training}
    for key, value in settings.items():
        for part, owner in owners.items():
            hints = typing.get_type_hints(type(owner))
            if key in {field.name for field in dataclasses.fields(owner)}:
                changed[part][key] = config.parse(hints[key], value) if isinstance(value, str) else value
                break
        else:
            known = [field.name for owner in owners.values() for field in dataclasses.fields(owner)]
            raise ConfigError(
                f"Unknown setting {key!r:.40}. The settings are: {', '.join([ARCHITECTURE, *known])}."
            )
    return TrainingSpec(
        recipe=name,
        dataset=dataset or recipe.dataset,
        model=model.replace(**changed["model"]),
        training=recipe.training.replace(**{"epochs": epochs(recipe, dataset)} | changed["training"]),
        seed=seed,
    )


def epochs(recipe: recipes.Recipe, dataset: str | None, examples: int = 0) -> int:
    """How many epochs a recipe takes on a data set, if nobody says otherwise: its own, or more on a smaller one.

    Those give as many steps as the recipe takes on its own data set, up to `MOST_LENGTHENED`: the same few examples
    are learned by heart sooner than as many different ones. What is published keeps its epochs wherever it is
    tried. `examples`: of data of somebody's own, whose number is not known here.
    """
    own, there = recipe.training.epochs, examples
    if dataset != OWN:
        there = DATASETS[dataset].examples if dataset in DATASETS else 0
    if not there or dataset == recipe.dataset or recipe.source != recipes.OUR_SOURCE:
        return own
    meant = own * recipe.training.steps(DATASETS[recipe.dataset].examples)
    enough = -(-meant // recipe.training.steps(there))
    return max(own, min(enough, MOST_LENGTHENED))
