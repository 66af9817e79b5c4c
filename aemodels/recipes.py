"""Named training set-ups: the published ones as published, and our own.

A recipe is a network, a training and a data set, with where it comes from and what to look for. Where a source
is silent the choice is ours and `ours` says so. A new recipe is one line of the table.
"""

from __future__ import annotations

import dataclasses

from aemodels.architectures.base import ModelConfig
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.errors import ConfigError
from aemodels.training.config import TrainingConfig


@dataclasses.dataclass(frozen=True)
class Recipe:
    """One set-up. `source` cites it, `look_for` tells what its result shows, `ours` what we had to choose."""

    title: str
    dataset: str
    model: ModelConfig
    training: TrainingConfig
    source: str
    look_for: str
    ours: str = ""


OUR_SOURCE = "this playground"
_NOISES = (*["gaussian"] * 7, "salt_and_pepper", "speckle", "missing_pixels", "missing_block", "blur")

RECIPES: dict[str, Recipe] = {
    "default": Recipe(
        "Quick map of digits",
        "mnist",
        DenseConfig(latent_dim=2, variational=True, hidden=(256, 128, 64), waves=1.0),
        TrainingConfig(epochs=8, batch_size=256, learning_rate=6e-3),
        OUR_SOURCE,
        "A two-dimensional map in which like digits lie together, after half a minute or so on two cores.",
    ),
    "subclassed-dense": Recipe(
        "R0 · Subclassed dense",
        "mnist",
        DenseConfig(
            latent_dim=64, hidden=(64,), activation="relu", code_activation="relu", loss="squared_error"
        ),
        TrainingConfig(epochs=10, batch_size=128, learning_rate=1e-2, schedule="constant"),
        "Senti AI (2019), Implementing an Autoencoder in TensorFlow 2.0",
        "Reconstructions that are good but blurry; deeper and convolutional networks do better.",
        "Hidden 64, code 64, ReLU, Adam at 0.01, batch 128, 10 epochs.",
    ),
    "three-to-two": Recipe(
        "R1a · Three numbers to two",
        "points",
        DenseConfig(latent_dim=2, hidden=(), loss="squared_error", point_size=3, activation="linear"),
        TrainingConfig(epochs=40, batch_size=32, learning_rate=1e-2),
        "Manuel Gil (2022), A friendly introduction to autoencoders",
        "Points in space flattened to a plane and lifted again: what the plane lost is the error.",
        "One linear layer each way, Adam at 0.01, 40 epochs.",
    ),
    "simple-mnist": Recipe(
        "R1b · One layer each way",
        "mnist",
        DenseConfig(latent_dim=32, hidden=(), code_activation="relu"),
        TrainingConfig(epochs=10, batch_size=256, learning_rate=1e-3, schedule="constant"),
        "Manuel Gil (2022), A friendly introduction to autoencoders; Chollet (2016), the Keras blog",
        "How far a single layer gets: every digit can be read, every edge is soft.",
        "Code 32 with ReLU, Adam at 0.001, batch 256.",
    ),
    "deep-fashion": Recipe(
        "R1c · Deep, on clothing",
        "fashion_mnist",
        DenseConfig(latent_dim=32, hidden=(128, 64), activation="relu", code_activation="relu"),
        TrainingConfig(epochs=10, batch_size=256, learning_rate=1e-3, schedule="constant"),
        "Manuel Gil (2022), A friendly introduction to autoencoders",
        "Shapes survive, patterns and prints do not; a convolutional network keeps more.",
        "128-64-32-64-128 with ReLU, Adam at 0.001, batch 256, 10 epochs.",
    ),
    "tf-examples-dense": Recipe(
        "R2 · Sigmoids and RMSProp",
        "mnist",
        DenseConfig(
            latent_dim=128,
            hidden=(256,),
            activation="sigmoid",
            code_activation="sigmoid",
            loss="squared_error",
            initializer="standard_normal",
        ),
        TrainingConfig(
            epochs=10,
            steps_per_epoch=1000,
            batch_size=256,
            optimizer="rmsprop",
            learning_rate=1e-2,
            schedule="constant",
            keep_best=False,
        ),
        "aymericdamien/TensorFlow-Examples, autoencoder.py",
        "10,000 steps, logged at each 1,000: slow, because the first weights are far too large.",
        "An epoch here is 1,000 of its random batches.",
    ),
    "denoising-conv": Recipe(
        "R3 · Denoising, convolutional",
        "mnist",
        ConvConfig(latent_dim=None, filters=(32, 32), downsampling="pool", activation="leaky_relu"),
        TrainingConfig(
            epochs=25,
            batch_size=64,
            learning_rate=1e-5,
            schedule="constant",
            noise=("gaussian",),
            noise_level=0.5,
        ),
        "LearnOpenCV, Denoising Autoencoder in TensorFlow",
        "Noise goes, strokes stay. The code of 1,568 numbers is larger than the image of 784 pixels.",
        "Noise is drawn anew in every epoch, and the test images are noisy, too.",
    ),
    "conv-2d": Recipe(
        "R4a · Convolutional, two numbers",
        "fashion_mnist",
        ConvConfig(latent_dim=2, filters=(32, 64, 128), activation="relu"),
        TrainingConfig(epochs=10, batch_size=100, learning_rate=1e-3, schedule="constant"),
        "Nish (2023), Autoencoders Explained",
        "Classes take areas of very different size, and between them are holes that decode to nothing.",
    ),
    "conv-vae-2d": Recipe(
        "R4b · The same, variational",
        "fashion_mnist",
        ConvConfig(latent_dim=2, variational=True, filters=(32, 64, 128), activation="relu", beta=2.048),
        TrainingConfig(epochs=10, batch_size=100, learning_rate=1e-3, schedule="constant"),
        "Nish (2023), Autoencoders Explained",
        "The holes close: every place near the middle decodes to something.",
        "Its 500 times the mean over 1,024 pixels is here the sum over pixels with β = 1024/500 on the KL.",
    ),
    "dense-mnist": Recipe(
        "Dense, code 32",
        "mnist",
        DenseConfig(latent_dim=32, hidden=(1024, 512), loss="squared_error"),
        TrainingConfig(epochs=40, batch_size=256, learning_rate=2e-3),
        OUR_SOURCE,
        "A quarter of the error of a PCA with as many numbers.",
    ),
    "conv-mnist": Recipe(
        "Convolutional, code 32",
        "mnist",
        ConvConfig(latent_dim=32, filters=(16, 32), dense=(512,), activation="relu", loss="squared_error"),
        TrainingConfig(epochs=12, batch_size=128, learning_rate=2e-3),
        OUR_SOURCE,
        "Sharper strokes than the dense network with the same 32 numbers.",
        "The shipped model was trained twice in a row, 24 epochs together: train it, then again with --start.",
    ),
    "denoising-mnist": Recipe(
        "Denoising digits",
        "mnist",
        DenseConfig(latent_dim=128, hidden=(1024, 512), loss="squared_error"),
        TrainingConfig(epochs=30, batch_size=256, learning_rate=2e-3, noise=_NOISES),
        OUR_SOURCE,
        "Far better than any classical filter, because it knows what digits look like.",
        "Seven of twelve batches are Gaussian noise, most near 0.5, the rest all other kinds. Dense layers see the "
        "whole image at once and train quickly.",
    ),
    "vae-mnist-2d": Recipe(
        "Map of digits",
        "mnist",
        DenseConfig(
            latent_dim=2,
            variational=True,
            hidden=(1024, 256, 128),
            decoder_hidden=(256, 256, 512, 512),
            waves=1.0,
        ),
        TrainingConfig(epochs=220, batch_size=512, learning_rate=2e-3, augment=0.2, augment_until=0.9),
        OUR_SOURCE,
        "Ten islands that touch: walk from one digit to another.",
        "A decoder that begins with waves of the code draws finer, and augmentation until the last tenth keeps the "
        "encoder from learning its images by heart.",
    ),
    "dense-mnist-2d": Recipe(
        "The same map, plain",
        "mnist",
        DenseConfig(latent_dim=2, hidden=(512, 256, 128), decoder_hidden=(128, 256, 512, 512)),
        TrainingConfig(epochs=40, batch_size=256, learning_rate=2e-3),
        OUR_SOURCE,
        "A plain network with two numbers, without the variational part: a wide, uneven map with holes in it.",
    ),
    "conv-mnist-2d": Recipe(
        "The same map, through filters",
        "mnist",
        ConvConfig(latent_dim=2, filters=(8, 16), dense=(256, 128), activation="silu"),
        TrainingConfig(epochs=40, batch_size=256, learning_rate=2e-3),
        OUR_SOURCE,
        "A plain convolutional autoencoder with two numbers: its map is wide and uneven as the dense one's is. "
        "What both lack is a prior.",
    ),
    "vae-mnist-2d-beta01": Recipe(
        "Map of digits, β = 0.1",
        "mnist",
        DenseConfig(
            latent_dim=2, variational=True, hidden=(512, 256, 128), decoder_hidden=(128, 256, 512), beta=0.1
        ),
        TrainingConfig(epochs=30, batch_size=256, learning_rate=2e-3),
        OUR_SOURCE,
        "The prior hardly pulls: the map spreads far beyond its circles, and tells digits apart well.",
    ),
    "vae-mnist-2d-beta4": Recipe(
        "Map of digits, β = 4",
        "mnist",
        DenseConfig(
            latent_dim=2, variational=True, hidden=(512, 256, 128), decoder_hidden=(128, 256, 512), beta=4.0
        ),
        TrainingConfig(epochs=30, batch_size=256, learning_rate=2e-3),
        OUR_SOURCE,
        "The prior pulls hard: smooth everywhere, and blurred, because few nats are left for the image.",
    ),
    "vae-mnist-16d": Recipe(
        "Digits in 16 numbers",
        "mnist",
        DenseConfig(latent_dim=16, variational=True, hidden=(1024, 512, 256), beta=0.5),
        TrainingConfig(epochs=30, batch_size=256, learning_rate=2e-3, augment=0.15),
        OUR_SOURCE,
        "Enough room for style: slant, thickness and loops have their own directions.",
        "β = 0.5 and a little augmentation: codes that tell digits apart better (10-NN) for a little of the ELBO.",
    ),
    "vae-fashion-2d": Recipe(
        "Map of clothing",
        "fashion_mnist",
        DenseConfig(
            latent_dim=2, variational=True, hidden=(512, 256, 128), decoder_hidden=(128, 256, 512, 512)
        ),
        TrainingConfig(epochs=60, batch_size=256, learning_rate=2e-3),
        OUR_SOURCE,
        "Trousers, shoes and bags lie apart; shirts, coats and pullovers shade into each other.",
    ),
}


def get(name: str) -> Recipe:
    """The recipe `name`; raises `ConfigError` with the names there are."""
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe named {name!r:.40}. Choose one of {', '.join(RECIPES)}.")
    return RECIPES[name]
