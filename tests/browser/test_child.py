"""Trainings in processes of their own (AEMODELS_WORKER=process): the page is the same, and so is what is left."""

import io
import json
import subprocess

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.looking import quiet
from tests.soak.serving import until
from tests.soak.tab import Tab

CARD = ".st-key-training_card"


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("public"), AEMODELS_WORKER="process")
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.end()


def expect_card(page, *words):
    """Wait until the card of the training says all of these; for a moment the one before may be there, too."""
    card = page.locator(CARD)
    for word in words:
        card = card.filter(has_text=word)
    expect(card.first).to_be_visible()


def processes_of(home):
    """The processes that have this folder in their command line."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(home) in line]


@pytest.mark.long
def test_data_of_ones_own_are_learned_from_in_a_process_that_then_is_gone(page, public, digits):
    file = io.BytesIO()
    np.savez(file, images=digits.train.values[:300], labels=digits.train.labels[:300])
    page.goto(f"{public.url}/train?recipe=default&data=own&set=epochs=3;hidden=16;batch_size=32")
    upload = page.locator(".st-key-own_card input[type=file]").first
    upload.set_input_files({"name": "mine.npz", "mimeType": "application/zip", "buffer": file.getvalue()})
    expect(page.locator(".st-key-own_card")).to_contain_text("300 images")
    quiet(page)
    page.locator(".st-key-train_start button").click()
    expect_card(page, "done", "Finished")
    expect(page.locator(".st-key-time_machine")).to_be_visible()
    page.reload()
    expect_card(page, "Finished")
    assert processes_of(public.home) == []
    (record,) = (public.home / "runs").glob("*/run.json")
    assert (record.parent / "own.npz").is_file()
    noted = json.loads(record.read_text(encoding="utf-8"))
    assert (noted["state"], noted["has_result"]) == ("done", True)
    assert {"mse", "nelbo", "knn_accuracy"} <= set(noted["metrics"])
    assert public.complaints() == []


def test_two_tabs_and_a_lost_connection_see_the_same_training_and_either_can_stop_it(public):
    with Tab(public.url) as one, Tab(public.url) as other:
        one.open("train", "recipe=default&data=digits&set=epochs%3D1000;hidden%3D16")
        one.click("train_start")
        assert until(lambda: one.rerun() and one.learning)
        other.open("train", one.query)
        assert "epoch " in other.status
        assert not other.has("train_start")
        one.cut()
        other.click("train_stop")
        assert until(lambda: other.rerun() and other.ended)
        one.reload()
        assert one.ended
        assert one.has("train_start")
        assert one.exceptions == other.exceptions == []
    assert until(lambda: processes_of(public.home) == [])
    assert public.complaints() == []


def test_one_is_stopped_within_and_keeps_what_it_has_learned(page, public):
    page.goto(f"{public.url}/train?recipe=default&data=digits&set=epochs=500;hidden=16")
    quiet(page)
    page.locator(".st-key-train_start button").click()
    expect(page.locator(".st-key-train_progress")).to_contain_text("loss")
    assert len(processes_of(public.home)) == 1
    page.locator(".st-key-train_stop button").click()
    expect_card(page, "stopped", "Finished")
    assert processes_of(public.home) == []
    assert public.process.poll() is None
    assert public.complaints() == []
