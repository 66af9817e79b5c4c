"""A model for use elsewhere: Keras's own file, a SavedModel, or our folder as a zip.

For export only: nothing here is ever read back, and nothing from a file is deserialised into code.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from aemodels.errors import StoreError
from aemodels.store import folders, models


def export(name: str, target: Path) -> None:
    """Write the model `name` as `target`: NAME.keras, NAME.zip, or a folder (SavedModel) without an ending.

    The Keras file and the SavedModel take `(n, 28, 28, 1)` and give the reconstruction in [0, 1]. Raises
    `StoreError` for another ending, or where the target exists.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; choose another name.")
    if target.suffix == ".zip":
        target.write_bytes(packed(name))
    elif target.suffix == ".keras":
        _whole(models.load(name)).save(target)
    elif not target.suffix:
        _whole(models.load(name)).export(target, verbose=False)
    else:
        raise StoreError(
            f"A model is written as NAME.keras, NAME.zip or a folder. Received: {target.name!r}."
        )


def packed(name: str) -> bytes:
    """Our folder of the model as a zip, uncompressed: weights do not shrink."""
    folder = folders.find(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{name}/{path.name}")
    return buffer.getvalue()


def _whole(model: Any) -> Any:
    """Encoder and decoder as one Keras model: image in, reconstruction out."""
    import keras

    inputs = keras.Input(model.config.input_shape, name="x")
    code = model.encoder(inputs)
    if model.is_variational:
        code = code[:, : model.latent_dim]
    output = model.decoder(code)
    if not model.config.linear_output:
        output = keras.layers.Activation("sigmoid", name="probabilities")(output)
    return keras.Model(inputs, output, name="autoencoder")
