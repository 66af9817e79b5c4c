"""A training in a child process: told of as if it were done here, with the same weights, and never an orphan."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from aemodels import run_card
from aemodels.errors import ConfigError, StoreError
from aemodels.store import models
from aemodels.training import child, spec, work, worker
from aemodels.training.jobs import Job, State
from aemodels.training.queue import JobQueue
from tests.unit.store.test_faults import no_file_larger_than
from tests.unit.training.test_jobs import until

ROOT = Path(__file__).parents[3]
WAIT = 120  # seconds: a bound for a hanging test, not something that is measured


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    return tmp_path


def small_spec(**settings):
    chosen = {"hidden": "16", "batch_size": 64, **settings}
    return spec.from_recipe("default", dataset="digits", settings=chosen)


def queue_of_children():
    return JobQueue(run=lambda job: job.run(child.train_in_child), keep=True)


class Watched:
    """A job, and a way to wait until something holds of it: looked at whenever it has news."""

    def __init__(self, job):
        self.job, self._news = job, threading.Condition()
        job.on_news = self._changed
        parked = job.on_pause
        job.on_pause = lambda: (parked(), self._changed({}))

    def _changed(self, changes):
        with self._news:
            self._news.notify_all()

    def until(self, holds):
        with self._news:
            assert self._news.wait_for(lambda: holds(self.job), WAIT), self.job.error


def test_it_is_told_of_as_if_it_were_done_here_and_ends_with_the_same_weights():
    here = Job(small_spec(epochs=3), "a")
    here.run()
    queue = queue_of_children()
    job = queue.submit(small_spec(epochs=3), "a")
    watched = Watched(job)
    queue.pause(job)
    watched.until(lambda job: job.state is State.PAUSED)
    assert job.progress.epochs == ()
    queue.resume(job, 1)
    watched.until(lambda job: job.state is State.PAUSED and len(job.progress.epochs) == 1)
    queue.resume(job)
    assert job.finished.wait(WAIT)
    assert job.error is None
    assert job.state is State.DONE
    for one, other in zip(here.result.weights, job.result.weights, strict=True):
        np.testing.assert_allclose(
            one, other, rtol=1e-4, atol=1e-5
        )  # with fewer threads sums have other orders
    assert [epoch.epoch for epoch in job.progress.epochs] == [1, 2, 3]
    for one, other in zip(here.progress.looks, job.progress.looks, strict=True):
        assert one.epoch == other.epoch
        np.testing.assert_allclose(one.codes, other.codes, rtol=1e-3, atol=1e-3)
        assert np.abs(one.reconstructions.astype(int) - other.reconstructions).max() <= 2
    np.testing.assert_array_equal(here.progress.inputs, job.progress.inputs)
    assert [shot.final for shot in job.progress.snapshots].count(True) == 1
    assert job.result.metrics == pytest.approx(here.result.metrics, rel=0.02)
    assert list(job.folder.path.glob("news-*")) == []


@pytest.mark.long
def test_a_child_that_is_killed_leaves_a_lost_training_that_goes_on_and_one_stopped_early_leaves_nothing():
    queue = queue_of_children()
    job = queue.submit(small_spec(epochs=400), "a")
    until(lambda: job.folder.checkpoint() is not None)
    os.kill(_child_of(job), signal.SIGKILL)
    assert job.finished.wait(WAIT)
    assert job.state is State.LOST
    assert "ended unexpectedly" in job.error
    queue.resume(job)  # in another child, and stopped before that one has begun: still lost, with what it had
    queue.stop(job)
    assert job.finished.wait(WAIT)
    assert job.state is State.LOST
    other = queue.submit(small_spec(epochs=400), "b")
    until(lambda: other.state is State.RUNNING)  # the thread of the one before may still be about to give way
    queue.stop(other)
    assert other.state is State.STOPPED
    assert other.finished.wait(WAIT)
    assert other.result is None


def test_a_child_that_is_killed_while_it_measures_leaves_a_finished_training_without_figures():
    queue = queue_of_children()
    queue.pause(job := queue.submit(small_spec(epochs=2), "a"))
    until(lambda: job.state is State.PAUSED)

    def news(changes):
        if changes.get("phase") == work.MEASURING:
            os.kill(_child_of(job), signal.SIGKILL)

    job.on_news = news
    queue.resume(job)
    assert job.finished.wait(WAIT)
    assert (job.state, job.error, job.progress.phase) == (State.DONE, None, "finished")
    assert job.result.metrics == {}


def test_a_child_ends_when_its_server_is_gone(home):
    code = (
        "import os, signal\n"
        "from aemodels.training import child, spec\n"
        "from aemodels.training.queue import JobQueue\n"
        "queue = JobQueue(run=lambda job: job.run(child.train_in_child), keep=True)\n"
        "settings = {'hidden': '16', 'epochs': 400, 'batch_size': 64}\n"
        "job = queue.submit(spec.from_recipe('default', dataset='digits', settings=settings), 'a')\n"
        "def news(changes):\n"
        "    if job.progress.epochs and job.folder.checkpoint():\n"
        "        print(job.token, flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "job.on_news = news\n"
        "job.finished.wait()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=WAIT, check=False
    )
    assert run.returncode == -signal.SIGKILL
    queue = JobQueue(keep=True)
    queue.recover()
    lost = queue.get(run.stdout.split()[0])
    assert lost.state is State.LOST
    assert lost.progress.epochs
    assert any(not _processes_of(lost.token) for _ in range(1000))  # it sees the end of its pipe, and ends


@pytest.mark.long
def test_a_child_that_was_stopped_by_somebody_else_is_ended_and_its_training_can_go_on(monkeypatch):
    monkeypatch.setattr(child, "SILENCE", 5)
    queue = queue_of_children()
    job = queue.submit(small_spec(epochs=400), "a")
    until(lambda: job.folder.checkpoint() is not None)
    process = _child_of(job)
    os.kill(process, signal.SIGSTOP)
    queue.stop(job)  # it cannot hear that
    assert job.finished.wait(WAIT)
    assert job.state is State.LOST
    assert "did not answer" in job.error
    assert _processes_of(job.token) == []
    assert job.folder.checkpoint() is not None


def test_a_full_disk_costs_no_result_it_comes_through_the_pipe_and_can_be_saved_later(home):
    queue = queue_of_children()
    queue.pause(job := queue.submit(small_spec(epochs=2), "a"))
    with no_file_larger_than(2000):  # the child inherits that: room for a record, for no array
        until(lambda: job.state is State.PAUSED)
        queue.resume(job)
        assert job.finished.wait(WAIT)
    assert job.error is None
    assert job.state is State.DONE
    assert [epoch.epoch for epoch in job.progress.epochs] == [1, 2]
    assert [look.epoch for look in job.progress.looks] == [0, 1, 2]
    assert {"mse", "nelbo"} <= set(job.result.metrics)
    assert not (job.folder.path / "result.npz").exists()
    with no_file_larger_than(2000), pytest.raises(StoreError, match="could not be saved"):
        run_card.save(job, job.result, "kept")
    run_card.save(job, job.result, "kept")
    assert models.read_card("kept").metrics == job.result.metrics


@pytest.mark.long
def test_a_stopped_child_does_not_outlive_its_server(home):
    code = (
        "import os, signal, sys\n"
        "from aemodels.training import child, spec\n"
        "from aemodels.training.queue import JobQueue\n"
        "queue = JobQueue(run=lambda job: job.run(child.train_in_child), keep=True)\n"
        "job = queue.submit(spec.from_recipe('default', dataset='digits', settings={'hidden': '16'}), 'a')\n"
        "def news(changes):\n"
        "    print(job.token, flush=True)\n"
        "    sys.stdin.readline()\n"
        "job.on_news = news\n"
        "job.finished.wait()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    token = server.stdout.readline().strip()
    (process,) = _processes_of(token)
    os.kill(process, signal.SIGSTOP)
    server.kill()
    server.communicate()
    until(lambda: _processes_of(token) == [])


def test_without_a_place_on_the_disk_there_is_no_child():
    with pytest.raises(ConfigError, match="no place on the disk"):
        child.train_in_child(Job(small_spec(), "a"))


def test_a_worker_without_a_whole_run_says_so(home, capsys, monkeypatch):
    monkeypatch.setattr(worker, "_be_modest", lambda: None)
    assert worker.main([]) == 2
    assert worker.main([str(home / "nothing")]) == 2
    assert "There is no record of this training." in capsys.readouterr().err


@pytest.mark.parametrize(("value", "asked"), [("process", True), ("thread", False), ("", False)])
def test_the_environment_decides_who_does_the_work(value, asked, monkeypatch):
    monkeypatch.setenv("AEMODELS_WORKER", value)
    assert child.asked_for() is asked


def _child_of(job):
    (found,) = _processes_of(job.token)
    return found


def _processes_of(token):
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    lines = (line.split(maxsplit=1) for line in listed.splitlines())
    return [int(pid) for pid, words in lines if "aemodels.training.worker" in words and token in words]
