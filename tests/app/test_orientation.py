"""Train: what the loss is compared with, the best epoch and the logarithmic axis, while it runs and afterwards."""

import dataclasses
import json

import pytest

from aemodels.training import orientation
from aemodels.training.fit import Epoch
from aemodels.training.progress import Progress
from pages.ui import cache
from pages.ui.cache import orientation as cached
from tests.app.conftest import LONG, PLANE


@pytest.fixture(autouse=True)
def quick_levels(monkeypatch):
    """A PCA takes its time, and is tested where it is made."""

    def simple(data, spec):
        assert len(data.train)
        return orientation.Level("mean image", 206.0), orientation.Level(
            f"PCA of {spec.model.code_size}", 180.0
        )

    monkeypatch.setattr(orientation, "simple_levels", simple)


@pytest.fixture
def at_once(monkeypatch):
    """Levels are made when they are asked for; the list of what was asked for."""
    asked = []

    class AtOnce:
        def ask(self, key, make):
            asked.append(key)
            return make()

        def failed(self, key):
            return False

    monkeypatch.setattr(cached, "_making", AtOnce)
    return asked


@pytest.fixture
def running(open_page, queue, digits):
    """The page with a running job of two epochs, the first of which was better, and that job."""
    app = open_page("train", model=None)
    app.selectbox(key="dataset_picker").select("digits").run()
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    names = [field.name for field in dataclasses.fields(Epoch)]
    first, second = (Epoch(**{**dict.fromkeys(names, 90.0 + n), "epoch": n, "beta": 1.0}) for n in (1, 2))
    job.progress = Progress(phase="training", epochs=(first, second))
    job.dataset = digits
    return app, job


def wait():
    """Until the background has made all that it was asked for."""
    if (thread := cached._making()._thread) is not None:
        thread.join()


def layout(app):
    """The layout of the loss's chart."""
    (chart,) = [each for each in app.get("plotly_chart") if "nats" in each.proto.spec]
    return json.loads(chart.proto.spec)["layout"]


def names(app):
    return [note["text"].rsplit(" ", 1)[0] for note in layout(app).get("annotations", ())]


def test_a_running_training_shows_what_it_is_compared_with_and_the_best_epoch_so_far(running, at_once):
    app, _ = running
    app.run()
    assert not app.exception
    assert names(app) == ["mean image", "PCA of 2"]
    upright = [shape["x0"] for shape in layout(app)["shapes"] if shape["x0"] == shape["x1"]]
    assert upright == [1]


def test_levels_that_are_not_known_yet_are_left_out(running, monkeypatch):
    class Never:
        def ask(self, key, make):
            return None

        def failed(self, key):
            return False

    monkeypatch.setattr(cached, "_making", Never)
    app, _ = running
    app.run()
    assert not app.exception
    assert names(app) == []


def test_the_switch_makes_the_axis_logarithmic_and_stays(running, at_once):
    app, _ = running
    app.run()
    assert layout(app)["yaxis"]["type"] == "linear"
    app.toggle(key="loss_log").set_value(True).run()
    app.run()
    assert not app.exception
    assert layout(app)["yaxis"]["type"] == "log"
    assert app.toggle(key="loss_log").value


@pytest.mark.parametrize("model", [PLANE, LONG])
def test_a_model_of_the_store_is_compared_too(open_page, at_once, monkeypatch, model):
    history = {name: [90.0, 80.0, 85.0] for name in ("loss", "val_loss")} | {"epoch": [1, 2, 3]}
    monkeypatch.setattr("pages.ui.training_panel.models.history", lambda name: history)
    app = open_page("train", model=model)
    assert not app.exception
    assert names(app) == ["mean image", f"PCA of {2 if model == PLANE else 6}"]
    upright = [shape["x0"] for shape in layout(app)["shapes"] if shape["x0"] == shape["x1"]]
    assert upright == [2]


def test_the_total_of_a_shipped_model_has_the_beta_of_the_training(running, at_once, monkeypatch):
    card = cache.card("vae-mnist-2d")
    betas = []
    monkeypatch.setattr(orientation, "reference", lambda cards, spec: card)

    def level_of(name, network, data, spec):
        betas.append(spec.model.beta)
        return orientation.Level(name, 120.0, total=True)

    monkeypatch.setattr(orientation, "level_of", level_of)
    _, job = running
    job.progress = dataclasses.replace(
        job.progress, epochs=tuple(dataclasses.replace(epoch, beta=4.0) for epoch in job.progress.epochs)
    )
    found = cache.levels_of_job(job).values
    assert found["vae-mnist-2d total"] == 120.0
    assert set(betas) == {4.0}


def test_what_was_measured_once_is_not_measured_again(running):
    _, job = running
    cache.levels_of_job(job)
    wait()
    found = cache.levels_of_job(job)
    assert found.complete
    assert set(found.values) == {"mean image", "PCA of 2"}


def test_a_level_that_cannot_be_made_is_not_waited_for(running, monkeypatch):
    def broken(data, spec):
        raise ValueError("damaged")

    monkeypatch.setattr(orientation, "simple_levels", broken)
    _, job = running
    job.spec = dataclasses.replace(job.spec, seed=77)
    cache.levels_of_job(job)
    wait()
    assert cache.levels_of_job(job) == cached.NONE


def test_one_s_own_images_that_are_gone_have_no_levels(running):
    _, job = running
    job.dataset = None
    job.spec = dataclasses.replace(job.spec, dataset="own")
    assert cache.levels_of_job(job) == cached.NONE
