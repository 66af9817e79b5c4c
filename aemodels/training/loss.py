"""The terms of the loss, in nats per image: sums over pixels, means over the batch.

Contract of the project: total = reconstruction + β · KL, so β = 1 is the negative ELBO (Higgins et al., 2017).
"""

from __future__ import annotations

from typing import Any

from aemodels.architectures import variational
from aemodels.autoencoder import Autoencoder


def reconstruction(model: Autoencoder, target: Any, output: Any) -> Any:
    """`(n,)`: Σ cross-entropy of logits, or ½ Σ squared error, of the decoder's output against `target`."""
    import tensorflow as tf

    axes = list(range(1, len(target.shape)))
    if model.config.loss == "cross_entropy":
        return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output), axes)
    value = output if model.config.linear_output else tf.sigmoid(output)
    return 0.5 * tf.reduce_sum(tf.square(target - value), axes)


def terms(
    model: Autoencoder, x: Any, target: Any, seed: Any, *, training: bool, part: tuple[Any, int] = (0, 1)
) -> tuple[Any, Any]:
    """Means over the batch of the reconstruction and of the KL (0 for a plain autoencoder).

    x `(n, 28, 28, 1)` goes in (noisy, for denoising); target is what should come out. `seed` `(2,)` int32
    decides ε of a variational model. `part`: x is this one, from 0, of so many equal parts of a batch; ε is drawn
    for all of them, so that an example's own does not depend on how the batch is cut. The loss is float32, whatever
    the layers calculate with.
    """
    import tensorflow as tf

    code = tf.cast(model.encoder(x, training=training), tf.float32)
    divergence = tf.zeros(())
    if model.is_variational:
        z_mean, z_log_var = variational.split(code)
        code = variational.sample(z_mean, z_log_var, _epsilon(z_mean, seed, *part))
        divergence = tf.reduce_mean(variational.kl_divergence(z_mean, z_log_var))
    output = tf.cast(model.decoder(code, training=training), tf.float32)
    return tf.reduce_mean(reconstruction(model, target, output)), divergence


def _epsilon(z_mean: Any, seed: Any, index: Any, parts: int) -> Any:
    import tensorflow as tf

    count, size = tf.unstack(tf.shape(z_mean))
    drawn = tf.random.stateless_normal((parts * count, size), seed)
    return drawn if parts == 1 else drawn[index * count : (index + 1) * count]
