"""TF_CONFIG: which machine this is and which one is the chief, and a sentence for whatever is wrong with it."""

import json

import pytest

from aemodels.errors import ConfigError
from aemodels.training import cluster

TWO = ["10.0.0.1:2222", "node-b.example:2223"]


def config(jobs, **task):
    return json.dumps({"cluster": jobs, "task": task})


def test_worker_0_is_the_first_machine():
    found = cluster.read(config({"worker": TWO}, type="worker", index=1))
    assert (found.addresses, found.index, found.address) == (tuple(TWO), 1, TWO[1])
    assert cluster.read(config({"worker": TWO}, type="worker", index=0)).index == 0


def test_a_chief_comes_before_the_workers():
    jobs = {"worker": TWO, "chief": ["[::1]:80"]}
    assert cluster.read(config(jobs, type="worker", index=0)).index == 1
    assert cluster.read(config(jobs, type="chief", index=0)).index == 0
    assert cluster.read(config(jobs, type="chief", index=0)).addresses == ("[::1]:80", *TWO)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "is not set"),
        (" ", "is not set"),
        ("{", "no JSON"),
        ("[]", "no 'cluster'"),
        ('{"cluster": {"worker": ["a:1"]}}', "no 'task'"),
        ('{"cluster": [], "task": {"type": "worker"}}', "no 'cluster'"),
        (config({"worker": []}, type="worker", index=0), "a list of HOST:PORT"),
        (config({"worker": "a:1"}, type="worker", index=0), "a list of HOST:PORT"),
        (config({"worker": ["a"]}, type="worker", index=0), "a list of HOST:PORT"),
        (config({"worker": ["a:70000"]}, type="worker", index=0), "a list of HOST:PORT"),
        (config({"worker": ["a:1", "a:1"]}, type="worker", index=0), "an address twice"),
        (config({"worker": TWO, "ps": ["c:1"]}, type="worker", index=0), "only the jobs chief and worker"),
        (config({"worker": TWO, "chief": ["c:1", "d:1"]}, type="worker", index=0), "only one chief"),
        (config({"worker": TWO}, type="chief", index=0), "none of the cluster's jobs"),
        (config({"worker": TWO}, type="worker", index=2), "from 0 to 1"),
        (config({"worker": TWO}, type="worker", index="0"), "from 0 to 1"),
        (config({"worker": TWO}, type="worker", index=True), "from 0 to 1"),
    ],
)
def test_what_is_wrong_is_said(text, reason):
    with pytest.raises(ConfigError, match="TF_CONFIG") as raised:
        cluster.read(text)
    assert reason in str(raised.value)
