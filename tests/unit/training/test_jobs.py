"""The queue of trainings: fair, one at a time, one a visitor; every job ends as done, stopped or failed."""

import dataclasses
import threading

import numpy as np
import pytest

from aemodels.data import datasets
from aemodels.errors import ConfigError
from aemodels.training import progress, spec
from aemodels.training import queue as queues
from aemodels.training.jobs import Job, State
from aemodels.training.queue import JobQueue

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
    each = queue.estimate(first.spec).seconds
    assert [queue.wait(job) for job in (second, third)] == pytest.approx([each, 2 * each], rel=0.5)
    first.progress = progress.Progress(seconds_left=7.0)
    assert queue.wait(second) == 7
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
    for number in range(queues.MOST_WAITING):
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


def test_only_the_token_finds_a_job_and_finished_ones_are_forgotten_in_time(monkeypatch):
    monkeypatch.setattr(queues, "MOST_FINISHED", 4)
    gate = Gate()
    gate.go.set()
    queue = JobQueue(run=gate)
    tokens = []
    for number in range(queues.MOST_FINISHED + 3):
        job = queue.submit(small_spec(), str(number))
        assert job.finished.wait(WAIT)
        tokens.append(job.token)
    assert len(set(tokens)) == len(tokens)
    assert queue.get(tokens[-1]) is not None
    assert queue.get(tokens[0]) is None
    assert queue.get("guess") is None
    assert queue.get(None) is None


def test_finished_ones_hold_so_much_of_visitors_own_data_and_no_more(monkeypatch):
    def spec_of(own):
        return dataclasses.replace(small_spec(), dataset="digits" if own is None else datasets.OWN)

    data = datasets.load("digits")
    monkeypatch.setattr(queues, "MOST_OWN", int(2.5 * data.size))
    gate = Gate()
    gate.go.set()
    queue = JobQueue(run=gate)
    jobs = []
    for number, own in enumerate((None, data, data, None, data)):
        jobs.append(queue.submit(spec_of(own), str(number), own))
        assert jobs[-1].finished.wait(WAIT)
    queue.submit(small_spec(), "last")
    assert [queue.get(job.token) is not None for job in jobs] == [True, False, True, True, True]
    monkeypatch.setattr(queues, "MOST_OWN", 0)
    queue.submit(spec_of(data), "very last", data)
    assert [queue.get(job.token) is not None for job in jobs] == [True, False, False, True, False]


def test_a_training_publishes_frozen_progress_and_ends_with_a_model():
    job = Job(small_spec(), "a")
    seen = []
    publish = job.publish

    def watched(**changes):
        publish(**changes)
        seen.append(job.progress)

    job.publish = watched
    job.run()
    assert job.error is None
    assert job.state is State.DONE
    assert len(job.progress.epochs) == 2
    assert job.progress.inputs.shape == (10, 28, 28)
    assert {"training", "measuring on the test set", "finished"} <= {progress.phase for progress in seen}
    assert {"mse", "pca_mse", "nelbo", "knn_accuracy"} <= set(job.result.metrics)
    with pytest.raises(ValueError, match="read-only"):
        job.progress.inputs[0] = 0


def test_a_stopped_training_keeps_what_there_is():
    job = Job(small_spec(epochs=1000), "a")
    publish = job.publish

    def stopping(**changes):
        publish(**changes)
        if len(job.progress.epochs) == 2:
            job.stop()

    job.publish = stopping
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


# --- pausing, going on -------------------------------------------------------------------------------------------


class Steps:
    """Stands in for a training that looks at its steering as a real one does: a batch each time it is let go."""

    def __init__(self):
        self.batches = threading.Semaphore(0)
        self.done = {}

    def __call__(self, job):
        self.done[job.token] = 0
        while job.steering.wait():
            if not self.batches.acquire(timeout=WAIT):
                raise AssertionError("nobody let it go")
            self.done[job.token] += 1
            if self.done[job.token] == 3:
                break
            job.steering.epoch_ended()
        job.state = State.STOPPED if job.steering.stopped else State.DONE
        job.finished.set()


def until(condition):
    deadline = threading.Event()
    for _ in range(WAIT * 100):
        if condition():
            return
        deadline.wait(0.01)
    raise AssertionError("it did not come")


