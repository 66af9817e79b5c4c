"""The page Train without a training: the form of every recipe, what is refused, and a job in each of its states."""

import dataclasses
import threading

import numpy as np
import pytest

from aemodels import recipes
from aemodels.training.fit import Batch, Epoch
from aemodels.training.jobs import Job, JobQueue, Progress, State
from pages.ui import cache
from pages.ui.cache import trainings


@pytest.fixture
def queue(monkeypatch):
    """A queue whose jobs wait, until the test ends, in the state that the test gives them."""
    ended = threading.Event()
    queue = JobQueue(run=lambda job: ended.wait())
    monkeypatch.setattr(cache, "jobs", lambda: queue)
    monkeypatch.setattr(trainings, "jobs", lambda: queue)
    yield queue
    ended.set()


def start_enabled(app) -> bool:
    return not app.button(key="train_start").disabled


def status(app) -> str:
    """The words over the bar."""
    return app.get("progress")[0].proto.text


def test_before_the_first_training_the_page_shows_how_a_model_of_the_store_learned(open_page):
    app = open_page("train", model="vae-mnist-2d")
    assert not app.exception
    assert any("How vae-mnist-2d learned" in text.value for text in app.markdown)
    assert len(app.get("plotly_chart")) == 2  # the curves and the map


@pytest.mark.parametrize("recipe", sorted(recipes.RECIPES))
def test_every_recipe_can_be_started_as_it_stands(open_page, queue, recipe):
    app = open_page("train", model=None)
    app.selectbox(key="recipe_picker").select(recipe).run()
    assert not app.exception
    assert not app.error
    assert start_enabled(app)
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec.model == recipes.get(recipe).model
    assert job.spec.training == recipes.get(recipe).training
    assert job.spec.dataset == recipes.get(recipe).dataset


def test_a_setting_that_is_changed_is_what_is_trained(open_page, queue):
    app = open_page("train", model=None)
    app.selectbox(key="dataset_picker").select("digits").run()
    app.number_input(key="set_default_epochs").set_value(3).run()
    app.number_input(key="set_default_beta").set_value(2.5).run()
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert (job.spec.dataset, job.spec.training.epochs, job.spec.model.beta) == ("digits", 3, 2.5)


@pytest.mark.parametrize("text", ["many", "0", "-5", "512, , 1e9", "9" * 400, "<b>64</b>"])
def test_layers_that_cannot_be_are_a_sentence_and_cannot_be_started(open_page, queue, text):
    app = open_page("train", model=None)
    app.text_input(key="set_default_hidden").set_value(text).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.strip().endswith(".")
    assert not start_enabled(app)
    app.text_input(key="set_default_hidden").set_value("64, 32").run()
    assert not app.error
    assert start_enabled(app)


def test_a_job_is_watched_and_a_second_one_cannot_be_started(open_page, queue):
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    names = [field.name for field in dataclasses.fields(Epoch)]
    epochs = tuple(Epoch(**{name: float(number) for name in names}) for number in (1, 2))
    images = np.zeros((10, 28, 28, 1), np.float32)
    job.progress = Progress(
        phase="training",
        fraction=0.25,
        epochs=epochs,
        batch=_batch(epoch=2, epochs=8),
        seconds_left=200.0,
        inputs=images,
        reconstructions=images,
        map_codes=np.zeros((5, 2), np.float32),
        map_labels=np.arange(5),
    )
    app.run()
    assert not app.exception
    assert "epoch 2 of 8" in status(app)
    assert "3 min left" in status(app)
    assert len(app.get("plotly_chart")) == 2
    assert not start_enabled(app)
    app.button(key="train_stop").click().run()
    assert job.state is State.STOPPING
    assert app.button(key="train_stop").disabled


def test_a_job_that_failed_says_why_and_another_can_be_started(open_page, queue):
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    job._fail("The learning rate is too high. Choose a lower one.")
    app.run()
    assert not app.exception
    assert [error.value for error in app.error] == ["The learning rate is too high. Choose a lower one."]
    assert start_enabled(app)


def test_who_waits_is_told_how_many_come_first(open_page, queue):
    first, second = open_page("train", model=None), open_page("train", model=None)
    first.button(key="train_start").click().run()
    second.button(key="train_start").click().run()
    assert not second.exception
    assert status(second) == "Waiting: 1 before you"
    second.button(key="train_stop").click().run()
    waiting: Job = list(queue._jobs.values())[1]
    assert waiting.state is State.STOPPED


def _batch(**values) -> Batch:
    known = {field.name: 0 for field in dataclasses.fields(Batch)}
    return Batch(**{**known, **values})
