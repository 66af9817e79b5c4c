"""TensorBoard beside the server: it opens on the loopback address, shows what was logged, and ends."""

import json
import urllib.request

import numpy as np
import pytest

from aemodels.training import tensorboard
from aemodels.training.history import Epoch
from aemodels.training.progress import Look
from aemodels.training.tensorboard_server import TensorboardServer, allowed, command


@pytest.fixture
def log(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (10, 28, 28), np.uint8)
    with tensorboard.Log(tmp_path) as log:
        log.epoch(Epoch(1, 200.0, 190.0, 10.0, 210.0, 199.0, 11.0, 1e-3, 0.1, 1.0))
        log.look(Look(1, images), images)
        log.steps(0, {"batch_mse": np.array([0.5, 0.25])})
    return tmp_path


def answer(url, path):
    with urllib.request.urlopen(url + path, timeout=60) as reply:
        return json.load(reply)


def test_it_opens_on_this_machine_alone_and_shows_scalars_and_images(log):
    server = TensorboardServer()
    try:
        url = server.open(log)
        assert url.startswith(("http://127.0.0.1:", "http://localhost:"))
        assert server.open(log) == url == server.url_of(log)  # one is enough
        scalars = answer(url, "data/plugin/scalars/tags")
        assert "batch_mse" in scalars["steps"]
        assert "loss" in scalars["validation"]
        values = answer(url, "data/plugin/scalars/scalars?run=steps&tag=batch_mse")
        assert [value for _, _, value in values] == [0.5, 0.25]
        assert "reconstructions" in answer(url, "data/plugin/images/tags")["train"]
        process = server._process
        assert server.url_of(log / "train") is None
    finally:
        server.close()
    assert process.returncode == 0  # by itself, when it was left alone
    assert server.url_of(log) is None


def test_the_page_may_start_one_only_where_the_environment_says_so(monkeypatch):
    monkeypatch.delenv("AEMODELS_TENSORBOARD", raising=False)
    assert not allowed()
    monkeypatch.setenv("AEMODELS_TENSORBOARD", "1")
    assert allowed()


def test_the_command_names_the_folder_as_a_shell_takes_it(tmp_path):
    assert command(tmp_path / "two words").endswith(f"--logdir '{tmp_path}/two words'")
