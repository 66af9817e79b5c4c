"""Making the hover preview's atlas, against the decoder's matrix products alone; and what it takes to send it.

Every shipped model with a two-dimensional code, as the pages use it: in TensorFlow, and as the NumPy forward pass
that answers while TensorFlow is not there yet and for the epochs of a training.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

import numpy as np

import aemodels
from aemodels import preview
from aemodels.autoencoder import Autoencoder
from aemodels.latent import atlas
from aemodels.preview import Preview
from aemodels.store import models
from tests.bench.table import Row, compare

SIDE = 48
MEGA = 1e6


def measure(rounds: int) -> list[Row]:
    """Medians over `rounds` atlases of each model and as many rounds of the bare products, taking turns."""
    rows = []
    for card in models.list_models():
        if not (card.shipped and card.code_size == 2):
            continue
        z = models.codes(card.name).z
        tensorflow = aemodels.load(card.name)
        kernels = [np.array(weight) for weight in tensorflow.decoder.get_weights() if weight.ndim == 2]
        answering: dict[str, Autoencoder | Preview] = {"TensorFlow": tensorflow}
        if card.architecture == "dense":
            answering["NumPy"] = preview.load(card.name)
        for label, model in answering.items():
            model.decode(np.zeros((1, 2), np.float32))  # traced once: so it is on a page that is being used
            ours, reference = [], []
            for _ in range(rounds):
                reference.append(_seconds(lambda kernels=kernels: _products(kernels)))
                ours.append(_seconds(lambda model=model, z=z: _png(model, z)))
            what = f"{card.name}, {SIDE}×{SIDE} with {label}, s"
            rows.append(compare(what, "s", ours, reference, wanted="≤ 1 s"))
        sent = len(base64.b64encode(_png(tensorflow, z)))
        path = models.atlas_path(card.name)
        stored = path.stat().st_size if path is not None else sent
        what = f"{card.name}, as sent, against its file, MB"
        rows.append(compare(what, "MB", [sent / MEGA], [stored / MEGA], wanted="≤ 1.5 MB"))
    return rows


def _png(model: Autoencoder | Preview, z: np.ndarray) -> bytes:
    return atlas.make_atlas(model.decode, atlas.extent(z), SIDE, SIDE, around=z).to_png()


def _products(kernels: list[np.ndarray]) -> None:
    """The decoder's products for as many codes as the atlas has tiles, without biases, activations and pictures."""
    for kernel in kernels:
        np.ones((SIDE * SIDE, len(kernel)), np.float32) @ kernel


def _seconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
