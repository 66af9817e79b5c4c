"""What a training tells of its time and its memory between two batches."""

import sys
from pathlib import Path

import numpy as np
import pytest

from aemodels.training import memory
from aemodels.training.history import Batch
from aemodels.training.pace import Told


def told(seconds, *, first=0, steps=100):
    """What is told after each batch, of which the first ends after seconds[0]."""
    telling = Told()
    return [
        telling.after(Batch(first + step, steps, 1, 1, passed))
        for step, passed in enumerate(seconds, start=1)
    ]


def test_the_time_left_is_told_from_the_batches_after_the_first_in_which_the_network_is_traced():
    after = told([30.0, *(30.0 + 0.5 * step for step in range(1, 21))])
    assert [each["seconds_left"] for each in after[:10]] == [None] * 10
    assert after[10]["seconds_left"] == pytest.approx((100 - 11) * 0.5)
    assert after[-1]["seconds_left"] == pytest.approx((100 - 21) * 0.5)
    assert after[-1]["steps_a_second"] == pytest.approx(2.0)


def test_so_it_is_where_a_checkpoint_began():
    after = told([9.0, *(9.0 + 0.25 * step for step in range(1, 15))], first=60)
    assert after[-1]["seconds_left"] == pytest.approx((100 - 75) * 0.25)


def test_the_memory_grows_by_what_is_taken():
    before = memory.resident()
    taken = np.ones(80_000_000, np.uint8)
    assert 60e6 < memory.resident() - before < 120e6
    assert taken[-1] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such figure")
def test_where_there_is_no_proc_the_most_so_far_is_told(monkeypatch):
    now = memory.resident()

    def nothing(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", nothing)
    assert 0.5 * now < memory.resident() < 20 * now
