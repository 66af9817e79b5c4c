"""An ended training is kept: saved, read as a script, taken along as a zip, and loaded again."""

import dataclasses
import io
import zipfile

import numpy as np
import pytest
from streamlit.runtime.uploaded_file_manager import DeletedFile

from aemodels import run_card
from aemodels.store import models
from aemodels.training import spec as specs
from aemodels.training.jobs import Job
from pages.ui import digit_upload, model_upload, own_upload, settled, state, training_save
from tests.unit.store.test_faults import no_file_larger_than

SMALL = {"hidden": (8,), "epochs": 1, "limit": 100, "batch_size": 32}


@pytest.fixture(scope="module")
def ended():
    """A real run, its end included."""
    job = Job(specs.from_recipe("default", dataset="digits", seed=4, settings=SMALL), "somebody")
    job.run()
    assert job.error is None
    return job


@pytest.fixture
def page(open_page, queue, ended):
    """The page in the session whose run has ended."""
    queue._jobs[ended.token] = ended
    app = open_page("train", model=None)
    app.session_state["_job"] = ended.token
    return app.run()


def test_the_script_of_a_run_is_shown_and_can_be_taken_along(page, ended):
    assert not page.exception
    (code,) = page.code
    assert code.value == run_card.script_of(ended).strip()
    assert code.language == "python"
    labels = [button.proto.label for button in page.get("download_button")]
    assert {"Download the run", "Reproduce: the script"} <= set(labels)


def test_a_run_is_saved_under_the_name_that_was_suggested(page):
    assert page.text_input(key="save_name").value == "my-default"
    page.button(key="train_save").click().run()
    try:
        assert not page.exception
        assert any("Saved as **my" in success.value for success in page.success)
        assert models.read_card("my-default").seed == 4
    finally:
        models.delete("my-default")


def test_a_run_that_is_still_being_measured_asks_for_no_name_yet(page, ended):
    ended.finished.clear()  # its figures would come above the field, and move it while somebody types
    try:
        page.run()
        assert not page.exception
        assert "save_name" not in [field.key for field in page.text_input]
        assert any("being measured" in caption.value for caption in page.caption)
    finally:
        ended.finished.set()
    page.run()
    assert page.text_input(key="save_name").value == "my-default"


def test_a_run_whose_end_cost_its_figures_says_so_and_can_be_kept(page, ended):
    whole = ended.result
    ended.result = dataclasses.replace(whole, metrics={})
    try:
        page.run()
        assert not page.exception
        assert any("before its figures were measured" in caption.value for caption in page.caption)
        assert page.text_input(key="save_name").value == "my-default"
    finally:
        ended.result = whole
    assert not any("before its figures" in caption.value for caption in page.run().caption)


def test_a_disk_that_is_full_is_a_sentence_and_the_result_is_there_for_another_try(page, ended):
    with no_file_larger_than(100):
        page.button(key="train_save").click().run()
    assert not page.exception
    (problem,) = page.error
    assert "could not be saved" in problem.value
    assert "Free some space" in problem.value
    assert ended.result is not None
    page.button(key="train_save").click().run()
    try:
        assert not page.exception
        assert not page.error
        assert models.read_card("my-default").seed == 4
    finally:
        models.delete("my-default")


class Sent:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def getvalue(self) -> bytes:
        return self._data


@pytest.fixture
def session(monkeypatch):
    """The session's state as a plain dictionary, and no toasts."""
    held: dict = {}
    monkeypatch.setattr(state.st, "session_state", held)
    monkeypatch.setattr(model_upload.st, "toast", lambda *_, **__: None)
    return held


def test_a_run_that_was_taken_along_is_loaded_again(session, ended):
    session["model_zip_0"] = Sent(run_card.pack(ended, "travelled"))
    model_upload._receive()
    try:
        assert state.MODEL_ZIP_PROBLEM.get() is None
        assert state.MODEL_ZIP.get() == 1  # the next zip has a field of its own
        x = ended.dataset.test.x[:3]
        np.testing.assert_array_equal(models.load("travelled").encode(x), ended.result.model.encode(x))
    finally:
        models.delete("travelled")


def test_a_zip_of_something_else_is_refused_with_a_sentence(session, open_page):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../evil.sh", "x")
    session["model_zip_0"] = Sent(buffer.getvalue())
    model_upload._receive()
    problem = state.MODEL_ZIP_PROBLEM.get()
    assert "not allowed: ../../evil.sh" in problem
    session["model_zip_0"] = None
    model_upload._receive()
    assert state.MODEL_ZIP_PROBLEM.get() is None  # taken away again


def test_a_file_that_a_browser_claims_to_have_sent_is_none(session, monkeypatch):
    monkeypatch.setattr(settled, "rerun", lambda: None)
    gone = DeletedFile("never-sent")  # as Streamlit has it in the session
    for field, taking in (
        ("model_zip_0", model_upload._receive),
        (state.OWN_UPLOAD.name, own_upload._take),
        (state.DIGIT_UPLOAD.name, lambda: digit_upload._take_file(state.DIGIT_UPLOAD)),
    ):
        for claimed in (gone, [gone, gone], [], None):
            session[field] = claimed
            taking()
    assert state.MODEL_ZIP.get() == 0
    assert [key.get() for key in (state.MODEL_ZIP_PROBLEM, state.OWN_PROBLEM, state.UPLOAD_PROBLEM)] == [
        None
    ] * 3


def test_why_a_zip_was_refused_is_shown_as_plain_text(open_page):
    app = open_page("train", model=None)
    app.session_state["_model_zip_problem"] = "It has **two** members <b>."
    app.run()
    assert not app.exception
    assert "It has \\*\\*two\\*\\* members \\<b\\>\\." in [error.value for error in app.error]


@pytest.fixture
def readonly(monkeypatch):
    monkeypatch.setenv("AEMODELS_STORE", "readonly")


def test_a_server_that_keeps_nothing_shows_no_button_for_it_but_a_sentence(
    readonly, page, ended, tiny_models
):
    assert not page.exception
    keys = {element.key for element in (*page.button, *page.text_input)}
    assert not {"train_save", "save_name"} & keys
    assert not any(key.startswith("delete_") for key in keys if key)
    assert not page.get("file_uploader")
    said = "\n".join(caption.value for caption in page.caption)
    assert "Nothing is saved on this server" in said
    assert "none is saved, uploaded or deleted here" in said
    assert "under Your models" not in said
    labels = [button.proto.label for button in page.get("download_button")]
    assert {"Download the run", "Download as zip"} <= set(labels)  # what is there can be taken along


def test_a_click_from_before_the_store_was_closed_gets_the_sentence(readonly, session, ended):
    session["save_name"] = "too-late"
    training_save._save(ended)
    assert "neither saved, uploaded nor deleted" in state.SAVE_PROBLEM.get()
    session["model_zip_0"] = Sent(run_card.pack(ended, "too-late"))
    model_upload._receive()
    assert "neither saved, uploaded nor deleted" in state.MODEL_ZIP_PROBLEM.get()
    assert "too-late" not in [card.name for card in models.list_models()]


def test_a_server_that_keeps_models_has_the_buttons(page, tiny_models):
    assert page.button(key="train_save")
    assert page.button(key=f"delete_{tiny_models[0]}")
    assert len(page.get("file_uploader")) == 1
