"""The script of a training: it stands alone, and gives the losses and the weights of our own run."""

import ast
import re
import runpy

import numpy as np
import pytest

from aemodels import recipes
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.data.corruptions import CORRUPTIONS
from aemodels.errors import ConfigError
from aemodels.script import data as script_data
from aemodels.script import head, needs_file, script
from aemodels.script.sources import sources
from aemodels.store import weights
from aemodels.training import fit
from aemodels.training import spec as specs

LINE = re.compile(r"epoch (\d+): loss (\S+) \(reconstruction (\S+), KL (\S+)\), validation (\S+) ")
TOLERANCE = 1e-4  # of the losses, relative: the same sums, in an order that TensorFlow may choose anew
WEIGHTS = 1e-3  # of the weights, absolute, after two epochs

SMALL = {"epochs": 2, "batch_size": 32, "limit": 200, "validation_images": 40}
NOISE = {"noise": ("gaussian", "speckle"), "noise_level": None}
RUNS = {
    "dense, denoising": ("dense-mnist", {"hidden": (32,), "latent_dim": 4, **NOISE}),
    "variational": ("default", {"hidden": (32,), "beta": 2.0, "beta_warmup": 0.5, "augment": 0.5}),
    "waves": ("default", {"hidden": (24, 16), "waves": 2.0}),
    "augmented at first": ("default", {"hidden": (32,), "augment": 0.5, "augment_until": 0.6}),
    "conv, padded": ("conv-2d", {"filters": (2, 3, 4), "dense": (6,), "optimizer": "rmsprop"}),
    "feature maps": ("denoising-conv", {"filters": (2,), "epochs": 1, "noise": ()}),
    "points": ("three-to-two", {"patience": 1}),
}


def run(text, folder, monkeypatch, capsys):
    """What a script prints and the weights that it leaves, run in `folder`."""
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["script.py"])
    runpy.run_path(str(path), run_name="__main__")
    with np.load(folder / "trained-weights.npz") as file:
        return capsys.readouterr().out, dict(file)


LONG = {"augmented at first", "feature maps", "waves"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long if name in LONG else ()) for name in RUNS]
)
def test_a_script_gives_the_losses_and_the_weights_of_our_own_run(
    name, digits, tmp_path, monkeypatch, capsys
):
    recipe, settings = RUNS[name]
    points = recipe == "three-to-two"
    spec = specs.from_recipe(
        recipe, dataset=None if points else "digits", seed=3, settings={**SMALL, **settings}
    )
    dataset = datasets.load("points") if points else digits
    model = build(spec.model, seed=spec.seed)
    text = script(spec)
    history = fit.train(model, dataset, spec.training, seed=spec.seed)
    if needs_file(spec):
        (tmp_path / script_data.file_name(spec.dataset)).write_bytes(script_data.write(dataset))
    printed, left = run(text, tmp_path, monkeypatch, capsys)
    found = [tuple(map(float, line)) for line in LINE.findall(printed)]
    ours = [(e.epoch, e.loss, e.reconstruction, e.kl, e.val_loss) for e in history.epochs]
    np.testing.assert_allclose(found, ours, rtol=TOLERANCE, atol=1e-5)
    assert f"kept: epoch {history.best_epoch}\n" in printed
    names = weights.names(model.encoder, model.decoder)
    assert list(left) == names
    for key, ours_here in zip(names, model.get_weights(), strict=True):
        np.testing.assert_allclose(left[key], ours_here, atol=WEIGHTS)


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_the_script_of_every_recipe_is_python_that_needs_nothing_of_ours(name):
    spec = specs.from_recipe(name, seed=1)
    text = script(spec)
    tree = ast.parse(text)
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        for alias in getattr(node, "names", [])
        if isinstance(node, ast.Import)
    } | {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    noise = {"scipy"} if {"blur", "rotation"} & set(spec.training.noise) else set()
    assert imported - {"hashlib", "functools"} == {"sys", "keras", "numpy", "tensorflow"} | noise
    assert all(
        library in text.partition('"""\n\n')[0] for library in ("TensorFlow 2.", "Keras 3.", "Python 3.")
    )
    assert max(map(len, text.splitlines())) <= 120
    assert "compiled" not in text
    compile(text, name, "exec")


def test_every_noise_can_be_taken_along_with_all_that_it_needs():
    x = np.random.default_rng(0).random((4, 28, 28, 1), np.float32)
    for kind, record in CORRUPTIONS.items():
        imports, text = sources([record.apply])
        space = {"np": np}
        exec("\n".join(imports) + "\n" + text, space)
        taken = space[record.apply.__name__](x, record.default, np.random.default_rng(5))
        np.testing.assert_array_equal(taken, record.apply(x, record.default, np.random.default_rng(5)))
        assert any("scipy" in line or "PIL" in line for line in (*imports, text)) == (kind in head.EXTRA)


def test_a_function_that_uses_another_module_of_ours_is_refused():
    with pytest.raises(ConfigError, match="of this program"):
        sources([fit.train])


def test_what_a_script_leaves_out_stands_in_its_head():
    text = script(specs.from_recipe("default"), notes=["β was changed after epoch 3."])
    assert "What this script leaves out: β was changed after epoch 3." in text.partition('"""\n\n')[0]
