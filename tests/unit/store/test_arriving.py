"""Zips of models: ours come back as they were, and of a stranger's each is refused with its reason, quickly."""

import numpy as np
import pytest

from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import StoreError
from aemodels.store import arriving, expected, export, folders, models, weights
from aemodels.training.config import TrainingConfig
from aemodels.training.history import Epoch, History
from tests.unit.store import refusals
from tests.unit.store.hostile_models import weights_with, zipped
from tests.unit.store.model_corpus import CORPUS

HISTORY = History((Epoch(1, 2.0, 1.5, 0.5, 2.1, 1.6, 0.5, 1e-3, 0.1, 1.0),), 1, stopped=False)
CONFIG = DenseConfig(latent_dim=2, hidden=(8,), variational=True)
MOST_MEGABYTES = 256  # that a refusal may take beyond the file itself


@pytest.fixture(scope="module")
def images():
    values = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
    return Split(values, np.arange(12, dtype=np.uint8) % 10)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def saved(config, images, name="mine", **options):
    model = build(config, seed=5)
    models.save(
        model,
        name,
        recipe="default",
        dataset="digits",
        fingerprint="0" * 16,
        test=images,
        training=TrainingConfig().to_json(),
        seed=1,
        history=HISTORY,
        metrics={"mse": 0.25, "classical_name": "median"},
        **options,
    )
    return model


CONFIGS = {
    "variational": CONFIG,
    "deep": DenseConfig(latent_dim=3, hidden=(8, 6), decoder_hidden=(5, 7, 9), code_activation="relu"),
    "waves": DenseConfig(latent_dim=2, hidden=(8, 6), waves=1.0),
    "conv": ConvConfig(latent_dim=3, filters=(4, 6), dense=(10,)),
    "conv without dense layers": ConvConfig(latent_dim=3, variational=True, filters=(2, 3, 4)),
    "maps": ConvConfig(latent_dim=None, filters=(4, 6), downsampling="pool"),
    "points": DenseConfig(latent_dim=2, hidden=(), loss="squared_error", point_size=3),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_weights_of_a_network_are_known_before_it_is_built(name):
    model = build(CONFIGS[name])
    names = weights.names(model.encoder, model.decoder)
    variables = model.encoder.weights + model.decoder.weights
    built = {key: tuple(variable.shape) for key, variable in zip(names, variables, strict=True)}
    assert list(expected.shapes(CONFIGS[name]).items()) == list(built.items())


@pytest.mark.parametrize("name", ["variational", "conv", "maps"])
@pytest.mark.parametrize("half", [False, True])
def test_a_model_that_was_taken_along_comes_back(images, name, half):
    model = saved(CONFIGS[name], images, half_precision=half)
    before = models.read_card("mine")
    card = arriving.receive(export.packed("mine"))
    assert card.name == "mine-2"
    assert (card.model, card.training, card.metrics) == (before.model, before.training, before.metrics)
    assert card.atlas == before.atlas
    assert (card.parameters, card.epochs) == (before.parameters, 1)
    loaded, kept = models.load("mine-2"), models.load("mine")
    np.testing.assert_array_equal(loaded.encode(images.x), kept.encode(images.x))
    assert models.history("mine-2") == models.history("mine")
    sizes = [(folders.saved() / each / "weights.npz").stat().st_size for each in ("mine", "mine-2")]
    assert sizes[0] == sizes[1]
    if model.latent_dim <= models.MOST_STORED:
        np.testing.assert_array_equal(models.codes("mine-2").z, models.codes("mine").z)


def test_a_taken_name_is_refused_and_a_name_that_cannot_be_one_is_replaced(images):
    saved(CONFIG, images)
    packed = export.packed("mine")
    with pytest.raises(StoreError, match="exists already"):
        arriving.receive(packed, "mine")
    assert arriving.receive(packed, "yours").name == "yours"
    assert arriving.free_name("vae-mnist-2d") == "vae-mnist-2d-2"
    for name in ("../../etc", "a" * 200, "<b>", ""):
        assert arriving.free_name(name) == "brought-along"
    assert len(arriving.free_name("a" * 40)) <= 40


@pytest.fixture(scope="module")
def good(images, tmp_path_factory):
    """Member name → bytes of a good zip."""
    root = tmp_path_factory.mktemp("good")
    saved(CONFIG, images, root=root)
    return {f"mine/{path.name}": path.read_bytes() for path in (root / "mine").iterdir()}


def test_the_good_zip_of_the_corpus_is_good(good):
    assert arriving.inspect(zipped(good.items())).card.name == "mine"


@pytest.fixture(scope="module")
def answers(good, tmp_path_factory):
    """What a fresh process says to each file of the corpus."""
    return refusals.answers(
        {name: make(good) for name, (make, _) in CORPUS.items()}, tmp_path_factory.mktemp("read")
    )


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_not_ours_is_refused_with_its_reason(name, answers):
    found = answers.files[name]
    assert CORPUS[name][1] in found.sentence
    assert found.sentence.endswith("Bring a zip as this program makes it: of a run, or of a saved model.")
    assert found.sentence.isprintable()
    assert len(found.sentence) < 600
    assert found.megabytes <= MOST_MEGABYTES


def test_of_all_that_is_refused_nothing_is_run_built_or_kept(answers):
    assert len(answers.files) >= 60
    assert not answers.built  # TensorFlow was not even imported
    assert answers.left == []


def test_weights_that_are_finite_but_make_answers_that_are_not_are_refused(good, home):
    def huge(arrays):
        for value in arrays.values():
            value[...] = 3e38

    with pytest.raises(StoreError, match="answers are no numbers"):
        arriving.receive(weights_with(good, huge))
    assert not list(home.rglob("*.json"))
