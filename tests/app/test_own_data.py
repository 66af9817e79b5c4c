"""Data of one's own on the page Train, and every page with a model that was trained on them."""

import base64
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aemodels import preview
from aemodels.data import datasets
from aemodels.data.own import bring, making
from aemodels.data.own.shelf import Shelf
from aemodels.store import models
from aemodels.training import spec as specs
from aemodels.training.progress import Progress, Snapshot
from pages.ui import cache, own_training
from tests.unit.data.own import samples

OWN_MODEL = "tiny-own"
PAGES = ["home", "reconstruct", "denoise", "compare", "latent", "generate", "learn", "train"]


@pytest.fixture
def shelf(monkeypatch):
    """A shelf of this test's own."""
    found = Shelf()
    monkeypatch.setattr(cache, "shelf", lambda: found)
    return found


@pytest.fixture
def own_page(open_page, queue, shelf):
    """The page Train with one's own data chosen."""
    app = open_page("train", model=None)
    return app.selectbox(key="dataset_picker").select("own").run()


def upload(app, *files):
    sent = [(file.name, file.data, "application/octet-stream") for file in files]
    return app.file_uploader(key="own_upload").set_value(sent).run()


def images_shown(app):
    return [image for element in app.get("imgs") for image in element.proto.imgs]


def drawn(app, label, shift=0):
    """As if a V had been drawn on the pad, and added under this label."""
    sheet = Image.new("L", (252, 252))
    ImageDraw.Draw(sheet).line([(60 + shift, 40), (120, 200), (180, 40)], fill=255, width=16)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    from pages.ui.ink import Ink

    app.session_state["_own_pad_ink"] = Ink(buffer.getvalue())
    app.text_input(key="own_label").set_value(label)
    return app.button(key="own_add").click().run()


# --- uploading ---------------------------------------------------------------------------------------------------


def test_what_is_uploaded_is_shown_both_ways_and_trained_on(own_page, queue):
    app = upload(own_page, samples.zipped(samples.pictures(), "letters.zip"))
    assert not app.exception
    assert not app.error
    texts = "".join(element.value for element in [*app.markdown, *app.caption])
    assert "letters" in texts
    assert "a: 10, b: 10, c: 10" in texts.replace("\\", "")
    assert "As they came" in texts
    assert "30 images in 3 classes" in app.run().caption[1].value + texts
    app.segmented_control(key="own_way").set_value("resized").run()
    app.button(key="train_start").click().run()
    assert not app.error
    (job,) = queue._jobs.values()
    expected = making.make(bring.read([samples.zipped(samples.pictures())]), making.Way.PLAIN)
    assert job.spec.dataset == datasets.OWN
    assert job.spec.training.epochs == specs.MOST_LENGTHENED  # 24 images to fit to are a step an epoch
    assert job.own is not None
    assert job.own.fingerprint == expected.fingerprint
    assert job.own.class_names == ("a", "b", "c")


def test_light_and_dark_are_turned_round_where_the_ink_is_dark(own_page, queue):
    app = upload(own_page, samples.npz(images=255 - samples.images(), labels=samples.labels()))
    assert app.toggle(key="own_inverted").value is True
    app.segmented_control(key="own_way").set_value("resized").run()
    app.button(key="train_start").click().run()
    (job,) = queue._jobs.values()
    found = np.concatenate([job.own.train.values, job.own.test.values])
    assert {image.tobytes() for image in found} == {image.tobytes() for image in samples.images()}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (samples.npz(images=np.asarray([{}] * 30, object)), "never unpickled"),
        (samples.zipped([("../x.png", b"")]), "leads out"),
        (samples.zipped([("<img src=x onerror=alert(1)>.png", b"")]), "at least 20"),
    ],
)
def test_what_is_refused_is_a_sentence_and_what_was_here_stays(own_page, file, words):
    app = upload(own_page, samples.npz(images=samples.images()))
    app = upload(app, file)
    assert not app.exception
    (error,) = app.error
    assert words in error.value.replace("\\", "")
    assert any("As they came" in caption.value for caption in app.caption)


def test_without_data_the_start_says_what_to_do(own_page, queue):
    app = own_page.button(key="train_start").click().run()
    assert not app.exception
    assert "no data of your own yet" in app.error[0].value
    assert not queue._jobs


def test_data_survive_a_look_at_another_page_and_nobody_else_sees_them(own_page, open_page):
    app = upload(own_page, samples.npz(images=samples.images()))
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert app.selectbox(key="dataset_picker").value == "own"
    assert any("As they came" in caption.value for caption in app.caption)
    other = open_page("train", model=None)
    other.selectbox(key="dataset_picker").select("own").run()
    assert not any("As they came" in caption.value for caption in other.caption)


