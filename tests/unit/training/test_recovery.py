"""A training outlives its server: lost, it goes on from its last checkpoint; ended, it is still there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aemodels.data.datasets import OWN, Dataset, Split
from aemodels.errors import ConfigError, StoreError
from aemodels.training import recovery, run_folder, spec
from aemodels.training.jobs import Job, State
from aemodels.training.queue import JobQueue
from aemodels.training.run_folder import RunFolder

ROOT = Path(__file__).parents[3]
WAIT = 120  # seconds: a bound for a hanging test, not something that is measured


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    return tmp_path


def small_spec(**settings):
    chosen = {"hidden": "16", "epochs": 3, "batch_size": 64, **settings}
    return spec.from_recipe("default", dataset=chosen.pop("dataset", "digits"), settings=chosen)


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing after it is done."""


def killed_after(epochs, job):
    """Train `job` in this thread until so many epochs have ended, and leave its folder as a killed server does."""
    publish = job.publish

    def dying(**changes):
        publish(**changes)
        if len(job.progress.epochs) > epochs:
            raise Killed

    if job.folder is None:
        recovery.keep(job)
    job.publish = dying
    noted = job.note
    before = len(job.progress.epochs)
    job.note = lambda: noted() if len(job.progress.epochs) == before else None
    with pytest.raises(Killed):
        job.run()
    job.folder.release()


def taken_up(token):
    queue = JobQueue(keep=True)
    queue.recover()
    return queue, queue.get(token)


