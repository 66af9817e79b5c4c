"""What a server counts, as another program reads it."""

import threading

import pytest

from aemodels import exposition
from aemodels.exposition import Durations, Family, Sample, Tally
from tests import prometheus


def test_what_is_written_is_what_a_strict_reader_finds():
    durations = Durations((0.1, 0.5, 2.0))
    for seconds in (0.05, 0.1, 0.3, 7.0):
        durations.add(seconds)
    text = exposition.text(
        [
            Family(
                "jobs", "gauge", "By state.", (Sample(2, {"state": "queued"}), Sample(0, {"state": "paused"}))
            ),
            Family("clicks_total", "counter", "A backslash \\ and\na new line.", (Sample(3),)),
            Family("odd", "gauge", "Odd labels.", (Sample(0.5, {"name": 'a "b" \\ \n,c="d'}),)),
            Family("run_seconds", "histogram", "Runs.", tuple(durations.samples())),
        ]
    )
    found = prometheus.read(text)
    assert found["jobs"] == {(("state", "queued"),): 2, (("state", "paused"),): 0}
    assert found["clicks_total"] == {(): 3}
    assert list(found["odd"].values()) == [0.5]
    assert list(found["run_seconds_bucket"].values()) == [2, 3, 3, 4]  # a bound belongs to its own bucket
    assert found["run_seconds_sum"][()] == pytest.approx(7.45)


def test_the_strict_reader_refuses_what_is_no_such_text():
    good = exposition.text([Family("a_total", "counter", "A.", (Sample(1),))])
    for bad in (
        good.rstrip("\n"),
        good.replace("_total", ""),
        good.replace("# TYPE a_total counter\n", ""),
        good + good,
        good.replace(" 1\n", " one\n"),
    ):
        with pytest.raises((AssertionError, ValueError)):
            prometheus.read(bad)


def test_threads_lose_no_count():
    tally, durations = Tally(), Durations((1.0,))

    def count():
        for _ in range(2000):
            tally.add()
            durations.add(0.5)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.count == 16_000
    assert durations.samples()[0].value == 16_000


def test_every_image_and_every_code_is_an_inference(tmp_path):
    import numpy as np

    from aemodels import preview

    model = preview.load("vae-mnist-2d")
    before = exposition.INFERENCES.count
    model.reconstruct(np.zeros((3, 28, 28, 1), np.float32))
    assert exposition.INFERENCES.count - before == 6
