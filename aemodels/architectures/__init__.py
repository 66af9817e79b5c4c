"""The architectures in one table: a name, a configuration, and the layers of an encoder and a decoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aemodels.architectures import conv, dense
from aemodels.architectures.base import ModelConfig
from aemodels.architectures.layers import Layer, build
from aemodels.architectures.stack import Initial
from aemodels.errors import ConfigError


@dataclasses.dataclass(frozen=True)
class Architecture:
    """One line of the table. `encoder(config, outputs)` and `decoder(config)` are the layers of either part."""

    title: str
    description: str
    config: type[ModelConfig]
    encoder: Callable[[Any, int], Sequence[Layer]]
    decoder: Callable[[Any], Sequence[Layer]]


ARCHITECTURES: dict[str, Architecture] = {
    "dense": Architecture(
        "Dense",
        "Fully connected layers: quick to train, blind to where a pixel lies.",
        dense.DenseConfig,
        dense.encoder,
        dense.decoder,
    ),
    "conv": Architecture(
        "Convolutional",
        "Filters that slide over the image: fewer weights, sharper strokes, slower on a processor.",
        conv.ConvConfig,
        conv.encoder,
        conv.decoder,
    ),
}


def architecture_of(config: ModelConfig) -> str:
    """The table's name for a configuration's type."""
    for name, architecture in ARCHITECTURES.items():
        if type(config) is architecture.config:
            return name
    raise ConfigError(f"No architecture is built from {type(config).__name__}.")


def converted(config: ModelConfig, name: str) -> ModelConfig:
    """The network of the architecture `name` that is as near to `config` as it can be.

    The settings that both have are its, all others begin at their defaults. Feature maps as the code become the
    largest code that there may be. Raises `ConfigError` where there is no such network.
    """
    if name not in ARCHITECTURES:
        raise ConfigError(f"Unknown architecture {name!r:.40}. Choose one of {', '.join(ARCHITECTURES)}.")
    if name == architecture_of(config):
        return config
    if config.linear_output:
        raise ConfigError(
            "This network learns points, and only a dense one can. Leave `architecture` as it is."
        )
    common = {field.name: getattr(config, field.name) for field in dataclasses.fields(ModelConfig)}
    if config.latent_dim is None:
        common["latent_dim"] = ModelConfig.__dataclass_fields__["latent_dim"].metadata["high"]
    return ARCHITECTURES[name].config(**common)


def encoder_layers(config: ModelConfig) -> Sequence[Layer]:
    """The layers from `input_shape` to the code; a VAE's last one gives z_mean and z_log_var, side by side."""
    outputs = config.code_size * (2 if config.variational else 1)
    return ARCHITECTURES[architecture_of(config)].encoder(config, outputs)


def decoder_layers(config: ModelConfig) -> Sequence[Layer]:
    """The layers from the code to the output: logits of images, or points."""
    return ARCHITECTURES[architecture_of(config)].decoder(config)


def build_encoder(config: ModelConfig, seed: int) -> Any:
    """Keras model `(n, *input_shape)` → `(n, code_size)`, twice as many for a VAE. The seed decides its weights."""
    layers = encoder_layers(config)
    return build("encoder", config.input_shape, layers, Initial(seed, config.initial_weights))


def build_decoder(config: ModelConfig, seed: int) -> Any:
    """Keras model `(n, code_size)` → `(n, *input_shape)`: logits for images, values for points."""
    layers = decoder_layers(config)
    return build("decoder", (config.code_size,), layers, Initial(seed + 1, config.initial_weights))


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
