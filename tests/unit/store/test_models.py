"""Models on disk: what is saved is loaded, names are checked, a crash halves nothing, files are distrusted."""

import itertools
import json
import zipfile

import numpy as np
import pytest

from aemodels import preview
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import StoreError
from aemodels.latent.atlas import Atlas
from aemodels.store import card as cards
from aemodels.store import export, files, folders, models
from aemodels.training.history import Epoch, History

HISTORY = History((Epoch(1, 2.0, 1.5, 0.5, 2.1, 1.6, 0.5, 1e-3, 0.1),), 1, stopped=False)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def test_split():
    values = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
    return Split(values, np.arange(12, dtype=np.uint8) % 10)


def _save(model, test_split, name="mine", **options):
    return models.save(
        model,
        name,
        recipe="default",
        dataset="digits",
        fingerprint="0" * 16,
        test=test_split,
        training={},
        seed=1,
        history=HISTORY,
        metrics={"mse": 0.25},
        **options,
    )


CONFIGS = {
    "variational": DenseConfig(latent_dim=2, hidden=(8,), variational=True),
    "waves": DenseConfig(latent_dim=2, hidden=(8,), waves=1.0),
    "conv": ConvConfig(latent_dim=3, filters=(4, 4)),
    "maps": ConvConfig(latent_dim=None, filters=(4, 4), downsampling="pool"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_loaded_model_is_the_saved_one(test_split, name):
    model = build(CONFIGS[name], seed=5)
    card = _save(model, test_split)
    loaded = models.load("mine")
    assert loaded.config == model.config
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.encode(test_split.x), model.encode(test_split.x))
    assert models.read_card("mine") == card
    assert card.parameters == model.parameters
    assert models.history("mine")["val_loss"] == pytest.approx([2.1])


def test_codes_and_atlas_are_those_of_the_model(test_split):
    model = build(CONFIGS["variational"], seed=5)
    card = _save(model, test_split)
    codes = models.codes("mine")
    np.testing.assert_allclose(codes.z, model.encode(test_split.x), atol=1e-6)
    np.testing.assert_array_equal(codes.labels, test_split.labels)
    path = models.atlas_path("mine")
    sprite = Atlas.from_png(path.read_bytes(), **card.atlas)
    assert sprite.columns >= 48
    corner = np.array([[card.atlas["x"][0], card.atlas["y"][1]]], np.float32)
    np.testing.assert_allclose(sprite.tile(0, 0) / 255, model.decode(corner)[0, ..., 0], atol=0.003)


def test_half_precision_changes_little_and_halves_the_file(test_split, home):
    model = build(CONFIGS["variational"], seed=5)
    _save(model, test_split, "whole")
    _save(model, test_split, "half", half_precision=True)
    whole, half = (home / "models" / name / "weights.npz" for name in ("whole", "half"))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    np.testing.assert_allclose(
        models.load("half").encode(test_split.x), model.encode(test_split.x), atol=5e-3
    )


def test_a_preview_computes_what_tensorflow_does(test_split):
    for activation, waves in zip(preview._ACTIVATIONS, itertools.cycle((0.0, 1.5)), strict=False):
        config = DenseConfig(
            latent_dim=2,
            hidden=(8, 6),
            variational=True,
            activation=activation,
            decoder_hidden=(5, 7),
            waves=waves,
        )
        model = build(config, seed=5)
        _save(model, test_split, overwrite=True)
        quick = preview.load("mine")
        np.testing.assert_allclose(quick.encode(test_split.x), model.encode(test_split.x), atol=1e-5)
        for ours, theirs in zip(
            quick.encode_distribution(test_split.x), model.encode_distribution(test_split.x), strict=True
        ):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)
        np.testing.assert_allclose(
            quick.reconstruct(test_split.x), model.reconstruct(test_split.x), atol=1e-5
        )
    _save(build(CONFIGS["conv"]), test_split, "conv")
    with pytest.raises(StoreError, match="Only dense"):
        preview.load("conv")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../x",
        "a/b",
        "/etc",
        "a" * 41,
        "Ä",
        "A",
        "con",
        "a\n",
        "-a",
        "a-",
        ".a",
        "a b",
        None,
        3,
        "a\u202eb",
    ],
)
def test_a_name_that_could_leave_the_store_or_confuse_is_refused(test_split, name, home):
    model = build(CONFIGS["variational"])
    for attempt in (
        lambda: _save(model, test_split, name),
        lambda: models.load(name),
        lambda: models.delete(name),
    ):
        with pytest.raises(StoreError, match="cannot be a model's name"):
            attempt()
    assert not home.exists() or not any((home / "models").iterdir())


