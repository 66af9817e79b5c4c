"""The architectures in one table: a name, a configuration, and how to build an encoder and a decoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from aemodels.architectures import conv, dense
from aemodels.architectures.base import ModelConfig
from aemodels.errors import ConfigError


@dataclasses.dataclass(frozen=True)
class Architecture:
    """One line of the table. `build_encoder(config, outputs, seed)` and `build_decoder(config, seed)`."""

    title: str
    description: str
    config: type[ModelConfig]
    build_encoder: Callable[[Any, int, int], Any]
    build_decoder: Callable[[Any, int], Any]


ARCHITECTURES: dict[str, Architecture] = {
    "dense": Architecture(
        "Dense",
        "Fully connected layers: quick to train, blind to where a pixel lies.",
        dense.DenseConfig,
        dense.build_encoder,
        dense.build_decoder,
    ),
    "conv": Architecture(
        "Convolutional",
        "Filters that slide over the image: fewer weights, sharper strokes, slower on a processor.",
        conv.ConvConfig,
        conv.build_encoder,
        conv.build_decoder,
    ),
}


def architecture_of(config: ModelConfig) -> str:
    """The table's name for a configuration's type."""
    for name, architecture in ARCHITECTURES.items():
        if type(config) is architecture.config:
            return name
    raise ConfigError(f"No architecture is built from {type(config).__name__}.")


def to_json(config: ModelConfig) -> dict[str, Any]:
    """A model configuration as JSON, with its architecture's name."""
    return {"architecture": architecture_of(config), **config.to_json()}


def from_json(values: Mapping[str, Any]) -> ModelConfig:
    """The inverse of `to_json`; anything unknown or out of range raises `ConfigError`."""
    settings = dict(values)
    name = settings.pop("architecture", None)
    if not isinstance(name, str) or name not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise ConfigError(f"Unknown architecture {name!r:.40}. Expected one of {known}.")
    return ARCHITECTURES[name].config.from_json(settings)
