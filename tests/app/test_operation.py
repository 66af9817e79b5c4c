"""Health and numbers: who may read them, that they are readable, and that they name nobody."""

import asyncio
import re

import pytest
from starlette.requests import Request

from aemodels.training import spec as specs
from pages.ui import operation
from tests import prometheus

HERE = ("127.0.0.1", 1)
FORWARDED = [(b"X-Forwarded-For", b"127.0.0.1")]


def scope(client=HERE, headers=(), path="/metrics"):
    return {"type": "http", "method": "GET", "path": path, "headers": list(headers), "client": client}


@pytest.mark.parametrize(
    ("rule", "client", "headers", "allowed"),
    [
        ("local", HERE, [], True),
        ("local", ("::1", 1), [], True),
        ("local", ("::ffff:127.0.0.1", 1), [], True),
        ("local", HERE, FORWARDED, False),
        ("local", HERE, [(b"forwarded", b"for=127.0.0.1")], False),
        ("local", ("192.0.2.7", 1), [], False),
        ("local", ("", 1), [], False),
        ("local", None, [], False),
        ("open", ("192.0.2.7", 1), FORWARDED, True),
        ("off", HERE, [], False),
    ],
)
def test_who_may_read_the_numbers(monkeypatch, rule, client, headers, allowed):
    monkeypatch.setenv("AEMODELS_METRICS", rule)
    asked = scope(client, headers)
    assert operation.may_read(asked) is allowed
    assert asyncio.run(operation.metrics(Request(asked))).status_code == (200 if allowed else 404)


@pytest.mark.parametrize(("rule", "passed"), [("open", True), ("off", False)])
def test_streamlits_own_numbers_follow_the_same_rule(monkeypatch, rule, passed):
    monkeypatch.setenv("AEMODELS_METRICS", rule)
    reached, told = [], []

    async def app(scope, receive, send):
        reached.append(scope["path"])

    async def send(message):
        told.append(message)

    for path in ("/_stcore/metrics", "/below/_stcore/metrics/", "/_stcore/health"):
        asyncio.run(operation.OwnNumbers(app)(scope(path=path), None, send))
    assert ("/_stcore/metrics" in reached) is passed
    assert ("/below/_stcore/metrics/" in reached) is passed
    assert "/_stcore/health" in reached
    assert [message["status"] for message in told if "status" in message] == [404] * (0 if passed else 2)


def test_the_numbers_are_readable_and_name_nobody(monkeypatch, queue):
    monkeypatch.setenv("AEMODELS_METRICS", "open")
    spec = specs.from_recipe("default", dataset="digits", seed=4)
    jobs = [queue.submit(spec, f"visitor-{number}") for number in range(3)]
    text = asyncio.run(operation.metrics(Request(scope()))).body.decode()
    found = prometheus.read(text)
    states = {dict(labels)["state"]: count for labels, count in found["aemodels_trainings"].items()}
    assert states == {"queued": 2, "running": 1, "paused": 0, "stopping": 0}
    assert found["aemodels_queue_length"][()] == 2
    assert found["process_resident_memory_bytes"][()] > 10e6
    assert {"aemodels_sessions", "aemodels_run_seconds_count", "aemodels_inferences_total"} <= found.keys()
    assert not any(job.token in text or job.id in text for job in jobs)
    assert not re.search(r"visitor-\d", text)


def test_a_process_that_serves_nobody_is_not_healthy():
    assert asyncio.run(operation.health(Request(scope(path="/healthz")))).status_code == 503