def test_a_paused_training_makes_room_and_waits_for_its_turn_to_go_on():
    steps = Steps()
    queue = JobQueue(run=steps)
    first, second = queue.submit(small_spec(), "a"), queue.submit(small_spec(), "b")
    queue.pause(first)
    steps.batches.release()
    until(lambda: first.state is State.PAUSED and second.state is State.RUNNING)
    queue.resume(first)
    assert first.state is State.QUEUED
    assert queue.ahead(first) == 1
    steps.batches.release(3)
    assert second.finished.wait(WAIT)
    until(lambda: first.state is State.RUNNING)
    steps.batches.release(3)
    assert first.finished.wait(WAIT)
    assert steps.done == {first.token: 3, second.token: 3}


def test_one_epoch_more_pauses_again():
    steps = Steps()
    queue = JobQueue(run=steps)
    job = queue.submit(small_spec(), "a")
    queue.pause(job)
    steps.batches.release()
    until(lambda: job.state is State.PAUSED)
    before = steps.done[job.token]
    queue.resume(job, epochs=1)
    steps.batches.release()
    until(lambda: job.state is State.PAUSED)
    assert steps.done[job.token] == before + 1
    queue.stop(job)
    assert job.finished.wait(WAIT)
    assert job.state is State.STOPPED


def test_a_training_that_waits_to_go_on_can_be_stopped():
    steps = Steps()
    queue = JobQueue(run=steps)
    first, second = queue.submit(small_spec(), "a"), queue.submit(small_spec(), "b")
    queue.pause(first)
    steps.batches.release()
    until(lambda: second.state is State.RUNNING)
    queue.resume(first)
    queue.stop(first)
    assert first.finished.wait(WAIT)
    assert first.state is State.STOPPED
    assert second.state is State.RUNNING
    steps.batches.release(5)
    assert second.finished.wait(WAIT)


def test_a_pause_that_is_taken_back_at_once_costs_no_turn():
    steps = Steps()
    queue = JobQueue(run=steps)
    first, second = queue.submit(small_spec(), "a"), queue.submit(small_spec(), "b")
    queue.pause(first)
    queue.resume(first)
    steps.batches.release(3)
    assert first.finished.wait(WAIT)
    steps.batches.release(3)
    assert second.finished.wait(WAIT)
    assert list(steps.done) == [first.token, second.token]


def test_only_a_few_may_pause_and_the_one_that_has_longest_ends():
    steps = Steps()
    queue = JobQueue(run=steps)
    paused = []
    for number in range(queues.MOST_PAUSED + 1):
        job = queue.submit(small_spec(), str(number))
        until(lambda job=job: job.state is State.RUNNING)
        queue.pause(job)
        steps.batches.release()
        until(lambda job=job: job.state is State.PAUSED)
        paused.append(job)
    assert paused[0].finished.wait(WAIT)
    assert paused[0].state is State.STOPPED
    assert all(job.state is State.PAUSED for job in paused[1:])
    for job in paused[1:]:
        queue.stop(job)
        assert job.finished.wait(WAIT)


