"""What a network is said to be before it is built, against what Keras builds and TensorFlow counts."""

import numpy as np
import pytest

from aemodels import recipes
from aemodels.architectures.base import ACTIVATIONS
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.architectures.network import describe
from aemodels.autoencoder import build
from aemodels.errors import ConfigError

STEPS = ("Dense", "Conv2D", "Conv2DTranspose", "MaxPooling2D")


def random_configs(count):
    """Configurations of both architectures with settings drawn from all that is allowed, within reason."""
    rng = np.random.default_rng(7)

    def sizes(least, most, high):
        return tuple(int(size) for size in rng.integers(1, high, rng.integers(least, most + 1)))

    while count:
        common = {
            "variational": bool(rng.integers(2)),
            "activation": str(rng.choice(ACTIVATIONS)),
            "latent_dim": int(rng.integers(1, 128)),
        }
        if rng.integers(2):
            decoder = sizes(0, 3, 90) if rng.integers(2) else None
            code = str(rng.choice(ACTIVATIONS))
            config = DenseConfig(
                hidden=sizes(0, 3, 90),
                decoder_hidden=decoder,
                code_activation=code,
                waves=float(rng.integers(2)),
                **common,
            )
        else:
            common["latent_dim"] = None if rng.integers(3) == 0 else common["latent_dim"]
            dense = sizes(0, 2, 40) if common["latent_dim"] else ()
            kind = str(rng.choice(["stride", "pool"]))
            try:
                config = ConvConfig(filters=sizes(1, 4, 20), dense=dense, downsampling=kind, **common)
            except ConfigError:
                continue  # feature maps cannot be a variational code
        count -= 1
        yield config


CONFIGS = {
    **{name: recipe.model for name, recipe in recipes.RECIPES.items()},
    **{f"random {number}": config for number, config in enumerate(random_configs(10))},
}


def counted_flops(model):
    """Of products of weights and values for one input, as TensorFlow counts them in the traced graphs."""
    import tensorflow as tf

    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    total = 0
    for network in (model.encoder, model.decoder):
        spec = tf.TensorSpec((1, *network.inputs[0].shape[1:]), tf.float32)
        graph = tf.function(network, input_signature=[spec]).get_concrete_function().graph
        found = profiler.profile(graph, cmd="op", options=options.with_empty_output().build())
        total += sum(
            child.total_float_ops
            for child in _all(found)
            if child.name in ("MatMul", "Conv2D", "Conv2DBackpropInput")
        )
    return total


def _all(node):
    """The nodes of the profiler's list: each is a child of the one before it, with the sum of what follows."""
    found = []
    while node.children:
        (child,) = node.children
        own = type("Own", (), {"name": child.name, "total_float_ops": child.float_ops})
        found.append(own)
        node = child
    return found


@pytest.mark.parametrize("name", CONFIGS)
def test_a_described_network_is_the_one_that_keras_builds(name):
    config = CONFIGS[name]
    network, model = describe(config), build(config)
    assert network.parameters == model.parameters
    assert network.input.shape == config.input_shape
    assert network.code.values == config.code_size
    assert network.steps[-1].shape == config.input_shape
    layers = model.encoder.layers + model.decoder.layers
    built = [layer for layer in layers if type(layer).__name__ in STEPS]
    assert len(built) == len(network.steps) - 1
    for step, layer in zip(network.steps[1:], built, strict=True):
        assert step.parameters == layer.count_params()
        wider = 2 if step.part == "code" and config.variational else 1
        if step.part == "output":
            continue  # cropped afterwards
        assert step.values * wider == np.prod(layer.output.shape[1:])
    every = model.encoder.operations + model.decoder.operations  # a sine is one that is no layer
    given = [np.prod(each.output.shape[1:]) for each in every if type(each).__name__ != "InputLayer"]
    assert network.activations == sum(given)
    assert network.flops == counted_flops(model)


def test_the_operations_of_one_convolution_are_those_of_a_hand_calculation():
    network = describe(ConvConfig(latent_dim=2, filters=(4,)))
    first = network.steps[1]
    assert (first.kind, first.shape, first.parameters) == ("Convolution", (14, 14, 4), 3 * 3 * 4 + 4)
    assert first.multiply_adds == 14 * 14 * 4 * (3 * 3)
    assert first.detail == "4 filters 3×3, stride 2, SiLU"


def test_the_code_of_recipe_r3_is_maps_of_more_numbers_than_the_image():
    network = describe(recipes.get("denoising-conv").model)
    assert (network.code.shape, network.code.values, network.input.values) == ((7, 7, 32), 1568, 784)


def test_describing_a_network_needs_no_tensorflow():
    import subprocess
    import sys

    code = (
        "import sys; from aemodels import recipes; from aemodels.architectures.network import describe;"
        "[describe(recipe.model) for recipe in recipes.RECIPES.values()];"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
