"""The table of tutorials: every published recipe is in it, and its counterpart is a fair one."""

import pytest

from aemodels import published, recipes
from aemodels.published import TUTORIALS
from aemodels.store import models
from aemodels.training import spec

PUBLISHED = [name for name, recipe in recipes.RECIPES.items() if recipe.source != recipes.OUR_SOURCE]


def test_every_published_recipe_is_in_the_table_and_no_other():
    assert set(TUTORIALS) == set(PUBLISHED)


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_counterpart_has_the_same_data_and_the_same_code_size_and_takes_less(name):
    recipe, wanted = recipes.get(name), TUTORIALS[name].counterpart.spec()
    assert wanted.dataset == recipe.dataset
    assert wanted.model.code_size == recipe.model.code_size
    assert wanted.model.variational == recipe.model.variational
    assert bool(wanted.training.noise) == bool(recipe.training.noise)
    examples = 2_000 if recipe.dataset == "points" else 60_000
    seen = [
        training.epochs * training.steps(examples) * training.batch_size
        for training in (wanted.training, recipe.training)
    ]
    assert seen[0] <= 0.5 * seen[1]  # images that are shown to the network
    assert published.is_counterpart(name, wanted)
    assert not published.is_counterpart(name, spec.from_recipe(name))


@pytest.mark.parametrize("name", TUTORIALS)
def test_what_to_look_for_is_two_to_four_sentences(name):
    tutorial = TUTORIALS[name]
    assert 2 <= tutorial.look_for.count(". ") + 1 <= 4
    assert all(sentence.endswith(".") for sentence in (tutorial.look_for, *tutorial.wrong))


@pytest.mark.parametrize("name", TUTORIALS)
def test_models_that_stand_in_are_there_and_have_no_larger_code(name):
    tutorial, size = TUTORIALS[name], recipes.get(name).model.code_size
    for model in filter(None, (tutorial.shipped, tutorial.better)):
        card = models.read_card(model)
        assert card.shipped
        assert card.code_size <= size
        assert tutorial.figure.of_history or tutorial.figure.key in card.metrics or model != tutorial.better


def test_the_scaling_of_r4b_is_that_of_its_recipe():
    assert recipes.get("conv-vae-2d").model.beta == pytest.approx(
        published.TUTORIAL_PIXELS / published.TUTORIAL_BETA
    )
