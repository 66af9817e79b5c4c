"""Mixed precision: a step whose layers calculate with 16 bits, around weights and a loss of 32.

Micikevicius et al. (2018), "Mixed Precision Training". It belongs to the step and not to the network: the layers
are told while that step is traced, and told otherwise behind it. So validation, figures and what is saved are those
of 32 bits, and nobody else's network in this process is touched, as it would be by Keras's policy for all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder


def policy_here() -> str:
    """The policy of Keras that suits this machine: float16 on a graphics card, bfloat16 on a processor."""
    import tensorflow as tf

    return "mixed_float16" if tf.config.list_logical_devices("GPU") else "mixed_bfloat16"


def needs_scaling(policy: str | None) -> bool:
    """Whether small gradients would be lost in its numbers, so that the loss is scaled up for them."""
    return policy == "mixed_float16"


def is_compiled_well(policy: str | None) -> bool:
    """Whether XLA calculates with these numbers as they are: bfloat16 it turns into float32 and back."""
    return policy != "mixed_bfloat16"


@contextlib.contextmanager
def calculating(model: Autoencoder, policy: str | None) -> Iterator[None]:
    """Within the block what is traced of `model` calculates by this policy; None leaves it as it is."""
    layers: list[Any] = [] if policy is None else [*model.encoder.layers, *model.decoder.layers]
    before = [layer.dtype_policy for layer in layers]
    try:
        for layer in layers:
            layer.dtype_policy = policy
        yield
    finally:
        for layer, earlier in zip(layers, before, strict=True):
            layer.dtype_policy = earlier
