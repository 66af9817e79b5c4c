"""The table of figures: all that an evaluation gives is in it, says what it means, and is written for people."""

import string

import numpy as np
import pytest
from sklearn.datasets import load_digits

from aemodels.measure import evaluation, figure_table
from aemodels.measure.figure_table import FIGURES, UNKNOWN
from aemodels.store import models


@pytest.fixture(scope="module")
def everything():
    """The figures of a variational, denoising model of images, thoroughly evaluated: all that there are."""
    x = (load_digits().images[:120] / 16).astype(np.float32)[..., None]
    labels = load_digits().target[:120]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "TUNING_IMAGES", 4)
        patch.setattr(evaluation, "WEIGHTED_SAMPLES", 5)
        return evaluation.evaluate(
            encode=lambda x: x.reshape(len(x), -1)[:, :12],
            decode=lambda z: np.tile(z.mean(axis=1).clip(0, 1)[:, None, None, None], (1, 8, 8, 1)),
            encode_distribution=lambda x: (
                x.reshape(len(x), -1)[:, :12],
                np.full((len(x), 12), -1, np.float32),
            ),
            corruption=lambda x, rng: np.clip(x + 0.3 * rng.standard_normal(x.shape), 0, 1).astype(
                np.float32
            ),
            train_x=x[:80],
            train_labels=labels[:80],
            test_x=x[80:],
            test_labels=labels[80:],
            thorough=True,
        )


def test_every_figure_of_an_evaluation_is_in_the_table_and_the_other_way_round(everything):
    found = {figure_table.of(key) for key in everything}
    assert None not in found
    assert {figure.key for figure in found} == set(FIGURES)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_every_figure_says_what_it_means(figure):
    assert figure.help.endswith(".")
    assert figure.better in {"lower", "higher", ""}
    assert figure.error == "" or figure.error in FIGURES
    assert len(figure.label) <= 28
    markdown = set("*_`[]<>$") & set(figure.help + figure.label)
    assert not markdown  # help texts are read as markdown
    if figure.better:
        assert figure.meaning.endswith(f"{figure.better.capitalize()} is better.")


def test_labels_with_their_units_tell_the_figures_apart():
    heads = [figure.head for figure in FIGURES.values()]
    assert len(heads) == len(set(heads))


def test_the_direction_is_that_in_which_a_better_model_goes(everything):
    """The identity is better than a constant in every figure of images that has a direction."""
    x = (load_digits().images[:120] / 16).astype(np.float32)[..., None]
    labels = load_digits().target[:120]
    parts = {
        "train_x": x[:80],
        "train_labels": labels[:80],
        "test_x": x[80:],
        "test_labels": labels[80:],
    }
    best = evaluation.evaluate(
        encode=lambda x: x.reshape(len(x), -1), decode=lambda z: z.reshape(-1, 8, 8, 1), **parts
    )
    worst = evaluation.evaluate(
        encode=lambda x: np.zeros((len(x), 1), np.float32),
        decode=lambda z: np.full((len(z), 8, 8, 1), 0.9, np.float32),
        **parts,
    )
    for key in ("mse", "psnr", "ssim", "bce", "knn_accuracy", "probe_accuracy"):
        assert (best[key] < worst[key]) == (FIGURES[key].better == "lower"), key


def test_figures_are_written_with_their_error_and_unit():
    card = {"nelbo_many": 133.4444, "nelbo_many_se": 0.00723, "kl_1": 3.5, "kl_2": 0.001, "kl_4": 9.0}
    assert FIGURES["nelbo_many"].text(card) == "133.44 ± 0.0072 nats"
    assert FIGURES["nelbo_many"].text(card, unit=False, error=False) == "133.44"
    assert FIGURES["kl_by_number"].text(card) == "3.50, 0.00 nats"
    assert FIGURES["nelbo"].text(card) == UNKNOWN
    assert [figure.key for figure in figure_table.known(card)] == ["kl_by_number", "nelbo_many"]
    assert FIGURES["classical_name"].text({"classical_name": "median"}) == "median"


@pytest.mark.parametrize("strange", ["high", True, None])
def test_a_figure_that_is_no_number_has_no_value(strange):
    assert FIGURES["mse"].value({"mse": strange}) is None


def test_what_an_older_or_newer_card_has_breaks_nothing():
    assert list(figure_table.known({})) == []
    assert figure_table.main({}) is None
    assert figure_table.of("of_tomorrow") is None
    assert figure_table.of("kl_x") is None
    assert figure_table.main({"mse": 0.01}) is FIGURES["mse"]
    assert figure_table.main({"mse": 0.01, "nelbo": 140.0}) is FIGURES["nelbo"]


def test_the_cards_of_the_shipped_models_have_known_figures_only():
    for card in models.list_models():
        if card.shipped:
            assert all(figure_table.of(key) for key in card.metrics), card.name
            assert figure_table.main(card.metrics), card.name


def test_forms_are_forms():
    for figure in FIGURES.values():
        assert f"{1234.5:{figure.form}}".strip(string.digits + ",.") == ""
