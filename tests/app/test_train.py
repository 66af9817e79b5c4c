"""The page Train without a training: the form of every recipe, what is refused, and a job in each of its states."""

import dataclasses
import re

import numpy as np
import pytest

from aemodels import recipes
from aemodels.architectures.conv import ConvConfig
from aemodels.training import spec as specs
from aemodels.training.history import Batch, Epoch
from aemodels.training.jobs import Job, State
from aemodels.training.progress import Look, Progress
from pages.ui import runs, theme


def start_enabled(app) -> bool:
    return not app.button(key="train_start").disabled


def charts(app) -> set[str]:
    """The keys of the figures."""
    return {chart.key for chart in app.get("plotly_chart")}


def status(app) -> str:
    """The words over the bar."""
    return app.get("progress")[0].proto.text


def test_before_the_first_training_the_page_shows_how_a_model_of_the_store_learned(open_page):
    app = open_page("train", model="vae-mnist-2d")
    assert not app.exception
    assert any("How vae-mnist-2d learned" in text.value for text in app.markdown)
    assert {"train_loss", "train_map", "network_planned", "network_shown"} == charts(app)


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


def test_epochs_follow_the_data_set_until_somebody_says_how_many(open_page, queue):
    def choose(app, dataset):
        app.selectbox(key="dataset_picker").select(dataset).run()
        return app.number_input(key="set_default_epochs").value

    app = open_page("train", model=None)
    assert choose(app, "digits") == specs.MOST_LENGTHENED
    assert app.query_params["data"] in ("digits", ["digits"])
    assert "set" not in app.query_params
    assert choose(app, "fashion_mnist") == 8
    assert choose(app, "factors") == 56
    app.number_input(key="set_default_epochs").set_value(12).run()
    assert [choose(app, dataset) for dataset in ("digits", "mnist")] == [12, 12]
    app = open_page("train", model=None, data="digits", set="epochs=5")
    key = next(field.key for field in app.number_input if field.label == "Epochs")
    for dataset in ("mnist", "digits"):
        app.selectbox(key="dataset_picker").select(dataset).run()
        assert app.number_input(key=key).value == 5
    app = open_page("train", model=None, data="digits")
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec == specs.from_recipe("default", dataset="digits")
    assert not app.warning


def test_a_setting_typed_just_before_the_click_on_start_counts(open_page, queue):
    app = open_page("train", model=None)
    app.number_input(key="set_default_epochs").set_value(
        3
    )  # arrives with the click, in one run of the script
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec.training.epochs == 3


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
    images = np.zeros((10, 28, 28), np.uint8)
    job.progress = Progress(
        phase="training",
        fraction=0.25,
        epochs=epochs,
        batch=_batch(epoch=2, epochs=8, step=300, steps=1712, seconds=20.0),
        seconds_left=200.0,
        steps_a_second=12.5,
        memory=812_000_000,
        inputs=images,
        labels=np.arange(5),
        looks=(Look(2, images, None, np.zeros((5, 2), np.float32)),),
    )
    app.run()
    assert not app.exception
    assert "epoch 2 of 8" in status(app)
    assert status(app) == (
        "Training · epoch 2 of 8 · batch 86/214 · 3,200 images/s · loss 2.0 nats · 812 MB · 3 min left"
    )
    assert charts(app) == {"train_loss", "network_planned", "network_shown"}
    assert "time_machine" in [each.proto.component_name for each in app.get("bidi_component")]
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
    assert [error.value for error in app.error] == [
        theme.escaped("The learning rate is too high. Choose a lower one.")
    ]
    assert start_enabled(app)