def test_a_taken_name_and_a_shipped_name_are_refused(test_split):
    model = build(CONFIGS["variational"])
    _save(model, test_split)
    with pytest.raises(StoreError, match="exists already"):
        _save(model, test_split)
    _save(model, test_split, overwrite=True)
    shipped = [card.name for card in models.list_models() if card.shipped]
    for name in shipped[:1]:
        with pytest.raises(StoreError, match="comes with the program"):
            _save(model, test_split, name)
        with pytest.raises(StoreError, match="stays"):
            models.delete(name)


def test_a_deleted_model_is_gone(test_split):
    _save(build(CONFIGS["variational"]), test_split)
    assert "mine" in [card.name for card in models.list_models()]
    models.delete("mine")
    assert "mine" not in [card.name for card in models.list_models()]
    with pytest.raises(StoreError, match="There is no model named"):
        models.load("mine")


def test_the_stamp_changes_with_the_store_and_only_then(test_split):
    before = models.stamp()
    card = _save(build(CONFIGS["variational"]), test_split)
    saved = models.stamp()
    assert saved != before
    assert models.stamp() == saved
    models.update_metrics(card.name, {"nelbo": 1.0})
    changed = models.stamp()
    assert changed != saved
    models.delete(card.name)
    assert models.stamp() == before


class _KilledError(BaseException):
    pass


def test_a_crash_at_any_step_of_saving_leaves_the_old_model_or_the_new_one(test_split, monkeypatch, home):
    old, new = build(CONFIGS["variational"], seed=1), build(CONFIGS["variational"], seed=2)
    _save(old, test_split)
    expected = [model.encode(test_split.x) for model in (old, new)]
    outcomes = set()
    for step in range(40):
        calls = iter(range(1000))

        def dying(original, calls=calls, step=step):
            def call(*arguments, **options):
                if next(calls) == step:
                    raise _KilledError
                return original(*arguments, **options)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(files, "flush", dying(files.flush))
            patch.setattr(folders.Path, "rename", dying(folders.Path.rename))
            patch.setattr(models.np, "savez_compressed", dying(np.savez_compressed))
            try:
                _save(new, test_split, overwrite=True)
            except _KilledError:
                pass
            else:
                break
        found = models.load("mine").encode(test_split.x)
        matches = [bool(np.array_equal(found, codes)) for codes in expected]
        assert any(matches), f"the model is neither the old nor the new one after a crash at step {step}"
        outcomes.add(matches.index(True))
        if matches[1]:
            _save(old, test_split, overwrite=True)
    else:
        pytest.fail("saving never came to its end")
    assert outcomes == {0, 1}
    _save(new, test_split, overwrite=True)
    assert [path.name for path in (home / "models").iterdir()] == ["mine"]


def test_one_damaged_folder_is_named_and_hides_no_other(test_split, home):
    _save(build(CONFIGS["variational"]), test_split)
    (home / "models" / "broken").mkdir()
    (home / "models" / "broken" / "card.json").write_text("{")
    (home / "models" / "empty").mkdir()
    assert "mine" in [card.name for card in models.list_models()]
    assert set(models.damaged_models()) == {"broken", "empty"}
    assert "not readable JSON" in models.damaged_models()["broken"]


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"model": {"architecture": "lambda"}},
        {"model": {"architecture": "dense", "hidden": [10**9]}},
        {"seed": "1"},
        {"metrics": {"mse": None}},
        {"metrics": {"mse": 10**400}},
        {"atlas": {"columns": 48, "rows": 48, "x": [1, 0], "y": [0, 1]}},
        {"name": 3},
        {"surprise": 1},
    ],
)
def test_a_card_that_is_not_ours_is_refused(test_split, home, change):
    _save(build(CONFIGS["variational"]), test_split)
    path = home / "models" / "mine" / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(StoreError, match=r"card\.json"):
        models.load("mine")


