"""The command line: every command, its JSON, and one line with status 2 for whatever is wrong."""

import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import aemodels.__main__ as command_line
from aemodels.data import images
from aemodels.measure import metrics

ROOT = Path(__file__).parents[2]
DENSE = next(path.parent.name for path in (ROOT / "aemodels/store/shipped").glob("*2d/card.json"))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def seven(tmp_path):
    picture = Image.new("L", (200, 240), 255)
    ImageDraw.Draw(picture).line([(40, 50), (150, 50), (90, 200)], fill=0, width=14)
    path = tmp_path / "seven.png"
    picture.save(path)
    return path


def run(capsys, *arguments):
    status = command_line.main([str(argument) for argument in arguments])
    answer = capsys.readouterr()
    return status, answer.out, answer.err


def test_list_shows_models_recipes_and_data_sets(capsys):
    status, out, _ = run(capsys, "list", "--json")
    table = json.loads(out)
    assert status == 0
    assert DENSE in table["models"]
    assert "default" in table["recipes"]
    assert set(table["datasets"]) == {"mnist", "fashion_mnist", "digits", "factors", "points"}
    assert DENSE in run(capsys, "list")[1]


def test_what_was_learned_is_put_elsewhere_where_it_cannot_be_saved(capsys, tmp_path, home, monkeypatch):
    refuge = tmp_path / "refuge"
    refuge.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(refuge))
    home.write_text("a file where the folder should be")
    small = ["--dataset", "digits", "--epochs", "1", "--set", "hidden=8", "--set", "limit=200"]
    status, _, err = run(capsys, "train", "default", *small, "--name", "mine", "--json")
    assert status == 2
    (saved,) = refuge.glob("aemodels-*/mine")
    assert str(saved) in err
    assert {"card.json", "weights.npz", "codes.npz"} <= {path.name for path in saved.iterdir()}
    assert "Traceback" not in err


def test_a_model_is_trained_evaluated_and_used(capsys, tmp_path, seven):
    small = ["--dataset", "digits", "--epochs", "2", "--set", "hidden=32", "--set", "batch_size=64"]
    status, out, _ = run(capsys, "train", "default", *small, "--name", "mine", "--seed", "1", "--json")
    assert status == 0
    trained = json.loads(out)
    status, out, _ = run(capsys, "evaluate", "mine", "--json")
    assert status == 0
    evaluated = json.loads(out)
    for key in ("mse", "bce", "psnr", "ssim", "pca_mse", "knn_accuracy", "nelbo", "reconstruction", "kl"):
        assert evaluated[key] == pytest.approx(trained[key], rel=1e-4)
    status, _, err = run(capsys, "train", "default", *small, "--name", "mine")
    assert status == 2
    assert "exists already" in err

    status, out, _ = run(capsys, "reconstruct", "mine", seven, tmp_path / "out.png", "--json")
    assert status == 0
    x = images.prepare(seven.read_bytes())
    y = np.asarray(Image.open(tmp_path / "out.png"), np.float32)[None, ..., None] / 255
    assert y.shape == (1, 28, 28, 1)
    assert json.loads(out)["mse"] == pytest.approx(float(metrics.mse(x, y)[0]), abs=2e-3)


def test_a_training_is_continued_where_it_ended(capsys):
    from aemodels.store import models
    from aemodels.training import precision

    small = ["--dataset", "digits", "--set", "hidden=32", "--set", "batch_size=64", "--epochs", "2", "--json"]
    assert run(capsys, "train", "default", *small, "--name", "first")[0] == 0
    more = ["--start", "first", "--mixed-precision"]
    assert run(capsys, "train", "default", *small, "--name", "second", *more)[0] == 0
    history = models.history("second")
    assert history["epoch"] == [1, 2, 3, 4]
    assert history["val_loss"][:2] == models.history("first")["val_loss"]
    assert history["val_loss"][3] < history["val_loss"][1]
    assert models.read_card("second").epochs == 4
    assert models.read_card("second").versions["precision"] == precision.policy_here()
    assert "precision" not in models.read_card("first").versions
    status, _, err = run(
        capsys, "train", "default", "--dataset", "digits", "--name", "third", "--start", "first"
    )
    assert status == 2
    assert "another network" in err


def test_a_code_is_decoded_into_the_picture_that_the_model_draws(capsys, tmp_path):
    import aemodels

    status, out, _ = run(capsys, "decode", DENSE, tmp_path / "z.png", "--z=-0.3,1.2", "--json")
    assert status == 0
    assert json.loads(out)["z"] == pytest.approx([-0.3, 1.2])
    drawn = np.asarray(Image.open(tmp_path / "z.png"), np.float32) / 255
    expected = aemodels.load(DENSE).decode(np.array([[-0.3, 1.2]], np.float32))[0, ..., 0]
    np.testing.assert_allclose(drawn, expected, atol=0.003)


