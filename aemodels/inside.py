"""What a network makes of an image on its way: the output of every layer, and what its first layer looks for.

`Inside` looks into one model, a Keras one or its NumPy form, and names each layer in words. Layers that only
change the shape (padding, flattening, cropping) are no steps of their own, and an activation belongs to the layer
before it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from aemodels import preview, runtime
from aemodels.architectures.layers import ACTIVATION_TITLES
from aemodels.errors import ConfigError

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder

Part = Literal["encoder", "decoder"]


@dataclasses.dataclass(frozen=True, eq=False)
class Layer:
    """One step of the network and what came out of it.

    `kind` and `detail` are its words, "Convolution" and "32 filters 3×3, stride 2, ReLU → 14×14×32". `values` is
    float32, (n, units) of a dense layer or (n, rows, columns, filters) of maps. The last step of the encoder is the
    code (z_mean of a VAE), maps where the code is maps; the last one of the decoder is the image (n, 28, 28, 1).
    """

    part: Part
    kind: str
    detail: str
    values: np.ndarray

    @property
    def title(self) -> str:
        """The whole of its words."""
        return f"{self.kind}, {self.detail}"


@dataclasses.dataclass(frozen=True)
class _Step:
    """A step before any image has passed it: its words, and which of the Keras layers gives its output."""

    kind: str
    words: tuple[str, ...]
    output: int


class Inside:
    """Looks into one model of images. Raises ConfigError for a model of points.

    `filters`: what the units of the first layer look for, float32 (units, rows, columns): 3×3 of a convolution,
    28×28 of a dense layer.
    """

    def __init__(self, model: Autoencoder | preview.Preview) -> None:
        if model.config.linear_output:
            raise ConfigError("Only models of images show their layers; this one's inputs are points.")
        parts = _numpy_parts(model) if isinstance(model, preview.Preview) else _keras_parts(model)
        self._encode, self._decode = parts
        self._size = model.latent_dim
        self._shape = model.config.input_shape
        self.filters = _filters(model)

    def layers(self, x: np.ndarray, z: np.ndarray | None = None) -> tuple[Layer, ...]:
        """All steps for images `x` (n, 28, 28, 1) in [0, 1], in the order of the pipeline.

        The decoder starts from the code of `x`, or from `z` (n, latent_dim) where that is given.
        """
        x = np.asarray(x, np.float32)
        if x.ndim != len(self._shape) + 1 or x.shape[1:] != self._shape:
            raise ConfigError(
                f"Invalid value received for argument `x`. Expected an array of shape "
                f"(n, {', '.join(map(str, self._shape))}). Received: {x.shape}."
            )
        encoded = self._encode(x)
        code = encoded[-1].values.reshape(len(x), self._size) if z is None else np.asarray(z, np.float32)
        if code.shape != (len(x), self._size):
            raise ConfigError(
                f"Invalid value received for argument `z`. Expected an array of shape ({len(x)}, {self._size}). "
                f"Received: {code.shape}."
            )
        return (*encoded, *self._decode(code))


_Run = Callable[[np.ndarray], "tuple[Layer, ...]"]


def _filters(model: Autoencoder | preview.Preview) -> np.ndarray:
    first = model.encoder[0][0] if isinstance(model, preview.Preview) else model.encoder.weights[0]
    kernel = np.asarray(first)
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    # A VAE without hidden layers has twice as many: the second half gives z_log_var.
    units = model.latent_dim if not getattr(model.config, "hidden", True) else kernel.shape[1]
    return kernel[:, :units].T.reshape(units, *model.config.input_shape[:2])


def _dense_words(units: int, activation: str = "linear") -> tuple[str, ...]:
    return (f"{units:,} unit{'s' * (units > 1)}", ACTIVATION_TITLES[activation])


def _code_words(size: int, variational: bool, activation: str = "linear") -> tuple[str, ...]:
    numbers = f"{size:,} number{'s' * (size > 1)}"
    if variational:
        return (f"{numbers} z_mean (and as many of z_log_var)",)
    return (numbers, ACTIVATION_TITLES[activation])


def _detail(words: Sequence[str], shape: tuple[int, ...]) -> str:
    text = ", ".join(word for word in words if word)
    return f"{text} → {'×'.join(map(str, shape))}" if len(shape) > 1 else text


# --- NumPy -----------------------------------------------------------------------------------------------------


def _numpy_parts(model: preview.Preview) -> tuple[_Run, _Run]:
    config = model.config

    def hidden(
        part: Part, values: np.ndarray, layers: Any, activations: Sequence[str]
    ) -> tuple[list[Layer], np.ndarray]:
        found = []
        for (kernel, bias), activation in zip(layers[:-1], activations, strict=True):
            values = preview.FUNCTIONS[activation](values @ kernel + bias)
            found.append(Layer(part, "Dense", _detail(_dense_words(len(bias), activation), ()), values))
        kernel, bias = layers[-1]
        return found, values @ kernel + bias

    def encode(x: np.ndarray) -> tuple[Layer, ...]:
        found, values = hidden("encoder", x.reshape(len(x), -1), model.encoder, config.encoder_activations)
        if model.is_variational:
            values = values[:, : model.latent_dim]
        else:
            values = preview._ACTIVATIONS[config.code_activation](values)
        words = _code_words(model.latent_dim, model.is_variational, config.code_activation)
        return (*found, Layer("encoder", "Dense", _detail(words, ()), values))

    def decode(z: np.ndarray) -> tuple[Layer, ...]:
        found, logits = hidden("decoder", z, model.decoder, config.decoder_activations)
        image = preview._sigmoid(logits).reshape(-1, *config.input_shape)
        detail = _detail(_dense_words(logits.shape[1], "sigmoid"), image.shape[1:])
        return (*found, Layer("decoder", "Dense", detail, image))

    return encode, decode


# --- Keras -----------------------------------------------------------------------------------------------------


def _dense(layer: Any) -> tuple[str, tuple[str, ...]]:
    return "Dense", _dense_words(layer.units)


def _convolution(layer: Any) -> tuple[str, tuple[str, ...]]:
    rows, columns = layer.kernel_size
    stride = f"stride {layer.strides[0]}" if layer.strides[0] > 1 else ""
    filters = f"{layer.filters} filter{'s' * (layer.filters > 1)} {rows}×{columns}"
    return "Convolution", (filters, stride)


def _transposed(layer: Any) -> tuple[str, tuple[str, ...]]:
    return "Transposed convolution", _convolution(layer)[1]


def _pooling(layer: Any) -> tuple[str, tuple[str, ...]]:
    rows, columns = layer.pool_size
    return "Max-pooling", (f"the largest of each {rows}×{columns}",)


DESCRIBED: Final[dict[str, Callable[[Any], tuple[str, tuple[str, ...]]]]] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "MaxPooling2D": _pooling,
}
"""Layers that are steps, by the names of their classes."""

ACTIVATIONS: Final[dict[str, Callable[[Any], str]]] = {
    "Activation": lambda layer: str(layer.activation.__name__),
    "LeakyReLU": lambda layer: "leaky_relu",
    "Sin": lambda layer: "sin",
}

RESHAPING: Final = ("Reshape", "Cropping2D")
"""What these give is shown instead of what came in. Flattened maps are still shown as maps."""


def _steps(network: Any) -> list[_Step]:
    """The steps of a sequential Keras model, from its input outwards."""
    found: list[_Step] = []
    for place, layer in enumerate(network.operations):
        kind = type(layer).__name__
        if kind in DESCRIBED:
            found.append(_Step(*DESCRIBED[kind](layer), place))
        elif found and kind in ACTIVATIONS:
            title = ACTIVATION_TITLES[ACTIVATIONS[kind](layer)]
            found[-1] = dataclasses.replace(found[-1], words=(*found[-1].words, title), output=place)
        elif found and kind in RESHAPING:
            found[-1] = dataclasses.replace(found[-1], output=place)
    return found


def _keras_parts(model: Autoencoder) -> tuple[_Run, _Run]:
    import keras
    import tensorflow as tf

    config, size = model.config, model.latent_dim

    def outputs(network: Any, steps: list[_Step]) -> Callable[[np.ndarray], list[np.ndarray]]:
        """All those layers' outputs by one traced function, as `Autoencoder` traces its own."""
        wanted = keras.Model(network.inputs, [network.operations[step.output].output for step in steps])
        spec = tf.TensorSpec((None, *network.inputs[0].shape[1:]), tf.float32)
        function = tf.function(lambda values: wanted(values, training=False), input_signature=[spec])
        with runtime.without_remarks():
            concrete = function.get_concrete_function()
        return lambda values: [np.asarray(each) for each in _listed(concrete(tf.convert_to_tensor(values)))]

    def layer(part: Part, step: _Step, values: np.ndarray, *, more: tuple[str, ...] = ()) -> Layer:
        return Layer(part, step.kind, _detail((*step.words, *more), values.shape[1:]), values)

    to_code, to_image = _steps(model.encoder), _steps(model.decoder)
    run_encoder, run_decoder = outputs(model.encoder, to_code), outputs(model.decoder, to_image)

    def encode(x: np.ndarray) -> tuple[Layer, ...]:
        *hidden, last = run_encoder(x)
        found = [layer("encoder", step, values) for step, values in zip(to_code, hidden, strict=False)]
        step = to_code[-1]
        if step.kind == "Dense":
            words = _code_words(size, config.variational)
            step = dataclasses.replace(step, words=(*words, *step.words[2:]))
            last = last[:, :size]
        return (*found, layer("encoder", step, last))

    def decode(z: np.ndarray) -> tuple[Layer, ...]:
        *hidden, logits = run_decoder(z)
        found = [layer("decoder", step, values) for step, values in zip(to_image, hidden, strict=False)]
        return (*found, layer("decoder", to_image[-1], preview._sigmoid(logits), more=("sigmoid",)))

    return encode, decode


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, list | tuple) else [values]