def test_a_lost_job_says_where_it_was_and_goes_on_when_asked(open_page, queue):
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    names = [field.name for field in dataclasses.fields(Epoch)]
    job.progress = Progress(epochs=(Epoch(**dict.fromkeys(names, 3)),), phase="lost")
    job.state = State.LOST
    job.finished.set()
    queue._running = None
    app.run()
    assert not app.exception
    assert status(app) == "Lost when the server ended · epoch 3 of 8 is on the disk"
    job.error = "Its process ended."
    assert status(app.run()) == "Lost · epoch 3 of 8 is on the disk"
    assert [error.value for error in app.error] == [theme.escaped(job.error)]
    job.error = None
    app.button(key="train_resume_lost").click().run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        theme.escaped("This training is not lost.")
    ]  # it has no folder


def test_who_waits_is_told_how_many_come_first(open_page, queue):
    first, second = open_page("train", model=None), open_page("train", model=None)
    first.button(key="train_start").click().run()
    second.button(key="train_start").click().run()
    assert not second.exception
    assert re.fullmatch("Waiting: 1 before you, about [0-9.]+ (s|min|h)", status(second))
    second.button(key="train_stop").click().run()
    waiting: Job = list(queue._jobs.values())[1]
    assert waiting.state is State.STOPPED


def _batch(**values) -> Batch:
    known = {field.name: 0 for field in dataclasses.fields(Batch)}
    return Batch(**{**known, **values})


# --- steering -----------------------------------------------------------------------------------------------


@pytest.fixture
def running(open_page, queue):
    """The page with a job that runs until the test ends, and that job."""
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    return app, job


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_a_running_training_can_be_paused_and_a_paused_one_can_go_on(running):
    app, job = running
    assert {"train_pause", "train_stop"} <= keys(app)
    app.button(key="train_pause").click().run()
    assert not app.exception
    assert job.steering.paused
    job.state = State.PAUSED  # what the training does itself once it has reached its next batch
    app.run()
    assert {"train_resume", "train_step", "train_stop"} <= keys(app)
    assert "train_pause" not in keys(app)
    assert status(app).startswith("Paused")


def test_one_epoch_more_is_asked_of_the_queue(running, queue):
    app, job = running
    queue.pause(job)
    queue._park(job)
    job.state = State.PAUSED
    app.run()
    app.button(key="train_step").click().run()
    assert not app.exception
    assert job.state is State.RUNNING
    job.steering.epoch_ended()
    assert job.steering.paused


def test_the_dials_turn_the_learning_rate_and_beta(running):
    app, job = running
    app.select_slider(key="steer_rate").set_value(0.1).run()
    app.number_input(key="steer_beta").set_value(4.0).run()
    assert not app.exception
    assert (job.steering.rate, job.steering.beta) == (0.1, 4.0)


def test_the_address_finds_a_training_again(running, open_page):
    app, job = running
    app.run()
    assert app.query_params["run"] == job.token
    other = open_page("train", model=None, run=job.token)
    assert not other.exception
    assert "train_pause" in keys(other)
    assert not start_enabled(other)  # it is the same visitor's, who has one at a time
    stranger = open_page("train", model=None)
    assert "train_pause" not in keys(stranger)


@pytest.mark.parametrize("token", ["", "guess", "<script>alert(1)</script>", "../../x", "ä" * 500])
def test_an_address_that_names_no_training_is_a_sentence(open_page, queue, sentences, token):
    app = open_page("train", model=None, run=token)
    assert not app.exception
    assert "no longer known" in sentences(app)
    assert "run" not in app.query_params
    assert start_enabled(app)


# --- the network and its cost -------------------------------------------------------------------------------


def chart(app, key) -> str:
    """The text alternative of a figure."""
    (found,) = [each.proto.alt for each in app.get("plotly_chart") if each.key == key]
    return found


def all_words(app) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption))


