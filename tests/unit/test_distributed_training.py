"""Two workers on the loopback address: the weights of one, a checkpoint that travels, and one that writes."""

import contextlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import aemodels.__main__ as command_line
from aemodels.store import models
from aemodels.training import resuming

ROOT = Path(__file__).parents[2]
COMMAND = ["train", "default", "--dataset", "digits", "--epochs", "3", "--seed", "1", "--json"]
SETTINGS = ["hidden=32", "batch_size=64", "noise=gaussian", "augment=0.3", "keep_best=false"]
COMMAND += [word for setting in SETTINGS for word in ("--set", setting)]


def run(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = command_line.main([*COMMAND, *map(str, arguments)])
    return status, json.loads(out.getvalue() or "null"), err.getvalue()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TF_CONFIG", raising=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The figures and the weights of a training on one device, and its folder as it was after each epoch."""
    folder, kept = tmp_path_factory.mktemp("whole"), []

    def writing(self, copy):
        write(self, copy)
        kept.append(shutil.copytree(folder / "kept", folder / f"kept-{len(kept) + 1}"))

    write = resuming.Kept.write
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resuming.Kept, "write", writing)
        patch.setenv("AEMODELS_HOME", str(folder / "home"))
        status, figures, err = run("--name", "whole", "--checkpoint", folder / "kept")
        assert (status, err) == (0, "")
        return figures, models.load("whole").get_weights(), kept


def test_a_training_that_was_cut_off_ends_as_one_that_was_not(whole, tmp_path):
    figures, _, kept = whole
    folder = shutil.copytree(kept[1], tmp_path / "kept")
    status, resumed, _ = run("--name", "whole", "--checkpoint", folder)
    assert status == 0
    assert resumed == figures


def test_a_checkpoint_of_other_settings_is_refused(whole):
    status, _, err = run("--name", "x", "--checkpoint", whole[2][0], "--set", "beta=2")
    assert (status, err.count("\n")) == (2, 1)
    assert "another folder" in err


def test_a_checkpoint_that_is_not_whole_is_refused(whole, tmp_path):
    folder = shutil.copytree(whole[2][0], tmp_path / "kept")
    (folder / "checkpoint.npz").write_bytes((folder / "checkpoint.npz").read_bytes()[:1000])
    status, _, err = run("--name", "x", "--checkpoint", folder)
    assert (status, err.count("\n")) == (2, 1)
    assert "no whole checkpoint" in err


def free_addresses(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return addresses


@pytest.mark.long
def test_two_workers_go_on_from_the_chiefs_checkpoint_and_only_the_chief_writes(whole, monkeypatch, tmp_path):
    figures, weights, kept = whole
    folders = [tmp_path / name for name in ("chief", "other")]
    shutil.copytree(kept[0], folders[0] / "kept")
    cluster = {"worker": free_addresses(2)}
    workers = []
    for index, folder in enumerate(folders):
        folder.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AEMODELS_HOME": str(folder / "home"),
            "TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}}),
        }
        arguments = [*COMMAND, "--name", "two", "--checkpoint", "kept", "--distribute", "multiworker"]
        workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "aemodels", *arguments],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    answers = [worker.communicate() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], answers
    assert [err for _, err in answers] == ["", ""]
    chief, other = (json.loads(out) for out, _ in answers)
    assert chief["weights"] == other["weights"]
    assert other == {"machine": 2, "epochs": 3, "weights": chief["weights"]}
    for key in ("mse", "nelbo", "reconstruction", "kl"):
        assert chief[key] == pytest.approx(figures[key], rel=1e-4)
    assert list(folders[1].iterdir()) == []
    assert sorted(path.name for path in (folders[0] / "kept").iterdir()) == [
        "checkpoint.npz",
        "training.json",
    ]
    monkeypatch.setenv("AEMODELS_HOME", str(folders[0] / "home"))
    for expected, found in zip(weights, models.load("two").get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize(
    "text",
    [None, "nonsense", '{"cluster": {"worker": ["127.0.0.1:1"]}, "task": {"type": "worker", "index": 1}}'],
)
def test_a_missing_or_wrong_tf_config_is_one_line_and_status_2(text, monkeypatch):
    if text is not None:
        monkeypatch.setenv("TF_CONFIG", text)
    status, answer, err = run("--distribute", "multiworker")
    assert (status, answer, err.count("\n")) == (2, None, 1)
    assert err.startswith("aemodels: The environment variable TF_CONFIG")


def test_several_machines_come_first_or_not_at_all(monkeypatch):
    cluster = {"cluster": {"worker": free_addresses(2)}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(cluster))
    from aemodels import runtime

    runtime.prepare()
    status, _, err = run("--distribute", "multiworker")
    assert (status, err.count("\n")) == (2, 1)
    assert "the first thing" in err
