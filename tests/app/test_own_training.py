"""The visitor's own training as a model of every page: while it learns, and to this session only."""

import numpy as np
import pytest

from aemodels import preview
from aemodels.data import datasets
from aemodels.errors import StoreError
from aemodels.training import spec as specs
from aemodels.training.jobs import Job, State
from aemodels.training.progress import Progress, Snapshot, thinned
from pages.ui import cache, own_training
from pages.ui.cache import trainings


def snapshot(job: Job, epoch: int, *, final: bool = False) -> Snapshot:
    """Weights that are fitted to nothing, and others for each epoch."""
    rng = np.random.default_rng(epoch)
    shapes = preview.shapes(job.spec.model).values()
    weights = tuple(
        (rng.standard_normal(shape) * 2.0 / np.sqrt(shape[0])).astype(np.float32) for shape in shapes
    )
    return Snapshot(epoch, weights, final)


@pytest.fixture
def job(queue):
    """A job that has learned three epochs of eight, and goes on until the test ends."""
    spec = specs.from_recipe("default", dataset="digits", settings={"hidden": "16", "epochs": 8})
    job = queue.submit(spec, "somebody")
    job.dataset = datasets.load("digits")
    job.progress = Progress(snapshots=tuple(snapshot(job, epoch) for epoch in (1, 2, 3)))
    return job


@pytest.fixture
def open_own(open_page, job):
    """Opens a page in the session whose training `job` is."""

    def open_(name: str, **query: str):
        app = open_page(name, model=None, **query)
        app.session_state["_job"] = job.token
        app.query_params["model"] = own_training.LATEST
        return app.run()

    return open_


@pytest.mark.parametrize("page", ["latent", "reconstruct", "denoise", "home", "train"])
def test_every_page_takes_the_newest_epoch_of_it(open_own, page, sentences):
    app = open_own(page)
    assert not app.exception
    assert not sentences(app)
    assert app.selectbox(key="model_picker").value == own_training.LATEST
    assert "epoch 3" in "".join(caption.value for caption in app.sidebar.caption)


def test_the_explorer_keeps_to_an_epoch_and_to_what_was_kept_until_a_newer_one_is_asked_for(
    open_own, job, picture, component
):
    app = open_own("latent")
    app.session_state["_kept"] = {cache.family(trainings.name_of(job, 3)): ((0.5, -0.25), (1.0, 1.0))}
    app.run()
    assert any("It is learning; this is epoch 3 of 8" in caption.value for caption in app.caption)
    assert not [button for button in app.button if button.key == "show_newer"]
    first = picture(app, "What the decoder draws")
    job.progress = Progress(snapshots=(*job.progress.snapshots, snapshot(job, 4)))
    app.run()
    assert picture(app, "What the decoder draws") == first
    app.button(key="show_newer").click().run()
    app.run()
    assert not app.exception
    assert any("this is epoch 4 of 8" in caption.value for caption in app.caption)
    assert picture(app, "What the decoder draws") != first
    assert len(component(app, "kept_tray")["items"]) == 2


def test_another_page_begins_with_the_newest_epoch(open_own, job):
    app = open_own("latent")
    job.progress = Progress(snapshots=(*job.progress.snapshots, snapshot(job, 4)))
    app.switch_page("pages/reconstruct.py").run()
    assert "epoch 4" in "".join(caption.value for caption in app.sidebar.caption)


def test_a_finished_one_is_the_network_that_stays_not_the_last_epoch(open_own, job):
    app = open_own("latent")
    job.progress = Progress(snapshots=(snapshot(job, 1), snapshot(job, 2, final=True), snapshot(job, 3)))
    job.state = State.DONE
    app.run()
    assert any("after epoch 3, not saved yet" in caption.value for caption in app.caption)
    app.button(key="show_newer").click().run()
    app.run()
    assert not app.exception
    assert any("after epoch 2, not saved yet" in caption.value for caption in app.caption)


def test_a_new_training_lets_go_of_the_epochs_of_the_visitors_last_one(job, queue):
    job.state = State.DONE
    queue.submit(job.spec, "somebody else")
    assert len(job.progress.snapshots) == 3
    queue.submit(job.spec, "somebody")
    assert job.progress.snapshots == ()


def test_nothing_that_goes_to_the_browser_holds_the_token(open_own, job):
    app = open_own("latent")
    assert app.query_params["model"] == own_training.LATEST
    assert job.token not in repr(app.main) + repr(app.sidebar)


@pytest.mark.parametrize("epoch", ["latest", "1", "3", "99", "nan", "../vae-mnist-2d", "1e300"])
def test_another_visitor_gets_a_sentence_even_with_the_token(open_page, job, sentences, epoch):
    app = open_page("latent", model=f"training/{job.token}/{epoch}")
    assert not app.exception
    assert "There is no model" in sentences(app)
    assert app.selectbox(key="model_picker").value == cache.DEFAULT_MODEL


def test_the_address_of_ones_own_means_nothing_to_another_visitor(open_page, job, sentences):
    app = open_page("latent", model=own_training.LATEST)
    assert not app.exception
    assert "There is no training of yours here yet" in sentences(app)


@pytest.mark.parametrize(
    "name", ["training/", "training/x", "training//1", "training/latest", "training/a/b/c"]
)
def test_a_name_that_means_no_epoch_is_refused_with_a_sentence(name):
    with pytest.raises(StoreError, match="no longer kept"):
        cache.card(name)


def test_an_epoch_answers_as_the_network_did(job):
    name = trainings.name_of(job, 2)
    x = job.dataset.test.x[:5]
    expected = preview.from_weights(job.spec.model, job.progress.snapshots[1].weights)
    np.testing.assert_array_equal(cache.answering(name).reconstruct(x), expected.reconstruct(x))
    assert len(cache.codes(name).z) == len(job.dataset.test)
    assert cache.title(name) == "your training, epoch 2"
    sheet = cache.atlas_sheet(name)
    assert (sheet.lattice["columns"], sheet.lattice["rows"]) == (48, 48)


def test_snapshots_are_thinned_by_memory_and_the_first_last_and_final_stay():
    small = np.zeros(10, np.float32)
    many = tuple(Snapshot(epoch, (small,), final=epoch == 57) for epoch in range(1, 101))
    kept = thinned(many)
    assert len(kept) == 24
    epochs = [shot.epoch for shot in kept]
    assert epochs == sorted(epochs)
    assert {1, 57, 100} <= set(epochs)
    assert {2, 3} <= set(epochs)  # the early ones lie closer together
    large = np.zeros(3_000_000, np.float32)
    huge = tuple(Snapshot(epoch, (large,), final=epoch == 6) for epoch in range(1, 9))
    assert [shot.epoch for shot in thinned(huge)] == [1, 6, 8]
    assert thinned(()) == ()