def test_a_card_keeps_everything_through_json(test_split):
    card = _save(build(CONFIGS["variational"]), test_split)
    assert cards.from_json(card.to_json()) == card


def _rewrite(path, change):
    with np.load(path) as file:
        arrays = dict(file)
    change(arrays)
    with path.open("wb") as out:
        np.savez(out, **arrays)


def test_weights_that_do_not_belong_to_the_card_are_refused(test_split, home):
    path = home / "models" / "mine" / "weights.npz"
    changes = {
        "a missing one": lambda arrays: arrays.pop("encoder.00.kernel"),
        "one too many": lambda arrays: arrays.update(extra=np.zeros(3, np.float32)),
        "a wrong shape": lambda arrays: arrays.update({"encoder.00.kernel": np.zeros((2, 2), np.float32)}),
        "a wrong type": lambda arrays: arrays.update({"encoder.01.bias": np.zeros(8, np.int64)}),
        "not a number": lambda arrays: arrays.update({"encoder.01.bias": np.full(8, np.nan, np.float32)}),
        "an object": lambda arrays: arrays.update({"encoder.01.bias": np.array([None] * 8, object)}),
    }
    for change in changes.values():
        _save(build(CONFIGS["variational"]), test_split, overwrite=True)
        _rewrite(path, change)
        with pytest.raises(StoreError):
            models.load("mine")
    for content in (b"", b"PK", path.read_bytes()[: path.stat().st_size // 2]):
        path.write_bytes(content)
        with pytest.raises(StoreError, match="damaged"):
            models.load("mine")


def test_weights_that_claim_terabytes_take_no_memory(test_split, home):
    _save(build(CONFIGS["variational"]), test_split)
    path = home / "models" / "mine" / "weights.npz"
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    kernel = members["encoder.00.kernel.npy"]
    header, huge = b"'shape': (784, 8), }      ", b"'shape': (10000000, 99), } "
    assert header in kernel
    members["encoder.00.kernel.npy"] = kernel.replace(header, huge[: len(header)])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(StoreError):
        models.load("mine")


def test_an_unwritable_store_is_a_sentence(test_split, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("AEMODELS_HOME", str(blocked))
    with pytest.raises(StoreError, match="could not be saved"):
        _save(build(CONFIGS["variational"]), test_split)


@pytest.mark.parametrize("name", ["variational", "waves"])
def test_an_exported_keras_model_reconstructs_as_ours_does(test_split, tmp_path, name):
    import keras

    model = build(CONFIGS[name], seed=4)
    _save(model, test_split)
    export.export("mine", tmp_path / "mine.keras")
    whole = keras.models.load_model(tmp_path / "mine.keras")
    np.testing.assert_allclose(np.asarray(whole(test_split.x)), model.reconstruct(test_split.x), atol=1e-5)
    export.export("mine", tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        assert {"mine/card.json", "mine/weights.npz", "mine/codes.npz"} <= set(archive.namelist())
    for name in ("mine.zip", "mine.onnx"):
        with pytest.raises(StoreError):
            export.export("mine", tmp_path / name)


def test_encoder_and_decoder_are_exported_apart_and_do_what_ours_do(test_split, tmp_path):
    import keras

    config = DenseConfig(latent_dim=2, hidden=(16,), variational=True)
    _save(build(config, seed=3), test_split, "halves")
    model = models.load("halves")
    x = test_split.x[:4]
    for part in ("encoder", "decoder"):
        export.export("halves", tmp_path / f"{part}.keras", part)
    encoder, decoder = (
        keras.models.load_model(tmp_path / f"{part}.keras") for part in ("encoder", "decoder")
    )
    found = encoder(x)
    z_mean, z_log_var = model.encode_distribution(x)
    np.testing.assert_allclose(found["z_mean"], z_mean, atol=1e-5)
    np.testing.assert_allclose(found["z_log_var"], z_log_var, atol=1e-5)
    np.testing.assert_allclose(decoder(z_mean), model.decode(z_mean), atol=1e-5)
    with pytest.raises(StoreError, match="whole model"):
        export.export("halves", tmp_path / "encoder.zip", "encoder")
    with pytest.raises(StoreError, match="encoder or decoder"):
        export.export("halves", tmp_path / "half.keras", "half")
