"""Small random affine changes of training images: a digit a little turned, slanted or shifted is that digit.

Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks applied to visual document
analysis", show what such distortions are worth on MNIST.
"""

from __future__ import annotations

from typing import Any

TURN = 0.25  # radians, either way, at full strength
SLANT = 0.25
SCALE = 0.15
SHIFT = 2.0  # pixels


def augment(x: Any, strength: float, seed: Any) -> Any:
    """Images `(n, 28, 28, 1)`, each by an affine change of its own around the centre; bilinear, black outside.

    `strength` from 0 (nothing) to 1; `seed` `(2,)` decides all of it.
    """
    import tensorflow as tf

    count = tf.shape(x)[0]
    drawn = tf.random.stateless_uniform((6, count), seed, -strength, strength)
    turn, slant, shift_x, shift_y = drawn[0] * TURN, drawn[1] * SLANT, drawn[4] * SHIFT, drawn[5] * SHIFT
    wide, high = 1.0 + drawn[2] * SCALE, 1.0 + drawn[3] * SCALE
    a, b = wide * tf.cos(turn), -high * tf.sin(turn) + slant
    c, d = wide * tf.sin(turn), high * tf.cos(turn)
    centre = (float(x.shape[1]) - 1.0) / 2.0
    left = centre - a * centre - b * centre + shift_x
    top = centre - c * centre - d * centre + shift_y
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.stack([a, b, left, c, d, top, zero, zero], axis=1),
        output_shape=tf.shape(x)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
    )
