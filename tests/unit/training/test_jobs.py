"""The queue of trainings: fair, one at a time, one a visitor; every job ends as done, stopped or failed."""

import threading

import numpy as np
import pytest

from aemodels.errors import ConfigError
from aemodels.training import jobs, spec
from aemodels.training.jobs import Job, JobQueue, State

WAIT = 120  # seconds: a bound for a hanging test, not something that is measured


def small_spec(**settings):
    return spec.from_recipe(
        "default", dataset="digits", settings={"hidden": "16", "epochs": 2, "batch_size": 64, **settings}
    )


class Gate:
    """Stands in for a training: runs until it is let go, so that a test decides what happens when."""

    def __init__(self):
        self.started, self.go, self.order = threading.Event(), threading.Event(), []

    def __call__(self, job):
        self.order.append(job)
        self.started.set()
        assert self.go.wait(WAIT)
        job.state = State.DONE
        job.finished.set()


def test_trainings_run_one_after_the_other_in_the_order_they_came():
    gate = Gate()
    queue = JobQueue(run=gate)
    first, second, third = (queue.submit(small_spec(), visitor) for visitor in "abc")
    assert gate.started.wait(WAIT)
    assert [queue.ahead(job) for job in (first, second, third)] == [0, 1, 2]
    assert second.state is State.QUEUED
    gate.go.set()
    for job in (first, second, third):
        assert job.finished.wait(WAIT)
    assert gate.order == [first, second, third]


def test_a_visitor_has_one_training_at_a_time_and_the_queue_an_end():
    gate = Gate()
    queue = JobQueue(run=gate)
    first = queue.submit(small_spec(), "a")
    assert gate.started.wait(WAIT)
    with pytest.raises(ConfigError, match="You have a training under way"):
        queue.submit(small_spec(), "a")
    for number in range(jobs.MOST_WAITING):
        queue.submit(small_spec(), f"visitor {number}")
    with pytest.raises(ConfigError, match="The queue is full"):
        queue.submit(small_spec(), "one more")
    gate.go.set()
    assert first.finished.wait(WAIT)


def test_a_waiting_training_that_is_stopped_never_starts():
    gate = Gate()
    queue = JobQueue(run=gate)
    first, second = queue.submit(small_spec(), "a"), queue.submit(small_spec(), "b")
    queue.stop(second)
    assert second.state is State.STOPPED
    gate.go.set()
    assert first.finished.wait(WAIT)
    assert gate.order == [first]
    assert queue.submit(small_spec(), "b").token != second.token


def test_only_the_token_finds_a_job_and_finished_ones_are_forgotten_in_time():
    gate = Gate()
    gate.go.set()
    queue = JobQueue(run=gate)
    tokens = []
    for number in range(jobs.MOST_FINISHED + 3):
        job = queue.submit(small_spec(), str(number))
        assert job.finished.wait(WAIT)
        tokens.append(job.token)
    assert len(set(tokens)) == len(tokens)
    assert queue.get(tokens[-1]) is not None
    assert queue.get(tokens[0]) is None
    assert queue.get("guess") is None
    assert queue.get(None) is None


def test_a_training_publishes_frozen_progress_and_ends_with_a_model():
    job = Job(small_spec(), "a")
    seen = []
    publish = job._publish

    def watched(**changes):
        publish(**changes)
        seen.append(job.progress)

    job._publish = watched
    job.run()
    assert job.error is None
    assert job.state is State.DONE
    assert len(job.progress.epochs) == 2
    assert job.progress.reconstructions.shape == job.progress.inputs.shape == (10, 28, 28, 1)
    assert job.progress.map_codes.shape[1] == 2
    assert {"training", "measuring on the test set", "finished"} <= {progress.phase for progress in seen}
    assert {"mse", "pca_mse", "nelbo", "knn_accuracy"} <= set(job.result.metrics)
    with pytest.raises(ValueError, match="read-only"):
        job.progress.reconstructions[0] = 0
    codes = job.result.model.encode(job.result.dataset.test.x[: len(job.progress.map_codes)])
    np.testing.assert_allclose(job.progress.map_codes, codes, atol=1e-5)


def test_a_stopped_training_keeps_what_there_is():
    job = Job(small_spec(epochs=1000), "a")
    publish = job._publish

    def stopping(**changes):
        publish(**changes)
        if len(job.progress.epochs) == 2:
            job.stop()

    job._publish = stopping
    job.run()
    assert job.state is State.STOPPED
    assert len(job.result.history.epochs) == 2
    assert job.result.history.stopped
    assert job.finished.is_set()


def test_a_training_that_cannot_go_on_says_why(monkeypatch):
    job = Job(small_spec(learning_rate=1.0, optimizer="sgd", schedule="constant"), "a")
    job.run()
    assert job.state is State.FAILED
    assert "learning rate" in job.error
    assert job.result is None

    monkeypatch.setattr("aemodels.data.datasets.load", lambda *_, **__: 1 / 0)
    job = Job(small_spec(), "a")
    job.run()
    assert job.state is State.FAILED
    assert "unexpectedly" in job.error
