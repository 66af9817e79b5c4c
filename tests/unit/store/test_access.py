"""A store for reading only: everything that would change it is refused, everything that reads it works."""

import numpy as np
import pytest

from aemodels.__main__ import main
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import StoreError
from aemodels.store import access, arriving, export, folders, models, studies
from aemodels.training.history import Epoch, History

HISTORY = History((Epoch(1, 2.0, 1.5, 0.5, 2.1, 1.6, 0.5, 1e-3, 0.1),), 1, stopped=False)


@pytest.fixture(scope="module")
def model():
    return build(DenseConfig(latent_dim=2, hidden=(8,), variational=True), seed=5)


@pytest.fixture
def save(model):
    values = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
    test = Split(values, np.arange(12, dtype=np.uint8) % 10)

    def save_(name, **options):
        return models.save(
            model,
            name,
            recipe="default",
            dataset="digits",
            fingerprint="0" * 16,
            test=test,
            training={},
            seed=1,
            history=HISTORY,
            metrics={"mse": 0.25},
            **options,
        )

    return save_


@pytest.fixture
def shown(save, tmp_path, monkeypatch):
    """The name of a model in a store that is for reading only since."""
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AEMODELS_STORE", raising=False)
    save("shown")
    monkeypatch.setenv("AEMODELS_STORE", "readonly")
    return "shown"


def everything_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WRITES = {
    "save": lambda save: save("another"),
    "save over it": lambda save: save("shown", overwrite=True),
    "delete": lambda save: models.delete("shown"),
    "upload": lambda save: arriving.receive(export.packed("shown")),
    "upload anything": lambda save: arriving.receive(b"no zip"),
    "figures": lambda save: models.update_metrics("shown", {"mse": 0.1}),
    "a study": lambda save: studies.write("shown", "anomaly", {}, fingerprint="0" * 16),
}


@pytest.mark.parametrize("write", WRITES)
def test_nothing_changes_a_store_for_reading_only(shown, save, write):
    before = everything_below(folders.home())
    with pytest.raises(StoreError, match="AEMODELS_STORE=readonly"):
        WRITES[write](save)
    assert everything_below(folders.home()) == before
    assert not access.is_open()


def test_everything_is_read_in_it(shown, save, tmp_path):
    assert shown in [card.name for card in models.list_models()]
    assert models.load(shown).latent_dim == 2
    assert len(models.codes(shown).z) == 12
    assert export.packed(shown)[:2] == b"PK"
    save("elsewhere", root=tmp_path / "elsewhere")  # what is made to be taken along is no part of the store
    assert (tmp_path / "elsewhere" / "elsewhere" / "card.json").is_file()


def test_an_open_store_takes_what_it_always_took(shown, save, monkeypatch):
    monkeypatch.setenv("AEMODELS_STORE", "open")
    arriving.receive(export.packed(shown), "uploaded")
    models.delete(shown)
    assert [card.name for card in models.list_models() if not card.shipped] == ["uploaded"]


def test_the_command_line_refuses_before_it_trains(shown, capsys):
    before = everything_below(folders.home())
    for command in (
        ["train", "default", "--dataset", "digits"],
        ["evaluate", shown, "--write"],
        ["study", shown, "--write"],
    ):
        assert main(command) == 2
        said = capsys.readouterr()
        assert said.err.startswith("aemodels: Models are neither saved")
        assert len(said.err.splitlines()) == 1
    assert everything_below(folders.home()) == before
    assert main(["list", "--json"]) == 0
    assert shown in capsys.readouterr().out
