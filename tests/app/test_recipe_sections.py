"""What each published recipe shows on the page Train: before anybody has trained it, while it learns, and after."""

import dataclasses
import math

import numpy as np
import pytest

from aemodels import recipes
from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.published import TUTORIALS
from aemodels.training.history import Epoch, History
from aemodels.training.jobs import Job, Result, State
from aemodels.training.progress import Look, Progress, Snapshot

CHARTS = {
    "subclassed-dense": set(),
    "three-to-two": {"points_before", "points_codes", "points_after"},
    "simple-mnist": set(),
    "deep-fashion": set(),
    "tf-examples-dense": {"recipe_log"},
    "denoising-conv": set(),
    "conv-2d": {"recipe_map_own", "recipe_areas_own", "recipe_map_better", "recipe_areas_better"},
    "conv-vae-2d": {"recipe_map_own", "recipe_areas_own", "recipe_terms"},
}
LATER = {
    "subclassed-dense": set(),
    "denoising-conv": {"recipe_curves"},
}
"""Figures that come with the first epoch."""


def charts(app):
    return {chart.key for chart in app.get("plotly_chart")} - {
        "train_loss",
        "train_map",
        "network_planned",
        "network_shown",
    }


def words(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def choose(app, recipe):
    app.selectbox(key="recipe_picker").select(recipe).run()
    return app


def prepare(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("recipe", TUTORIALS)
def test_before_a_training_every_recipe_says_what_to_look_for_and_shows_something(open_page, queue, recipe):
    app = choose(open_page("train", model=None), recipe)
    assert not app.exception
    assert not app.error
    text = words(app)
    assert "What this recipe shows" in text
    assert TUTORIALS[recipe].look_for in text
    assert recipes.get(recipe).source in text
    assert all(sentence in text for sentence in TUTORIALS[recipe].wrong)
    assert charts(app) == CHARTS[recipe]
    assert charts(app) or app.get("image")
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def test_our_own_recipes_have_no_section(open_page, queue):
    app = choose(open_page("train", model=None), "vae-mnist-2d")
    assert "What this recipe shows" not in words(app)


@pytest.mark.parametrize("recipe", ["three-to-two", "deep-fashion"])  # the same recipe; one of other data
def test_the_better_choice_is_prepared_in_the_form_and_the_section_stays(open_page, queue, recipe):
    app = choose(open_page("train", model=None), recipe)
    prepare(app, "prepare_counterpart")
    assert "What this recipe shows" in words(app)  # one tries what does better than this recipe
    app.button(key="train_start").click().run()
    assert not app.exception
    (job,) = queue._jobs.values()
    wanted = TUTORIALS[recipe].counterpart.spec()
    assert (job.spec.recipe, job.spec.dataset) == (wanted.recipe, wanted.dataset)
    assert (job.spec.model, job.spec.training) == (wanted.model, wanted.training)


def test_what_is_prepared_again_is_prepared_though_it_was_changed_by_hand(open_page, queue):
    app = prepare(choose(open_page("train", model=None), "subclassed-dense"), "prepare_counterpart")
    (epochs,) = [field for field in app.number_input if field.key.endswith("_epochs")]
    epochs.set_value(9).run()
    prepare(app, "prepare_counterpart")
    (epochs,) = [field for field in app.number_input if field.key.endswith("_epochs")]
    assert epochs.value == int(TUTORIALS["subclassed-dense"].counterpart.settings["epochs"])


def trained(queue, app, digits, *, ended):
    """The job that the page has just queued, as if it had learned for two epochs of the bundled digits."""
    job: Job = list(queue._jobs.values())[-1]
    points = job.spec.model.linear_output
    data = datasets.load("points") if points else digits
    job.spec = dataclasses.replace(job.spec, dataset=data.name)
    job.dataset = data
    model = build(job.spec.model, seed=1)
    weights = tuple(model.get_weights())
    names = [field.name for field in dataclasses.fields(Epoch)]
    epochs = tuple(
        Epoch(**{**dict.fromkeys(names, 100.0), "epoch": number, "seconds": 0.5}) for number in (1, 2)
    )
    images = None if points else data.test.values[:10]
    codes = model.encode(data.test.x[:300]) if job.spec.model.code_size == 2 else None
    job.progress = Progress(
        phase="finished" if ended else "training",
        epochs=epochs,
        inputs=images,
        labels=data.test.labels[:300],
        snapshots=(Snapshot(1, weights), Snapshot(2, weights, final=ended)),
        looks=(Look(2, images, None, codes),),
    )
    if ended:
        metrics = {"mse": 0.01, "bce": 78.4, "nelbo": 130.0, "knn_accuracy": 0.5}
        job.result = Result(job.spec, weights, History(epochs, 2, False), metrics)
        job.state = State.DONE
        job.finished.set()
        queue._running = None
    return job


def until_complete(app):
    """Let the page ask for what is made in the background, as a browser does."""
    from pages.ui import cache

    for _ in range(400):
        app.run()
        if app.session_state["_recipe_complete"]:
            return app
        cache.latest()._background._thread and cache.latest()._background._thread.join(0.5)
    raise AssertionError("the section never became complete")


@pytest.mark.parametrize(
    ("recipe", "ended"),
    [*((name, True) for name in TUTORIALS), *((name, False) for name in ("three-to-two", "conv-vae-2d"))],
)
def test_a_training_is_shown_with_what_its_recipe_is_about(open_page, queue, digits, recipe, ended):
    app = choose(open_page("train", model=None), recipe)
    app.button(key="train_start").click().run()
    trained(queue, app, digits, ended=ended)
    until_complete(app)
    assert not app.exception
    assert not app.error
    expected = CHARTS[recipe] | LATER.get(recipe, set())
    assert charts(app) == expected
    assert "Nobody has trained it here yet" not in words(app)
    if ended:
        figure = TUTORIALS[recipe].figure
        assert f"| {figure.title} |" in words(app)


def test_r1b_is_told_beside_what_the_keras_blog_reports(open_page, queue, digits):
    app = choose(open_page("train", model=None), "simple-mnist")
    app.button(key="train_start").click().run()
    trained(queue, app, digits, ended=True)
    until_complete(app)
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Test loss a pixel"] == "0.1000"  # 78.4 nats over 784 pixels
    assert values["The Keras blog reports"] == "about 0.093"


def test_the_other_activation_is_prepared_with_the_settings_of_the_run(open_page, queue, digits):
    app = open_page("train", model=None, recipe="denoising-conv", set="epochs=2;limit=500")
    app.button(key="train_start").click().run()
    trained(queue, app, digits, ended=True)
    until_complete(app)
    app.segmented_control(key="r3_activation").set_value("relu").run()
    prepare(app, "prepare_activation")
    app.button(key="train_start").click().run()
    job = list(queue._jobs.values())[-1]
    assert job.spec.model.activation == "relu"
    assert (job.spec.training.epochs, job.spec.training.limit) == (2, 500)
    trained(queue, app, digits, ended=True)
    until_complete(app)
    text = words(app)
    assert "**ReLU**" in text
    assert "**Leaky ReLU**" in text  # both, once both were trained


def test_beta_steers_a_training_that_goes_on_and_is_prepared_otherwise(open_page, queue, digits):
    app = choose(open_page("train", model=None), "conv-vae-2d")
    app.select_slider(key="r4_beta_").set_value(8.0).run()
    prepare(app, "prepare_beta")
    app.button(key="train_start").click().run()
    job = trained(queue, app, digits, ended=False)
    assert job.spec.model.beta == 8.0
    until_complete(app)
    app.select_slider(key=f"r4_beta_{job.token}").set_value(0.5).run()
    assert job.steering.beta == 0.5


def test_the_losses_of_r4b_are_told_in_the_scaling_of_the_tutorial():
    from pages.ui.recipe_map import running

    columns = {"loss": [200.0], "reconstruction": [190.0], "kl": [5.0]}
    history = columns | {f"val_{name}": values for name, values in columns.items()}
    told = running(history, scaled=True)
    assert told["reconstruction_loss"][0] == pytest.approx([190 / 1024])
    assert told["total_loss"][1] == pytest.approx([500 * 190 / 1024 + 5])
    assert running(history, scaled=False)["total, nats"] == ([200.0], [200.0])
    assert running({}, scaled=True) == {}


def test_both_halves_of_a_checkpoint_are_keras_files(open_page, queue, digits, tmp_path):
    import keras

    from pages.ui.recipe_checkpoints import packed

    app = choose(open_page("train", model=None), "conv-vae-2d")
    app.button(key="train_start").click().run()
    job = trained(queue, app, digits, ended=True)
    until_complete(app)
    assert app.selectbox(key=f"r4_epoch_{job.token}").options == ["epoch 1", "epoch 2, the best"]
    path = tmp_path / "decoder.keras"
    path.write_bytes(packed(job, job.progress.snapshots[0], "decoder"))
    image = np.asarray(keras.models.load_model(path)(np.zeros((1, 2), np.float32)))
    np.testing.assert_allclose(image, job.result.model.decode(np.zeros((1, 2))), atol=1e-5)


def test_tensorboard_is_a_command_to_copy_and_is_started_only_where_that_is_allowed(
    open_page, queue, digits, tmp_path, monkeypatch
):
    from aemodels.training.run_folder import RunFolder

    monkeypatch.delenv("AEMODELS_TENSORBOARD", raising=False)
    app = choose(open_page("train", model=None), "subclassed-dense")
    app.button(key="train_start").click().run()
    job = trained(queue, app, digits, ended=True)
    (tmp_path / "tensorboard").mkdir()
    job.folder = RunFolder(tmp_path)
    until_complete(app)
    assert any(f"--logdir {tmp_path / 'tensorboard'}" in block.value for block in app.code)
    assert not [button for button in app.button if button.key == "tensorboard_start"]
    monkeypatch.setenv("AEMODELS_TENSORBOARD", "1")
    app.run()
    assert [button for button in app.button if button.key == "tensorboard_start"]


def test_an_epoch_that_is_no_number_leaves_gaps_and_no_error(open_page, queue, digits):
    app = choose(open_page("train", model=None), "conv-vae-2d")
    app.button(key="train_start").click().run()
    job = trained(queue, app, digits, ended=False)
    broken = tuple(
        dataclasses.replace(epoch, val_loss=math.nan, kl=math.nan) for epoch in job.progress.epochs
    )
    look = dataclasses.replace(job.progress.looks[0], codes=np.full((300, 2), np.nan, np.float32))
    job.progress = dataclasses.replace(job.progress, epochs=broken, looks=(look,))
    app.run()
    assert not app.exception
    assert not app.error


def test_the_better_choice_is_prepared_with_the_data_of_the_run(open_page, queue, digits):
    app = open_page("train", model=None, recipe="subclassed-dense", data="digits")
    app.button(key="train_start").click().run()
    trained(queue, app, digits, ended=True)
    until_complete(app)
    assert "dense-mnist, which comes" not in words(app).replace(
        "\\", ""
    )  # that has learned from other images
    prepare(app, "prepare_counterpart")
    app.button(key="train_start").click().run()
    job = list(queue._jobs.values())[-1]
    assert (job.spec.recipe, job.spec.dataset) == ("simple-mnist", "digits")
    trained(queue, app, digits, ended=True)
    until_complete(app)
    assert "The better choice was" in words(app)  # both in a sentence


def test_clothes_are_shown_through_a_convolutional_network_once_one_was_trained(open_page, queue, digits):
    app = open_page("train", model=None, recipe="deep-fashion", data="digits")
    app.button(key="train_start").click().run()
    trained(queue, app, digits, ended=True)
    until_complete(app)
    prepare(app, "prepare_convolutional")
    assert "What this recipe shows" in words(app)
    app.button(key="train_start").click().run()
    job = list(queue._jobs.values())[-1]
    assert (job.spec.recipe, job.spec.dataset, job.spec.model.code_size) == ("conv-mnist", "digits", 32)
    trained(queue, app, digits, ended=True)
    until_complete(app)
    assert "Convolutional: " in words(app)
