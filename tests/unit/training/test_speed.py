"""How fast the machine is told to be: by one core, whatever else keeps it busy, and never slow for good."""

import os
import subprocess
import sys

import pytest

from aemodels.training import speed


@pytest.fixture
def measured(monkeypatch):
    """What is measured, one after the other, each after the time for it has come."""
    found = []
    monkeypatch.setattr(speed, "_fastest", 0.0)
    monkeypatch.setattr(speed, "_due", 0.0)
    monkeypatch.setattr(speed, "AGAIN", 0.0)
    monkeypatch.setattr(speed, "_cores", lambda: speed.CORES)
    monkeypatch.setattr(speed, "measured", lambda: found.pop(0))
    return found


def test_a_machine_that_was_busy_when_it_was_measured_first_is_not_slow_for_good(measured):
    measured += [0.002, 1.5, 0.3]
    assert [speed.machine_speed() for _ in range(3)] == [0.002, 1.5, 1.5]


def test_it_is_not_measured_again_before_its_time(measured, monkeypatch):
    measured += [1.0]
    monkeypatch.setattr(speed, "AGAIN", 3600.0)
    assert {speed.machine_speed() for _ in range(100)} == {1.0}


def test_more_cores_count_and_many_as_four(measured, monkeypatch):
    measured += [1.0] * 3
    for cores, times in ((1, 0.5), (4, 2.0), (64, 2.0)):
        monkeypatch.setattr(speed, "_cores", lambda cores=cores: cores)
        assert speed.machine_speed() == times


def test_the_product_stays_on_one_core():
    code = (
        "import time\n"
        "from aemodels.training import speed\n"
        "for _ in range(500): speed.measured()\n"  # threads that have just been made turn for a while
        "here, everywhere = time.thread_time(), time.process_time()\n"
        "for _ in range(500): speed.measured()\n"
        "print((time.process_time() - everywhere) / (time.thread_time() - here))\n"
    )
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    environment = {name: value for name, value in os.environ.items() if name not in threads}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert float(run.stdout) < 1.3  # 2 with matrices of 96 × 96 on two cores
