"""The epochs of a training as the page gives them to the browser, and what a browser may ask for."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from aemodels.training import spec as specs
from aemodels.training.progress import Look, Progress
from pages.ui import live, time_machine

rng = np.random.default_rng(0)
LABELS = np.arange(50, dtype=np.uint8) % 10


def look(epoch: int) -> Look:
    images = rng.integers(0, 256, (2, 10, 28, 28), np.uint8)
    return Look(epoch, images[0], images[1], rng.standard_normal((50, 2)).astype(np.float32))


@pytest.fixture
def opened(open_page, queue):
    """The page of a job that has learned three epochs, and what was seen of them."""
    looks = tuple(look(epoch) for epoch in range(4))
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    job.progress = Progress(inputs=looks[0].reconstructions, labels=LABELS, looks=looks)
    return app.run(), job


def unpacked(frame) -> tuple[np.ndarray, np.ndarray]:
    """The codes (n, 2) and the rows of images (rows, 28, 280) of a frame, as the browser has them."""
    shares = np.frombuffer(base64.b64decode(frame["codes"]), "<u2").reshape(-1, 2) / 65535
    left, right, bottom, top = frame["area"]
    codes = np.stack([left + shares[:, 0] * (right - left), bottom + shares[:, 1] * (top - bottom)], axis=1)
    picture = Image.open(io.BytesIO(base64.b64decode(frame["sheet"].partition(",")[2])))
    return codes, np.asarray(picture).reshape(-1, 28, 280)


def test_the_newest_epoch_is_given_whole_and_the_others_are_named(opened, component):
    app, job = opened
    assert not app.exception
    data = component(app, "time_machine")
    assert data["epochs"] == [0, 1, 2, 3]
    assert data["newest"]["epoch"] == 3
    assert len(data["rows"]) == 2
    assert base64.b64decode(data["classes"]) == LABELS.tobytes()
    codes, rows = unpacked(data["newest"])
    newest = job.progress.looks[-1]
    inside = np.all((newest.codes > codes.min(0)) & (newest.codes < codes.max(0)), axis=1)
    assert inside.mean() > 0.9
    np.testing.assert_allclose(codes[inside], newest.codes[inside], atol=1e-3)
    np.testing.assert_array_equal(rows[0][:, 28:56], newest.reconstructions[1])
    np.testing.assert_array_equal(rows[1][:, -28:], newest.samples[9])


def test_a_browser_gets_the_epochs_that_it_lacks(opened, component):
    app, _ = opened
    answering = live.followed(component(app, "time_machine")["follower"]).answering
    (found,) = answering(json.dumps([0, 2, 77, True, "x", None]).encode())["parts"].values()
    assert [frame["epoch"] for frame in found["frames"]] == [
        0,
        1,
        2,
    ]  # True is one, to JSON's reader in Python
    assert answering(b"[]")["parts"]["time_machine"]["frames"] == []


@pytest.mark.parametrize("sent", [b"", b"x", b"7", b"{}", b"[" * 100_000, b"[[1]]", b"[1e999]", b"\xff"])
def test_what_no_browser_asks_for_gets_nothing(opened, component, sent):
    app, _ = opened
    answering = live.followed(component(app, "time_machine")["follower"]).answering
    assert answering(sent)["parts"]["time_machine"]["frames"] == []


def test_a_training_that_is_forgotten_has_nothing_more_to_show(opened, component, queue):
    app, job = opened
    answering = live.followed(component(app, "time_machine")["follower"]).answering
    queue._jobs.pop(job.token)
    assert answering(b"[0, 1]")["parts"]["time_machine"]["frames"] == []


def test_without_a_map_or_a_prior_there_is_one_row_and_no_codes():
    frame = time_machine.frame(Look(1, np.zeros((3, 28, 28), np.uint8)))
    assert frame["codes"] == ""
    assert Image.open(io.BytesIO(base64.b64decode(frame["sheet"].partition(",")[2]))).size == (280, 28)


def test_points_have_no_images_and_no_machine(open_page, queue):
    app = open_page("train", model=None)
    spec = specs.from_recipe("three-to-two")
    job = queue.submit(spec, "somebody else")
    job.progress = Progress(looks=(Look(0),))
    app.session_state["_job"] = job.token
    app.run()
    assert not app.exception
    assert not [each for each in app.get("bidi_component") if each.proto.component_name == "time_machine"]