def test_a_lost_training_goes_on_from_its_checkpoint_and_ends_as_if_it_had_never_been_lost():
    whole = Job(small_spec(), "a")
    whole.run()
    job = Job(small_spec(), "a")
    killed_after(1, job)
    queue, lost = taken_up(job.token)
    assert lost.state is State.LOST
    assert lost.visitor == "a"
    assert [epoch.epoch for epoch in lost.progress.epochs] == [1]
    assert [look.epoch for look in lost.progress.looks] == [0, 1]
    assert lost.progress.inputs.shape == (10, 28, 28)
    assert lost.dataset.name == "digits"  # what its pages need before it goes on
    queue.resume(lost)
    assert lost.finished.wait(WAIT)
    assert lost.error is None
    assert lost.state is State.DONE
    assert [epoch.epoch for epoch in lost.progress.epochs] == [1, 2, 3]
    for one, other in zip(whole.result.weights, lost.result.weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert {"mse", "nelbo"} <= set(lost.result.metrics)


def test_one_that_was_lost_before_its_first_epoch_begins_anew():
    job = Job(small_spec(epochs=1), "a")
    killed_after(0, job)
    queue, lost = taken_up(job.token)
    assert lost.state is State.LOST
    assert lost.progress.epochs == ()
    queue.resume(lost)
    assert lost.finished.wait(WAIT)
    assert len(lost.result.history.epochs) == 1


def test_an_ended_training_is_still_there_and_can_go_on():
    queue = JobQueue(keep=True)
    job = queue.submit(small_spec(epochs=1), "a")
    assert job.finished.wait(WAIT)
    job.folder.release()
    queue, again = taken_up(job.token)
    assert again.state is State.DONE
    assert again.settled
    assert again.result.metrics == pytest.approx(job.result.metrics)
    assert again.result.history == job.result.history
    assert [shot.final for shot in again.progress.snapshots] == [True]
    x = again.dataset.test.x[:3]
    np.testing.assert_array_equal(again.result.model.encode(x), job.result.model.encode(x))
    queue.extend(again, 1)
    assert again.finished.wait(WAIT)
    assert [epoch.epoch for epoch in again.progress.epochs] == [1, 2]


def test_a_continuation_that_is_lost_goes_on_from_its_own_checkpoint():
    queue = JobQueue(keep=True)
    job = queue.submit(small_spec(epochs=2), "a")
    assert job.finished.wait(WAIT)
    weights = job.result.weights
    job.prepare_more(2)
    killed_after(3, job)
    queue, lost = taken_up(job.token)
    assert lost.state is State.LOST
    assert [epoch.epoch for epoch in lost.progress.epochs] == [1, 2, 3]
    for one, other in zip(weights, lost.before.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    queue.resume(lost)
    assert lost.finished.wait(WAIT)
    assert [epoch.epoch for epoch in lost.progress.epochs] == [1, 2, 3, 4]
    assert [epoch.epoch for epoch in lost.result.history.epochs] == [1, 2, 3, 4]


def test_a_run_that_another_server_serves_is_left_alone():
    job = Job(small_spec(), "a")
    recovery.keep(job)
    _, found = taken_up(job.token)
    assert found is None
    assert job.folder.path.is_dir()
    job.folder.release()
    _, found = taken_up(job.token)
    assert found.state is State.LOST


def test_the_lock_goes_with_the_process_however_it_ends(home):
    code = (
        "import os, signal\n"
        "from aemodels.training import recovery, spec\n"
        "from aemodels.training.jobs import Job\n"
        "job = Job(spec.from_recipe('default', dataset='digits'), 'a')\n"
        "recovery.keep(job)\n"
        "print(job.token, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ},
        check=False,
    )
    assert run.returncode == -9
    _, lost = taken_up(run.stdout.strip())
    assert lost.state is State.LOST


def test_what_a_visitor_forgets_leaves_nothing_on_the_disk(home):
    queue = JobQueue(keep=True)
    job = queue.submit(small_spec(epochs=1), "a")
    assert job.finished.wait(WAIT)
    assert job.folder.path.is_dir()
    queue.forget(job)
    assert list((home / "runs").iterdir()) == []


def test_ones_own_data_are_kept_with_the_run():
    images = np.random.default_rng(0).integers(0, 256, (60, 28, 28), np.uint8)
    labels = (np.arange(60) % 2).astype(np.uint8)
    own = Dataset(
        OWN,
        "Mine",
        Split(images[:40], labels[:40]),
        Split(images[40:], labels[40:]),
        ("a", "b"),
        "a file",
        "0" * 16,
    )
    job = Job(small_spec(dataset=OWN, epochs=2), "a", own)
    killed_after(1, job)
    queue, lost = taken_up(job.token)
    assert lost.own.class_names == ("a", "b")
    np.testing.assert_array_equal(lost.own.test.values, own.test.values)
    queue.resume(lost)
    assert lost.finished.wait(WAIT)
    assert lost.state is State.DONE


@pytest.mark.parametrize("name", ["run.json", "checkpoint.npz", "looks.npz"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.95])
def test_a_damaged_file_of_a_run_breaks_nothing(name, share):
    job = Job(small_spec(), "a")
    killed_after(1, job)
    path = job.folder.path / name
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    _, lost = taken_up(job.token)
    if name == "run.json":
        assert lost is None
        assert not job.folder.path.exists()
    else:
        assert lost.state is State.LOST
        assert len(lost.progress.epochs) == (name != "checkpoint.npz")


def test_only_so_many_runs_are_kept_and_none_for_ever(home, monkeypatch):
    monkeypatch.setattr(run_folder, "MOST_KEPT", 2)
    tokens = []
    for number in range(4):
        job = Job(small_spec(), "a")
        recovery.keep(job)
        job.folder.release()
        os.utime(job.folder.path, (1e9 + 1e6 * number,) * 2 if number == 3 else None)
        tokens.append(job.token)
    queue = JobQueue(keep=True)
    queue.recover()
    known = [token for token in tokens if queue.get(token) is not None]
    assert known == tokens[1:3]  # the last one is from 2001
    assert sorted(path.name for path in (home / "runs").iterdir()) == sorted(known)


def test_leftovers_of_a_crash_are_swept():
    job = Job(small_spec(), "a")
    killed_after(1, job)
    for name in (".checkpoint.npz.new-00ff", "news-000001.npz"):
        (job.folder.path / name).write_bytes(b"half")
    taken_up(job.token)
    names = {path.name for path in job.folder.path.iterdir()}
    assert names == {"run.json", "checkpoint.npz", "looks.npz", "lock", "losses.f32", "tensorboard"}


def test_a_disk_that_cannot_be_written_stops_no_training(home, caplog):
    (home / "runs").write_text("a file in the way")
    queue = JobQueue(keep=True)
    job = queue.submit(small_spec(epochs=1), "a")
    assert job.finished.wait(WAIT)
    assert job.state is State.DONE
    assert "could not be noted" in caplog.text


def test_what_is_not_lost_cannot_be_taken_up_and_a_record_of_nothing_is_refused(tmp_path):
    job = Job(small_spec(), "a")
    with pytest.raises(ConfigError, match="not lost"):
        job.prepare_again()
    folder = RunFolder.create("t" * 20)
    for text in ("", "[]", "{}", json.dumps({"spec": {}, "visitor": 1})):
        (folder.path / "run.json").write_text(text)
        with pytest.raises(StoreError):
            recovery.recovered(folder)


def test_a_waiting_lost_one_that_is_stopped_stays_lost():
    job = Job(small_spec(), "a")
    killed_after(1, job)
    other = JobQueue(run=lambda job: None)
    other._running = Job(small_spec(), "b")  # somebody else's turn
    lost = recovery.recovered(job.folder)
    other._add(lost)
    other.resume(lost)
    assert lost.state is State.QUEUED
    other.stop(lost)
    assert lost.state is State.LOST


def test_one_that_was_lost_while_it_was_measured_has_its_model_and_is_not_trained_again():
    job = Job(small_spec(epochs=1), "a")
    recovery.keep(job)

    def dying(changes):
        if changes.get("phase") == "measuring on the test set":
            job.folder.release()
            job.folder = None  # nothing more is noted
            raise Killed

    job.on_news = dying
    with pytest.raises(Killed):
        job.run()
    _, again = taken_up(job.token)
    assert again.state is State.DONE
    assert again.settled
    assert len(again.result.history.epochs) == 1
