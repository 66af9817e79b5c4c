"""The variational part, for any architecture: the code is a Gaussian, and a sample of it is decoded.

Kingma and Welling (2014), "Auto-Encoding Variational Bayes". The encoder gives z_mean and z_log_var side by
side; β on the KL is that of Higgins et al. (2017). Nothing here is specific to dense or convolutional nets.
"""

from __future__ import annotations

from typing import Any

LOG_VAR_BOUNDS = (-20.0, 4.0)
"""z_log_var is held within these, σ from 4.5e-5 to 7.4. The prior has σ = 1, so nothing sensible is cut off; but
one unusual image may make an encoder say e²⁰, which alone ruins every mean over a validation set."""


def split(distribution: Any) -> tuple[Any, Any]:
    """`(n, 2·latent_dim)` of the encoder → z_mean and z_log_var, each `(n, latent_dim)`."""
    import tensorflow as tf

    z_mean, z_log_var = tf.split(distribution, 2, axis=-1)
    return z_mean, tf.clip_by_value(z_log_var, *LOG_VAR_BOUNDS)


def sample(z_mean: Any, z_log_var: Any, epsilon: Any) -> Any:
    """z = z_mean + σ·ε with σ = exp(z_log_var / 2), the reparametrisation of the paper; all `(n, latent_dim)`."""
    import tensorflow as tf

    return z_mean + tf.exp(0.5 * z_log_var) * epsilon


def kl_divergence(z_mean: Any, z_log_var: Any) -> Any:
    """KL(N(z_mean, σ²) ‖ N(0, I)) = -½ Σ (1 + log σ² - μ² - σ²), nats per image, `(n,)`; appendix B there."""
    import tensorflow as tf

    return -0.5 * tf.reduce_sum(1.0 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var), axis=-1)
