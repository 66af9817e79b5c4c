"""Autoencoders to look at: train, load, encode, decode, and the measures and pictures of it.

    import aemodels
    model = aemodels.load("vae-mnist-2d")
    images = model.decode([[0.3, -1.2]])

Importing this package is cheap: TensorFlow comes when a model is built or loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aemodels.errors import AemodelsError

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder

__all__ = ["AemodelsError", "load"]


def load(name: str) -> Autoencoder:
    """The shipped or saved model `name`, ready to encode and decode. Raises `AemodelsError` with a sentence."""
    from aemodels.store import models

    return models.load(name)
