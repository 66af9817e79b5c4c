"""The log folder of TensorBoard, read by TensorBoard itself."""

import io
import math

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import aemodels.__main__ as command_line
from aemodels.store import models
from aemodels.training import run_folder, tensorboard
from aemodels.training.history import Epoch
from aemodels.training.progress import Look


def read(folder):
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    return events


def scalars(events, name):
    """Step and value of each."""
    from tensorboard.util import tensor_util

    return {event.step: float(tensor_util.make_ndarray(event.tensor_proto)) for event in events.Tensors(name)}


def pictures(events, name):
    """Step and picture (h, w) of each."""
    from tensorboard.util import tensor_util

    found = {}
    for event in events.Tensors(name):
        _, _, *encoded = tensor_util.make_ndarray(event.tensor_proto)
        (found[event.step],) = [np.asarray(Image.open(io.BytesIO(data))) for data in encoded]
    return found


def test_tensorboard_reads_every_figure_and_picture_that_was_logged(tmp_path):
    rng = np.random.default_rng(0)
    inputs, drawn, sampled = rng.integers(0, 256, (3, 10, 28, 28), np.uint8)
    epochs = [
        Epoch(1, 200.0, 190.0, 10.0, 210.0, 199.0, 11.0, 1e-3, 0.1, 1.0),
        Epoch(2, math.nan, 150.0, 20.0, 180.0, 160.0, 20.0, 5e-4, 0.1, 2.0),
    ]
    tensorboard.write(tmp_path, epochs, [Look(0, drawn), Look(2, inputs, sampled)], inputs)
    train, validation = read(tmp_path / "train"), read(tmp_path / "validation")
    assert scalars(train, "loss") == {1: 200.0}  # a loss that is no number is no point of a curve
    assert scalars(train, "kl") == {1: 10.0, 2: 20.0}
    assert scalars(train, "beta") == {1: 1.0, 2: 2.0}
    assert scalars(train, "learning_rate") == pytest.approx({1: 1e-3, 2: 5e-4})
    assert scalars(validation, "reconstruction") == {1: 199.0, 2: 160.0}
    assert set(validation.Tags()["tensors"]) == set(tensorboard.TERMS)
    shown = pictures(train, "reconstructions")
    assert set(shown) == {0, 2}
    np.testing.assert_array_equal(shown[0][:28, 30:58], inputs[1])
    np.testing.assert_array_equal(shown[0][30:, 30:58], drawn[1])
    np.testing.assert_array_equal(pictures(train, "samples")[2][:28, -28:], sampled[-1])
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"events.out.tfevents.1.run"}  # nothing of the machine's name


def test_the_command_line_logs_the_epochs_that_it_trains(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    small = ["--dataset", "digits", "--set", "hidden=8", "--set", "limit=100", "--set", "batch_size=32"]
    arguments = ["train", "default", *small, "--epochs", "2", "--name", "mine", "--tensorboard"]
    assert command_line.main(arguments) == 0
    assert "tensorboard --logdir" in capsys.readouterr().out
    (folder,) = (tmp_path / "home" / "runs").glob("default-*/tensorboard")
    assert list(run_folder.left_over()) == []  # a server that starts does not take it for a run of its own
    assert folder.is_dir()
    logged = scalars(read(folder / "validation"), "loss")
    assert logged == pytest.approx(dict(enumerate(models.history("mine")["val_loss"], 1)), rel=1e-5)
    assert set(pictures(read(folder / "train"), "samples")) == {1, 2}
    steps = read(folder / "steps").Scalars("batch_loss")
    assert [event.step for event in steps] == list(range(4))  # 80 images in batches of 32, twice