def test_noise_is_added_before_it_is_taken_away(capsys, tmp_path, seven):
    arguments = (
        "denoise",
        DENSE,
        seven,
        tmp_path / "out.png",
        "--noise",
        "gaussian",
        "--level",
        "0.5",
        "--json",
    )
    status, out, _ = run(capsys, *arguments)
    assert status == 0
    assert json.loads(out)["noisy_psnr"] == pytest.approx(9.4, abs=1.5)


def test_a_script_is_printed_and_its_data_are_written_where_it_needs_a_file(capsys, tmp_path, digits):
    path = tmp_path / "digits.npz"
    arguments = ["--dataset", "digits", "--set", "beta=2.5", "--seed", "7", "--epochs", "3"]
    status, out, _ = run(capsys, "script", "default", *arguments, "--data", path)
    assert status == 0
    assert "SEED = 7" in out
    assert "BETA = 2.5" in out
    assert "EPOCHS = 3" in out
    with np.load(path) as file:
        np.testing.assert_array_equal(file["x_train"], digits.train.values)
    status, out, _ = run(capsys, "script", "vae-fashion-2d", "--json")
    compile(json.loads(out)["script"], "script", "exec")


def test_a_zip_is_exported(capsys, tmp_path):
    assert run(capsys, "export", DENSE, tmp_path / "model.zip")[0] == 0
    assert (tmp_path / "model.zip").stat().st_size > 10_000


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "nonsense"],
        ["train", "default", "--set", "epochs"],
        ["train", "default", "--set", "epochs=x"],
        ["train", "default", "--name", "../x"],
        ["train", "default", "--dataset", "imagenet"],
        ["evaluate", "nobody"],
        ["evaluate", "../../etc"],
        ["reconstruct", DENSE, "nowhere.png", "out.png"],
        ["reconstruct", DENSE, str(ROOT / "README.md"), "out.png"],
        ["reconstruct", DENSE, "{seven}", "out.jpg"],
        ["reconstruct", DENSE, "{seven}", "/nonexistent/out.png"],
        ["denoise", DENSE, "{seven}", "out.png", "--noise", "gaussian", "--level", "nan"],
        ["decode", DENSE, "out.png", "--z", "1"],
        ["decode", DENSE, "out.png", "--z", "1,two"],
        ["decode", DENSE, "out.png", "--z", "nan,1"],
        ["export", DENSE, "model.onnx"],
        ["script", "nonsense"],
        ["script", "default", "--set", "epochs=x"],
        ["script", "default", "--dataset", "digits", "--data", "data.txt"],
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, seven, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *(argument.replace("{seven}", str(seven)) for argument in arguments))
    assert status == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("aemodels: ")
    assert not (tmp_path / "out.png").exists()


def test_every_command_has_help_and_unknown_ones_end_with_2():
    def start(*arguments):
        command = [sys.executable, "-m", "aemodels", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    commands = ("list", "train", "evaluate", "reconstruct", "denoise", "decode", "script", "export")
    top = start("--help")
    assert top.returncode == 0
    assert all(command in top.stdout for command in commands)
    assert start("dance").returncode == 2
    parser = command_line._parser()
    for command in commands:
        with pytest.raises(SystemExit) as ended, io.StringIO() as _:
            parser.parse_args([command, "--help"])
        assert ended.value.code == 0


def test_a_file_of_ones_own_is_trained_on_and_needed_again(capsys, tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "letters.npz"
    np.savez(path, images=rng.integers(0, 256, (40, 28, 28), dtype=np.uint8), labels=np.arange(40) % 2)
    small = ["--epochs", "1", "--set", "hidden=8", "--set", "batch_size=8", "--name", "own-one", "--json"]
    status, out, _ = run(capsys, "train", "default", "--dataset", path, *small)
    assert status == 0
    trained = json.loads(out)
    status, out, _ = run(capsys, "evaluate", "own-one", "--dataset", path, "--json")
    assert status == 0
    assert json.loads(out)["mse"] == pytest.approx(trained["mse"], rel=1e-4)
    status, _, err = run(capsys, "evaluate", "own-one")
    assert status == 2
    assert "--dataset FILE" in err
    status, _, err = run(capsys, "train", "default", "--dataset", tmp_path / "none.npz", "--name", "x")
    assert (status, len(err.splitlines())) == (2, 1)