def test_a_finished_training_goes_on_from_what_it_has_learned():
    queue = JobQueue()
    job = queue.submit(small_spec(), "a")
    assert job.finished.wait(WAIT)
    until(lambda: queue._running is None)
    first = job.result
    queue.extend(job, 1)
    assert job.finished.wait(WAIT)
    assert job.state is State.DONE
    assert [epoch.epoch for epoch in job.result.history.epochs] == [1, 2, 3]
    assert [epoch.epoch for epoch in job.progress.epochs] == [1, 2, 3]
    assert job.result.history.epochs[:2] == first.history.epochs
    best = min(job.result.history.epochs, key=lambda epoch: epoch.val_loss)
    assert job.result.history.best_epoch == best.epoch
    assert sum(shot.final for shot in job.progress.snapshots) == 1
    kept = next(shot for shot in job.progress.snapshots if shot.final)
    for one, other in zip(kept.weights, job.result.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_is_worse_than_before_is_not_kept():
    job = Job(small_spec(epochs=15), "a")
    job.run()
    weights = job.result.model.get_weights()
    job.prepare_more(1)
    wild = job.spec.training.replace(learning_rate=1.0, schedule="constant")
    job.spec = dataclasses.replace(job.spec, training=wild)
    job.run()
    history = job.result.history
    assert history.epochs[15].val_loss > history.epochs[history.best_epoch - 1].val_loss
    assert history.best_epoch <= 15
    for one, other in zip(weights, job.result.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_continuation_that_is_stopped_while_it_waits_leaves_what_there_was():
    queue = JobQueue()
    job = queue.submit(small_spec(epochs=1), "a")
    assert job.finished.wait(WAIT)
    until(lambda: queue._running is None)
    result = job.result
    gate = Gate()
    queue._run = gate
    other = queue.submit(small_spec(), "b")
    assert gate.started.wait(WAIT)
    queue.extend(job, 3)
    assert job.result is None
    queue.stop(job)
    assert job.state is State.STOPPED
    assert job.result is result
    gate.go.set()
    assert other.finished.wait(WAIT)
    assert gate.order == [other]


def test_a_continuation_that_fails_says_why_and_leaves_what_there_was():
    job = Job(small_spec(), "a")
    job.run()
    result, weights = job.result, job.result.model.get_weights()
    job.prepare_more(3)
    assert not any(shot.final for shot in job.progress.snapshots)
    wild = job.spec.training.replace(learning_rate=1.0, optimizer="sgd", schedule="constant")
    job.spec = dataclasses.replace(job.spec, training=wild)
    job.run()
    assert job.state is State.FAILED
    assert "learning rate" in job.error
    assert job.result is result
    assert job.progress.epochs == result.history.epochs
    assert max(look.epoch for look in job.progress.looks) == 2
    assert [shot.epoch for shot in job.progress.snapshots if shot.final] == [result.history.best_epoch]
    for one, other in zip(weights, result.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_only_an_ended_training_with_a_model_goes_on():
    with pytest.raises(ConfigError, match="Only a training that has ended"):
        Job(small_spec(), "a").prepare_more(1)


def test_a_beta_that_was_changed_is_that_of_the_model():
    job = Job(small_spec(), "a")
    job.steering.set_beta(3.0)
    job.run()
    assert job.result.model.config.beta == job.spec.model.beta == 3.0
    assert [epoch.beta for epoch in job.result.history.epochs] == [3.0, 3.0]


# --- what is seen of every epoch ---------------------------------------------------------------------------------


def test_every_epoch_is_looked_at_and_so_is_the_network_before_the_first():
    job = Job(small_spec(), "a")
    job.run()
    looks = job.progress.looks
    assert [look.epoch for look in looks] == [0, 1, 2]
    for look in looks:
        assert look.reconstructions.shape == look.samples.shape == (10, 28, 28)
        assert look.reconstructions.dtype == look.samples.dtype == np.uint8
        assert look.codes.shape == (len(job.progress.labels), 2)
        with pytest.raises(ValueError, match="read-only"):
            look.codes[0] = 0
    shot = next(shot for shot in job.progress.snapshots if shot.epoch == 2)
    model = job.result.model
    model.set_weights([np.array(weight) for weight in shot.weights])
    np.testing.assert_allclose(
        looks[-1].codes, model.encode(job.dataset.test.x[: len(looks[-1].codes)]), atol=1e-5
    )
    drawn = np.rint(255 * model.reconstruct(job.progress.inputs[..., None] / np.float32(255))[..., 0])
    np.testing.assert_allclose(looks[-1].reconstructions, drawn, atol=1)
    np.testing.assert_allclose(looks[-1].samples, np.rint(255 * model.sample(10)[..., 0]), atol=1)


def test_a_plain_network_of_many_numbers_has_neither_samples_nor_a_map():
    job = Job(spec.from_recipe("dense-mnist", dataset="digits", settings={"hidden": "16", "epochs": 1}), "a")
    job.run()
    assert {(look.samples, look.codes) for look in job.progress.looks} == {(None, None)}
    assert all(look.reconstructions is not None for look in job.progress.looks)


def test_of_many_epochs_the_first_the_final_and_the_last_stay_and_the_early_ones_lie_closer():
    looks = ()
    for epoch in range(200):
        looks = progress.spread((*looks, progress.Look(epoch)), 20, stays=[150])
    kept = [look.epoch for look in looks]
    assert len(kept) == 20
    assert {0, 150, 199} <= set(kept)
    assert kept == sorted(kept)
    gaps = np.diff(kept)
    assert gaps[:5].max() < gaps[-5:].max()


def test_a_stop_while_it_is_measured_ends_it_at_once_and_with_its_model():
    job = Job(small_spec(), "a")
    states = []

    def stopping(changes):
        if changes.get("phase") == "measuring on the test set":
            job.stop()
            states.append(job.state)

    job.on_news = stopping
    job.run()
    assert states == [State.STOPPED]
    assert job.ended.is_set()
    assert job.state is State.STOPPED
    assert len(job.result.history.epochs) == 2


def test_a_stop_before_the_first_step_is_one_at_once_and_keeps_nothing():
    job = Job(small_spec(), "a")
    states = []

    def stopping(changes):
        if changes.get("phase") == "building the network":
            job.stop()
            states.append(job.state)

    job.on_news = stopping
    job.run()
    assert states == [State.STOPPED]
    assert job.result is None
    assert job.progress.epochs == ()