def test_the_picture_of_the_network_and_its_cost_follow_the_form(open_page, queue):
    app = open_page("train", model=None)
    # 784-256-128-64-4 and 2-64-128-256-784: 483,712 weights, 1,684 biases.
    assert chart(app, "network_planned").startswith("Network: 784 → 2 → 784, 485,000 parameters.")
    assert "485,000 parameters · 967 kFLOP an image · about " in all_words(app)
    app.number_input(key="set_default_latent_dim").set_value(5).run()
    app.text_input(key="set_default_hidden").set_value("64").run()
    assert not app.exception
    assert "Input 28×28, Dense 64, Dense 5, Dense 64, Dense 28×28" in chart(app, "network_planned")


def test_a_code_larger_than_the_input_is_said_in_words_and_can_be_trained(open_page, queue):
    app = open_page("train", model=None)
    app.selectbox(key="recipe_picker").select("denoising-conv").run()
    assert not app.exception
    assert "The code has 1,568 numbers (7×7×32), more than the input's 784" in all_words(app)
    assert start_enabled(app)


def test_what_is_too_large_is_a_sentence_and_cannot_be_started(open_page, queue, sentences):
    app = open_page("train", model=None)
    app.text_input(key="set_default_hidden").set_value("2048, 2048, 2048, 2048, 2048, 2048").run()
    assert not app.exception
    assert "parameters, and 20 million are allowed here. Choose fewer or smaller layers." in sentences(app)
    assert not start_enabled(app)
    app.text_input(key="set_default_hidden").set_value("64").run()
    assert not app.error
    assert start_enabled(app)


def test_a_setting_that_does_nothing_is_said(open_page, queue):
    app = open_page("train", model=None, set="patience=9")
    assert "A patience of 9 never ends a training of 8 epochs" in all_words(app)
    assert start_enabled(app)


@pytest.mark.parametrize(
    ("recipe", "there", "not_there"),
    [
        ("default", "beta_warmup", "code_activation"),
        ("dense-mnist", "code_activation", "beta_warmup"),
        ("three-to-two", "epochs", "noise"),
    ],
)
def test_the_form_leaves_out_what_does_nothing_for_its_recipe(open_page, queue, recipe, there, not_there):
    app = open_page("train", model=None)
    app.selectbox(key="recipe_picker").select(recipe).run()
    widgets = {widget.key for kind in (app.number_input, app.selectbox, app.multiselect) for widget in kind}
    assert f"set_{recipe}_{there}" in widgets
    assert f"set_{recipe}_{not_there}" not in widgets


def test_the_network_of_a_training_is_shown_beside_that_of_the_form(running):
    app, _ = running
    app.number_input(key="set_default_latent_dim").set_value(9).run()
    assert "784 → 9 → 784" in chart(app, "network_planned")
    assert "784 → 2 → 784" in chart(app, "network_shown")
    (layers,) = [text.value for text in app.markdown if text.value.startswith("| Layer |")]
    assert "| Dense, 256 units, SiLU | 256 | 200,960 | 401\u00a0k |" in layers


def test_another_architecture_is_a_setting_and_what_was_typed_for_both_stays(open_page, queue):
    app = open_page("train", model=None)
    app.number_input(key="set_default_beta").set_value(2.5).run()
    app.selectbox(key="set_default_architecture").select("conv").run()
    assert not app.exception
    assert app.number_input(key="set_default_beta").value == 2.5
    widgets = {widget.key for kind in (app.text_input, app.selectbox) for widget in kind}
    assert {"set_default_filters", "set_default_downsampling"} <= widgets
    assert "set_default_hidden" not in widgets
    assert app.query_params["set"] in ("architecture=conv;beta=2.5", ["architecture=conv;beta=2.5"])
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    assert job.spec.model == ConvConfig(latent_dim=2, variational=True, beta=2.5)
    assert runs.changed(job).startswith("convolutional, β 2.5")


def test_a_network_of_points_has_no_other_architecture(open_page, queue):
    app = open_page("train", model=None)
    app.selectbox(key="recipe_picker").select("three-to-two").run()
    assert not [box.key for box in app.selectbox if (box.key or "").endswith("architecture")]
