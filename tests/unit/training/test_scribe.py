"""What is written beside a training: in order, to its end, and never in the way of the training."""

from __future__ import annotations

import threading
import time

import pytest

from aemodels.training import spec
from aemodels.training.jobs import State
from aemodels.training.queue import JobQueue
from aemodels.training.run_folder import RunFolder
from aemodels.training.scribe import MOST, Scribe

PATIENCE = 60  # seconds


def test_work_is_done_in_order_and_waited_for() -> None:
    done: list[int] = []
    with Scribe() as scribe:
        for number in range(3 * MOST):
            scribe.later(done.append, number)
    assert done == list(range(3 * MOST))


def test_work_that_fails_is_logged_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []
    with Scribe() as scribe:
        scribe.later(int, "no number")
        scribe.later(done.append, 1)
    assert done == [1]
    assert "could not be written" in caplog.text


def test_no_thread_is_left() -> None:
    with Scribe() as scribe:
        scribe.later(int)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scribe")]


def test_a_disk_that_stalls_holds_up_no_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    stalled, goes_on = threading.Event(), threading.Event()
    write = RunFolder.write_checkpoint

    def slowly(self: RunFolder, *what: object) -> None:
        stalled.set()
        assert goes_on.wait(PATIENCE)
        write(self, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(RunFolder, "write_checkpoint", slowly)
    jobs = JobQueue(keep=True)
    asked = spec.from_recipe("default", dataset="digits", settings={"hidden": "8", "epochs": "500"})
    job = jobs.submit(asked, "visitor")
    try:
        assert stalled.wait(PATIENCE)
        epochs = len(job.progress.epochs)
        until = time.monotonic() + PATIENCE
        while len(job.progress.epochs) < epochs + 2:  # it goes on meanwhile
            assert time.monotonic() < until
            time.sleep(0.01)
        jobs.stop(job)
        assert job.ended.wait(PATIENCE)
        assert job.state is State.STOPPED
        assert job.result is not None
    finally:
        goes_on.set()
    assert job.finished.wait(PATIENCE)
    assert job.folder is not None
    assert job.folder.checkpoint() is None  # its result has taken the place of it
    assert job.folder.result() is not None
