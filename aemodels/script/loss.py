"""The part of a script that says what is to become small."""

from __future__ import annotations

from aemodels.architectures.base import ModelConfig
from aemodels.architectures.variational import LOG_VAR_BOUNDS

_CROSS_ENTROPY = '''\
def reconstruction_loss(target, output):
    """Cross-entropy between pixels and their logits, **summed** over the pixels: nats an image, (n,)."""
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output), AXES)'''
_SQUARED_ERROR = '''\
def reconstruction_loss(target, output):
    """Half the squared error, **summed** over the pixels: nats an image of a Gaussian of variance 1, (n,)."""
    return 0.5 * tf.reduce_sum(tf.square(target - {value}), AXES)'''
_VARIATIONAL = '''\
def terms(x, target, seed, training):
    """Means over a batch of the reconstruction loss and of the KL divergence; `seed` (2,) decides epsilon."""
    # Kingma and Welling (2014), "Auto-Encoding Variational Bayes".
    z_mean, z_log_var = tf.split(encoder(x, training=training), 2, axis=-1)
    z_log_var = tf.clip_by_value(z_log_var, {low}, {high})  # one strange image must not ruin every mean
    epsilon = tf.random.stateless_normal(tf.shape(z_mean), seed)
    z = z_mean + tf.exp(0.5 * z_log_var) * epsilon  # the reparametrisation: the gradient goes through z
    # KL(N(z_mean, sigma^2) || N(0, I)) in closed form, nats an image.
    kl = -0.5 * tf.reduce_sum(1.0 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var), axis=-1)
    output = decoder(z, training=training)
    return tf.reduce_mean(reconstruction_loss(target, output)), tf.reduce_mean(kl)'''
_PLAIN = '''\
def terms(x, target, seed, training):
    """The mean of the reconstruction loss over a batch; the second term, a KL divergence, is that of a VAE only."""
    output = decoder(encoder(x, training=training), training=training)
    return tf.reduce_mean(reconstruction_loss(target, output)), tf.zeros(())'''


def loss(model: ModelConfig) -> str:
    """The terms of the loss, in nats per image."""
    axes = tuple(range(1, 1 + len(model.input_shape)))
    value = "output" if model.linear_output else "tf.sigmoid(output)"
    reconstruction = _CROSS_ENTROPY if model.loss == "cross_entropy" else _SQUARED_ERROR.format(value=value)
    low, high = LOG_VAR_BOUNDS
    terms = _VARIATIONAL.format(low=low, high=high) if model.variational else _PLAIN
    return f"""\
# --- Loss: reconstruction + BETA * KL, in nats per image ----------------------------------------
BETA = {model.beta!r}  # weight of the KL; 1 is the negative ELBO (Higgins et al., 2017, choose others)
AXES = {axes}  # all but that of the batch


{reconstruction}


{terms}"""
