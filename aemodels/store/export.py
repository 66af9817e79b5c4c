"""A model for use elsewhere: Keras's own file, a SavedModel, or our folder as a zip; whole, or one of its halves.

For export only: nothing here is ever read back, and nothing from a file is deserialised into code.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from aemodels.errors import StoreError
from aemodels.store import folders, models


def export(name: str, target: Path, part: str = "whole") -> None:
    """Write the model `name` as `target`: NAME.keras, NAME.zip, or a folder (SavedModel) without an ending.

    `part` is one of `PARTS`, which says what the Keras file and the SavedModel take and give; a zip is whole.
    Raises `StoreError` for another ending or part, or where the target exists.
    """
    if part not in PARTS:
        raise StoreError(f"A model is written whole, or its encoder or decoder. Received: {part!r:.20}.")
    if target.exists():
        raise StoreError(f"{target} exists already; choose another name.")
    if target.suffix == ".zip":
        if part != "whole":
            raise StoreError(f"A zip holds the whole model. Name the {part} something.keras, or a folder.")
        target.write_bytes(packed(name))
    elif target.suffix == ".keras":
        PARTS[part](models.load(name)).save(target)
    elif not target.suffix:
        PARTS[part](models.load(name)).export(target, verbose=False)
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


def keras_file(model: Any, part: str) -> bytes:
    """One of the `PARTS` of a model as a `.keras` file."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"{part}.keras"
        PARTS[part](model).save(path)
        return path.read_bytes()


def _whole(model: Any) -> Any:
    """Image in, reconstruction out."""
    import keras

    inputs = keras.Input(model.config.input_shape, name="x")
    code = model.encoder(inputs)
    if model.is_variational:
        code = code[:, : model.latent_dim]
    return keras.Model(inputs, _shown(model, model.decoder(code)), name="autoencoder")


def _encoder(model: Any) -> Any:
    """Image in, code out; of a VAE z_mean and z_log_var, the latter within the bounds that it is trained with."""
    import keras

    from aemodels.architectures.variational import LOG_VAR_BOUNDS

    inputs = keras.Input(model.config.input_shape, name="x")
    code = model.encoder(inputs)
    if not model.is_variational:
        return keras.Model(inputs, code, name="encoder")
    size = model.latent_dim
    outputs = {"z_mean": code[:, :size], "z_log_var": keras.ops.clip(code[:, size:], *LOG_VAR_BOUNDS)}
    return keras.Model(inputs, outputs, name="encoder")


def _decoder(model: Any) -> Any:
    """Code in, image in [0, 1] (or point) out."""
    import keras

    code = keras.Input((model.latent_dim,), name="z")
    return keras.Model(code, _shown(model, model.decoder(code)), name="decoder")


def _shown(model: Any, output: Any) -> Any:
    """The decoder's output as probabilities; points stay what they are."""
    import keras

    if model.config.linear_output:
        return output
    return keras.layers.Activation("sigmoid", name="probabilities")(output)


PARTS: Final[Mapping[str, Callable[[Any], Any]]] = {"whole": _whole, "encoder": _encoder, "decoder": _decoder}
"""Each makes a Keras model of one of ours."""
