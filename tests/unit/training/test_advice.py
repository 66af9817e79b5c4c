"""What is said before the start: nothing of a recipe as it stands, a sentence of what does nothing or cannot be."""

import re

import pytest

from aemodels import recipes
from aemodels.architectures.network import describe
from aemodels.errors import ConfigError
from aemodels.training import advice
from aemodels.training import spec as specs
from aemodels.training.estimate import estimate

VAE, DENSE, R3, POINTS = "default", "dense-mnist", "denoising-conv", "three-to-two"


def said(recipe, settings):
    asked = specs.from_recipe(
        recipe, dataset=None if recipe == POINTS else "digits", settings={"batch_size": 64, **settings}
    )
    cost = estimate(asked)
    return [
        sentence for sentence in (advice.bottleneck(cost.network), *advice.advice(asked, cost)) if sentence
    ]


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_a_recipe_as_it_stands_needs_no_advice(name):
    asked = specs.from_recipe(name)
    assert advice.advice(asked, estimate(asked)) == []
    assert (advice.bottleneck(describe(asked.model)) is not None) == (name == R3)


@pytest.mark.parametrize(
    ("recipe", "settings", "words"),
    [
        (R3, {}, r"1,568 numbers \(7×7×32\), more than the input's 784"),
        (R3, {"filters": "32, 9"}, "441 numbers .* more than half"),
        (DENSE, {"hidden": "64, 20"}, "gives 20 numbers, fewer than the code's 32"),
        (DENSE, {"decoder_hidden": "5"}, "A layer of the decoder gives 5 numbers"),
        (DENSE, {"activation": "linear"}, "no more than one"),
        (VAE, {"code_activation": "relu"}, "is a Gaussian"),
        (VAE, {"hidden": "", "waves": 1}, "Waves need a hidden layer"),
        (VAE, {"patience": 8}, "never ends a training of 8 epochs"),
        (VAE, {"batch_size": 2000}, "1,151 examples .* fewer than a batch of 2,000"),
        (VAE, {"epochs": 1}, "17 steps, too few"),
        (VAE, {"validation_images": 10}, "Only 10 of the examples"),
        (DENSE, {"beta_warmup": 0.2}, "does nothing here"),
        (VAE, {"beta_warmup": 1.0}, "β rises during the whole training"),
        (VAE, {"beta": 0}, "nothing pulls"),
        (VAE, {"noise_level": 0.5}, "without a kind of noise"),
        (VAE, {"augment_until": 0.5}, "without any, does nothing"),
        (VAE, {"augment": 0.5, "augment_until": 0}, "ends before it begins"),
        (VAE, {"noise": "gaussian", "noise_level": 0}, "changes nothing: gaussian"),
        (VAE, {"limit": 5000}, "only 1,438 images"),
    ],
)
def test_what_does_nothing_or_not_what_one_expects_is_a_sentence(recipe, settings, words):
    found = said(recipe, {"epochs": 8, **settings})
    assert any(re.search(words, sentence) for sentence in found), found
    assert all(sentence.endswith(".") for sentence in found)


@pytest.mark.parametrize(
    ("recipe", "settings"),
    [
        (VAE, {"patience": 7}),
        (VAE, {"beta_warmup": 0.5}),
        (VAE, {"augment": 0.2, "augment_until": 0.8}),
        (VAE, {"noise": "gaussian", "noise_level": 0.5}),
        (DENSE, {"hidden": "", "decoder_hidden": "", "activation": "linear"}),
        (DENSE, {"hidden": "64, 32"}),
        (DENSE, {"hidden": "", "decoder_hidden": "32", "waves": 1}),
    ],
)
def test_what_is_sensible_needs_none(recipe, settings):
    assert said(recipe, {"epochs": 8, **settings}) == []


@pytest.mark.parametrize(
    ("recipe", "settings", "words"),
    [
        (POINTS, {"noise": "gaussian"}, "are for images"),
        (POINTS, {"augment": 0.5}, "are for images"),
        (POINTS, {"point_size": 5}, "have 3 numbers"),
        (POINTS, {"loss": "cross_entropy"}, "Cross-entropy needs outputs between 0 and 1"),
        (R3, {"dense": "64"}, "need a code size"),
        (R3, {"variational": "true"}, "needs a code size"),
        (VAE, {"epochs": 0}, "Expected a whole number from 1"),
        (VAE, {"warmup": 1.0}, "from 0 to 0.5"),
        (VAE, {"noise": "gaussian", "noise_level": 9}, "for gaussian"),
        ("conv-vae-2d", {"filters": ""}, "Expected 1 to 4 numbers"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(recipe, settings, words):
    with pytest.raises(ConfigError, match=words) as caught:
        specs.from_recipe(recipe, settings=settings)
    assert str(caught.value).endswith(".")
