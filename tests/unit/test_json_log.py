"""The log in lines of JSON: what happened to a training, and nothing of whose it is."""

import json
import logging

import pytest

from aemodels import json_log
from aemodels.training import journal
from aemodels.training import spec as specs
from aemodels.training.jobs import Job, State
from aemodels.training.queue import JobQueue


@pytest.fixture
def lines(caplog):
    """What has been logged, as it would be written."""
    caplog.set_level(logging.INFO, logger="aemodels")
    formatter = json_log.JsonLines()
    return lambda: [formatter.format(record) for record in caplog.records]


@pytest.fixture
def spec():
    return specs.from_recipe("default", dataset="digits", seed=4)


def test_every_state_of_a_training_is_told_once_and_its_token_never(lines, spec):
    queue = JobQueue(run=lambda job: job.run(lambda _: None), speed=lambda: 1e9)
    job = queue.submit(spec, "the visitor's secret")
    assert job.finished.wait(60)
    said = [json.loads(line) for line in lines()]
    told = [(line["before"], line["state"]) for line in said if line.get("event") == "training"]
    assert told == [(None, "queued"), ("queued", "running"), ("running", "done")]
    assert {line["job"] for line in said} == {job.id}
    assert all(line["recipe"] == "default" and line["level"] == "info" for line in said)
    text = "\n".join(lines())
    assert job.token not in text
    assert "secret" not in text


def test_a_training_that_ends_unexpectedly_tells_where_and_not_what_was_said(lines, spec):
    def work(job):
        raise RuntimeError("about a file named grandmother.png")

    job = Job(spec, "somebody")
    job.run(work)
    (line,) = [json.loads(line) for line in lines() if "exception" in line]
    assert (line["exception"], line["job"], line["level"]) == ("RuntimeError", job.id, "error")
    assert line["at"][-1].endswith(" work")
    assert "grandmother" not in "\n".join(lines())
    assert job.state is State.FAILED


def test_values_put_into_a_sentence_are_left_out(lines, caplog):
    log = logging.getLogger("aemodels.some_library")
    log.warning("Could not read %s for %s.", "holiday.png", "somebody", extra={"reason": "No space left"})
    log.warning(ValueError("holiday.png"))
    log.warning("long " * 1000)
    first, second, third = (json.loads(line) for line in lines())
    assert first["message"] == "Could not read %s for %s."
    assert first["reason"] == "No space left"
    assert second["message"] == "ValueError"
    assert len(third["message"]) <= json_log.LONGEST
    assert "holiday" not in "".join(lines())
    assert all("\n" not in line for line in lines())


def test_an_id_tells_jobs_apart_and_gives_no_token_away():
    ids = {journal.id_of(f"token-{number}") for number in range(2000)}
    assert len(ids) == 2000
    assert all(len(found) == journal.LENGTH and "token" not in found for found in ids)


def test_a_restored_training_is_no_news(lines, spec):
    job = Job(spec, "somebody", token="x" * 16, state=State.DONE)
    assert job.state is State.DONE
    job.state = State.DONE
    assert lines() == []
