"""What every architecture's configuration has in common, and the activations by name."""

from __future__ import annotations

import dataclasses

from aemodels.config import Config, setting
from aemodels.errors import ConfigError

IMAGE_SHAPE = (28, 28, 1)

ACTIVATIONS = ("relu", "leaky_relu", "elu", "silu", "gelu", "tanh", "sigmoid", "linear")
"""Names of activations. `leaky_relu` has the slope 0.1 of recipe R3; the others are Keras's."""

LOSSES = ("cross_entropy", "squared_error")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ModelConfig(Config):
    """Settings of any autoencoder. Losses are in nats per image; β multiplies the KL (Higgins et al., 2017)."""

    latent_dim: int | None = setting(
        2, label="Code size", help="How many numbers the code has.", low=1, high=128
    )
    variational: bool = setting(
        False, label="Variational", help="Encode into a Gaussian (z_mean, z_log_var) instead of a point."
    )
    activation: str = setting(
        "silu", label="Activation", help="Nonlinearity of the hidden layers.", options=ACTIVATIONS
    )
    loss: str = setting(
        "cross_entropy",
        label="Loss",
        help="Sum over pixels: cross-entropy, or half the squared error (a Gaussian of variance 1).",
        options=LOSSES,
    )
    beta: float = setting(1.0, label="β", help="Weight of the KL term; 1 is the ELBO.", low=0.0, high=100.0)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input without the batch axis."""
        return IMAGE_SHAPE

    @property
    def linear_output(self) -> bool:
        """Whether the decoder's last layer is the output itself (points) instead of logits (images)."""
        return False

    @property
    def initial_weights(self) -> str:
        """How kernels begin: a name that `stack.Initial` knows."""
        return "glorot_uniform"

    @property
    def code_size(self) -> int:
        """How many numbers the code has; the same as `latent_dim` unless feature maps are the code."""
        if self.latent_dim is None:
            raise ConfigError("`latent_dim` may be none only for a convolutional network with pooling.")
        return self.latent_dim

    def check(self) -> None:
        _ = self.code_size
        if self.linear_output and self.loss == "cross_entropy":
            raise ConfigError("Cross-entropy needs outputs between 0 and 1; use squared_error for points.")
        if self.variational and self.latent_dim is None:
            raise ConfigError("A variational model needs a code size; set `latent_dim` from 1 to 128.")
