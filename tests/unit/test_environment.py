"""What the environment decides: misspelt values are refused, at the start of a server too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aemodels import environment
from aemodels.errors import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("choice", environment.CHOICES, ids=lambda choice: choice.variable)
def test_the_first_value_is_in_force_where_nothing_is_said(choice, monkeypatch):
    for said in (None, "", "  "):
        monkeypatch.delenv(choice.variable, raising=False)
        if said is not None:
            monkeypatch.setenv(choice.variable, said)
        assert choice.value() == choice.values[0]
    for value in choice.values:
        monkeypatch.setenv(choice.variable, f" {value} ")
        assert choice.value() == value


@pytest.mark.parametrize("choice", environment.CHOICES, ids=lambda choice: choice.variable)
def test_a_value_that_means_nothing_is_refused_with_those_that_do(choice, monkeypatch):
    monkeypatch.setenv(choice.variable, "read-only<b>" + "x" * 500)
    with pytest.raises(ConfigError, match=choice.variable) as refused:
        environment.check()
    assert all(value in str(refused.value) for value in choice.values)
    assert len(str(refused.value)) < 200


def test_a_server_with_a_misspelt_setting_ends_with_a_sentence():
    run = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port=0"],
        cwd=ROOT,
        env={**os.environ, "AEMODELS_STORE": "read-only"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode != 0
    assert "AEMODELS_STORE is open or readonly. Received: 'read-only'." in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