def test_who_had_to_make_room_is_told_so(own_page, shelf):
    app = upload(own_page, samples.npz(images=samples.images()))
    for visitor in list(shelf._kept):
        shelf.forget(visitor)
    app.run()
    assert not app.exception
    assert any("make room" in warning.value for warning in app.warning)


def test_a_link_to_somebodys_own_data_says_that_they_are_not_here(open_page, queue, shelf):
    app = open_page("train", model=None, recipe="default", data="own")
    assert not app.exception
    assert "no address carries" in app.error[0].value
    assert app.selectbox(key="dataset_picker").value == "own"


def test_a_recipe_of_points_does_not_offer_them(own_page):
    app = own_page.selectbox(key="recipe_picker").select("three-to-two").run()
    assert not app.exception
    assert app.selectbox(key="dataset_picker").options == ["Points near a plane"]


# --- drawing -----------------------------------------------------------------------------------------------------


def test_drawings_are_collected_multiplied_and_trained_on(own_page, queue, component):
    app = own_page.segmented_control(key="own_source").set_value("Draw").run()
    app = drawn(app, "")
    assert any("label" in warning.value for warning in app.warning)
    for number in range(6):
        app = drawn(app, "vw"[number % 2], 4 * number)
    assert not app.exception
    assert [frame["caption"] for frame in component(app, "film_strip")["frames"]] == list("vwvwvw")
    app.select_slider(key="own_copies").set_value(10).run()
    assert any("6 drawings × 10 = 60 images" in caption.value.replace("\\", "") for caption in app.caption)
    app.button(key="own_undo").click().run()
    assert len(component(app, "film_strip")["frames"]) == 5
    app.button(key="train_start").click().run()
    assert not app.error
    (job,) = queue._jobs.values()
    assert (len(job.own.train), len(job.own.test)) == (30, 20)
    assert job.own.class_names == ("v", "w")


def test_too_few_drawings_are_a_sentence(own_page, queue):
    app = own_page.segmented_control(key="own_source").set_value("Draw").run()
    app = drawn(app, "v")
    app.button(key="train_start").click().run()
    assert "at least 4" in app.error[0].value
    assert not queue._jobs
    app.button(key="own_clear").click().run()
    assert not app.exception


def test_what_a_browser_claims_to_have_taken_out_is_checked(own_page, component):
    app = own_page.segmented_control(key="own_source").set_value("Draw").run()
    app = drawn(app, "v")
    app.session_state["_own_pad_ink"] = None
    app.button(key="own_add").click().run()
    assert any("pad is empty" in warning.value for warning in app.warning)
    assert len(component(app, "film_strip")["frames"]) == 1
    assert base64.b64decode(component(app, "film_strip")["frames"][0]["uri"].partition(",")[2])


# --- models of such data -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def letters():
    """Six classes of the bundled digits, as somebody's own."""
    digits = datasets.load("digits")
    some = digits.train.labels < 6
    found = samples.npz(
        images=digits.train.values[some], labels=np.asarray(list("abcdef"))[digits.train.labels[some]]
    )
    return making.make(bring.read([found]), making.Way.PLAIN)


@pytest.fixture
def saved(save_model, letters):
    """A model of such data in the store."""
    save_model(OWN_MODEL, 2, letters)
    cache.forget_cards()
    yield OWN_MODEL
    models.delete(OWN_MODEL)
    cache.forget_cards()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_copes_with_a_saved_model_without_its_data(open_page, saved, page):
    app = open_page(page, model=saved)
    assert not app.exception
    if page == "latent":
        assert cache.class_names(saved) == tuple("abcdef")
    elif page != "train":
        assert any("which nobody else sees" in info.value for info in app.info)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_takes_a_training_on_data_of_ones_own(open_page, queue, letters, page):
    spec = specs.from_recipe("default", dataset=datasets.OWN, settings={"hidden": "16"})
    job = queue.submit(spec, "somebody", letters)
    job.dataset = letters
    rng = np.random.default_rng(0)
    shapes = preview.shapes(spec.model).values()
    weights = tuple((rng.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32) for shape in shapes)
    job.progress = Progress(snapshots=(Snapshot(1, weights, False),))
    app = open_page(page, model=None)
    app.session_state["_job"] = job.token
    app.query_params["model"] = own_training.LATEST
    app.run()
    assert not app.exception
    assert app.selectbox(key="model_picker").value == own_training.LATEST
    if page == "latent":
        assert cache.class_names(cache_name(job)) == tuple("abcdef")
        assert cache.sample_dataset(cache.card(cache_name(job)).dataset).fingerprint == letters.fingerprint


def cache_name(job):
    from pages.ui.cache import trainings

    return trainings.name_of(job, 1)
