"""Configurations check themselves and travel as JSON."""

import json

import pytest

from aemodels import architectures
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.config import parse
from aemodels.errors import ConfigError
from aemodels.training.config import TrainingConfig


@pytest.mark.parametrize(
    "wrong",
    [
        {"latent_dim": 0},
        {"latent_dim": 129},
        {"latent_dim": 2.5},
        {"latent_dim": True},
        {"latent_dim": "2"},
        {"beta": float("nan")},
        {"beta": -1.0},
        {"beta": 1e300},
        {"activation": "os.system"},
        {"hidden": (512, 0)},
        {"hidden": [1] * 9},
        {"hidden": "512"},
        {"hidden": (10**9,)},
        {"hidden": (10**400,)},
        {"beta": 10**400},
        {"variational": 1},
        {"loss": "cross_entropy", "point_size": 3},
        {"latent_dim": None},
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence_that_names_it(wrong):
    with pytest.raises(ConfigError) as caught:
        DenseConfig(**wrong)
    assert str(caught.value).endswith((".", ".!"))
    assert any(name in str(caught.value) for name in (*wrong, "code", "Cross-entropy"))


def test_a_configuration_survives_the_way_through_json():
    for config in (
        DenseConfig(latent_dim=7, hidden=(), variational=True, beta=0.25),
        DenseConfig(hidden=(3, 5), decoder_hidden=(9,), activation="relu"),
        ConvConfig(latent_dim=None, filters=(4,), downsampling="pool"),
    ):
        text = json.dumps(architectures.to_json(config))
        assert architectures.from_json(json.loads(text)) == config
    training = TrainingConfig(noise=("gaussian",), noise_level=0.5, patience=3)
    assert TrainingConfig.from_json(json.loads(json.dumps(training.to_json()))) == training


def test_unknown_settings_and_architectures_are_refused():
    with pytest.raises(ConfigError, match="Unknown setting 'hiden'"):
        DenseConfig.from_json({"hiden": [1]})
    with pytest.raises(ConfigError, match="Unknown architecture"):
        architectures.from_json({"architecture": "lambda", "latent_dim": 2})
    with pytest.raises(ConfigError, match="Unknown setting"):
        DenseConfig().replace(nothing=1)


def test_whole_numbers_given_as_floats_and_lists_given_as_tuples_are_one_thing():
    assert DenseConfig(latent_dim=3.0).latent_dim == 3
    assert DenseConfig(hidden=[8, 4]) == DenseConfig(hidden=(8, 4))


@pytest.mark.parametrize(
    ("hint", "text", "value"),
    [
        (int, "12", 12),
        (float, "1e-3", 1e-3),
        (bool, "Yes", True),
        (bool, "false", False),
        (int | None, "none", None),
        (int | None, "5", 5),
        (tuple[int, ...], "512, 256", (512, 256)),
        (tuple[int, ...] | None, "none", None),
        (tuple[str, ...], "gaussian,blur", ("gaussian", "blur")),
        (str, "relu", "relu"),
    ],
)
def test_texts_of_the_command_line_become_values(hint, text, value):
    assert parse(hint, text) == value


def test_texts_that_are_no_numbers_are_refused():
    for hint, text in ((int, "two"), (float, ""), (bool, "maybe"), (tuple[int, ...], "1,x")):
        with pytest.raises(ConfigError):
            parse(hint, text)


def test_a_level_of_noise_must_suit_every_kind():
    with pytest.raises(ConfigError, match="noise_level"):
        TrainingConfig(noise=("gaussian",), noise_level=5.0)


def test_a_learning_rate_is_within_its_range():
    with pytest.raises(ConfigError, match="learning_rate"):
        TrainingConfig(learning_rate=0.0)
