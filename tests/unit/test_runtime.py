"""TensorFlow comes without its remarks, and nobody else's words are lost meanwhile."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_only_the_remarks_are_left_out():
    code = (
        "import os, sys\n"
        "from aemodels import runtime\n"
        "with runtime.without_remarks():\n"
        "    os.write(2, b'I0000 cudart_stub.cc:31] no drivers\\n')\n"
        "    os.write(2, b'I0000 00:00:1795.06 5253 port.cc:153] oneDNN custom operations are on.\\n')\n"
        "    os.write(2, b'E0000 00:00:1795.06 5253 cuda_platform.cc:52] failed call to cuInit\\n')\n"
        "    os.write(2, b'E0000 00:00:1795.06 5253 port.cc:153] an error\\n')\n"
        "    print('a warning of ours', file=sys.stderr, flush=True)\n"
        "    os.write(2, b'unfinished')\n"
        "print(' line', file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (
        run.stderr == "E0000 00:00:1795.06 5253 port.cc:153] an error\na warning of ours\nunfinished line\n"
    )


def test_building_a_model_writes_nothing_to_stderr():
    code = (
        "from aemodels.autoencoder import build\n"
        "from aemodels.architectures.dense import DenseConfig\n"
        "import numpy as np\n"
        "build(DenseConfig(hidden=())).reconstruct(np.zeros((1, 28, 28, 1)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert run.stdout == ""


def test_a_graphics_card_keeps_memory_for_others_and_what_comes_first_comes_before_its_devices(monkeypatch):
    import tensorflow as tf

    from aemodels import runtime

    order = []
    monkeypatch.setattr(runtime, "_ready", False)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: ["card"])
    monkeypatch.setattr(
        tf.config.experimental, "set_memory_growth", lambda card, grows: order.append((card, grows))
    )
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: order.append("devices"))
    runtime.prepare(first=lambda: order.append("first"))
    assert order == [("card", True), "first", "devices"]
    runtime.prepare()
    assert len(order) == 3
    with pytest.raises(RuntimeError):
        runtime.prepare(first=lambda: order.append("too late"))
    assert len(order) == 3
