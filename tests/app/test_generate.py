"""Generate: samples by class and from the prior, the judge's opinion, and what a browser may claim."""

import io

import numpy as np
import pytest

from aemodels.errors import DatasetError
from aemodels.measure import classifier
from pages.ui import cache, generate_codes, generate_figures, generate_gain, generate_grid, state
from pages.ui.cache import generation as made


class EvenJudge:
    """Calls every image by the number of its brightest column, so that the answer is known."""

    trained_on, accuracy = "mnist", 0.991

    def judge(self, x):
        columns = x.sum(axis=(1, 3))[:, :10]
        return columns.argmax(axis=1).astype(np.uint8), np.full(len(x), 0.75, np.float32)


@pytest.fixture(autouse=True)
def _quick_judge(monkeypatch):
    monkeypatch.setattr(classifier, "load", lambda dataset: EvenJudge())
    monkeypatch.setattr(made, "COUNTED", 50)
    for cached in (made._samples, made._figures, made._nearest_real):
        cached.clear()


def test_six_images_of_every_class_are_there_at_once(open_page, component):
    app = open_page("generate")
    assert not app.exception
    grid = component(app, "sample_grid")
    assert len(grid["cells"]) == 60
    assert grid["heads"] == list("0123456789")
    assert grid["sheet"].startswith("data:image/png;base64,")
    assert grid["cells"][13]["label"].startswith("Drawn for 3: the judge says")
    assert all(cell["unsure"] for cell in grid["cells"])


def test_the_judge_is_named_with_its_accuracy_and_its_figures(open_page):
    app = open_page("generate")
    assert [metric.label for metric in app.metric] == ["Recognised", "Confidence", "Diversity"]
    assert any("99.1%" in caption.value for caption in app.caption)
    assert any("of 10** classes covered" in text.value for text in app.markdown)


def test_one_class_shows_sixty_images_of_it(open_page, component):
    app = open_page("generate")
    app.segmented_control(key="generate_kind").set_value("one").run()
    app.selectbox(key="generate_class").set_value(8).run()
    assert not app.exception
    grid = component(app, "sample_grid")
    assert grid["heads"] == []
    assert all(cell["label"].startswith("Drawn for 8") for cell in grid["cells"])
    assert any("samples of “8”" in text.value for text in app.markdown)


def test_samples_of_the_prior_were_wanted_as_nothing(open_page, component):
    app = open_page("generate")
    app.segmented_control(key="generate_kind").set_value("prior").run()
    grid = component(app, "sample_grid")
    assert all(cell["label"].startswith("The judge says") and cell["mark"] == "" for cell in grid["cells"])
    assert not app.warning


def test_a_plain_autoencoder_has_no_prior_and_the_page_says_so(open_page, sentences, component):
    app = open_page("generate", model="tiny-long")
    assert "not defined" not in sentences(app)
    app.segmented_control(key="generate_kind").set_value("prior").run()
    assert "not defined" in sentences(app)
    assert len(component(app, "sample_grid")["cells"]) == 60


def test_new_samples_are_others_and_their_seed_stands_in_the_address(open_page, component):
    app = open_page("generate")
    before = component(app, "sample_grid")["sheet"]
    app.button(key="new_samples").click().run()
    assert component(app, "sample_grid")["sheet"] != before
    assert app.query_params["seed"] in ("1", ["1"])
    app.slider(key="temperature").set_value(0.2).run()
    assert not app.exception
    assert component(app, "sample_grid")["sheet"] != before


def test_an_address_with_a_seed_shows_the_same_samples_to_all(open_page, component):
    first, second = (component(open_page("generate", seed="41"), "sample_grid")["sheet"] for _ in range(2))
    assert first == second
    assert first != component(open_page("generate", seed="42"), "sample_grid")["sheet"]


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e3", "٣", "9999999", "nan", "<b>"])
def test_nonsense_is_no_seed(text):
    assert generate_codes.seed_from_text(text) is None


def test_seeds_are_whole_numbers_of_up_to_six_digits():
    assert generate_codes.seed_from_text("0") == 0
    assert generate_codes.seed_from_text("999999") == generate_codes.MOST


def test_the_nearest_real_image_is_shown_beside_a_sample(open_page, picture):
    app = open_page("generate")
    assert picture(app, "Sample 1.") is not None
    assert picture(app, "The nearest real image") is not None
    app.session_state[state.SAMPLE_PICKED.name] = 12
    app.run()
    assert picture(app, "Sample 13. Drawn for 2") is not None


def test_without_the_data_set_the_page_says_that_there_is_nothing_to_compare_with(open_page, monkeypatch):
    monkeypatch.setattr(cache, "nearest_real", lambda *asked: None)
    app = open_page("generate")
    assert not app.exception
    assert any("is not on this machine" in caption.value for caption in app.caption)


def test_classes_of_another_data_set_are_not_mistaken_for_the_models_own(monkeypatch):
    monkeypatch.setattr(made.store, "class_names", lambda name: ("shirt", "shoe"))
    made._by_class.clear()
    with pytest.raises(DatasetError, match="need its labels"):
        made.by_class("tiny-plane")


@pytest.mark.parametrize("claimed", [None, True, -1, 60, 3.0, "3", [3], {"index": 3}])
def test_a_cell_that_does_not_exist_is_not_picked(claimed):
    assert generate_grid.cell_from_browser(claimed, 60) is None


def test_a_cell_that_exists_is_picked_and_the_first_one_before():
    assert generate_grid.cell_from_browser(59, 60) == 59


def test_a_border_says_what_the_judge_sees_and_amber_where_that_is_another_class():
    found = made.Samples(
        np.zeros((3, 28, 28, 1)), np.asarray([0, 1, 1]), np.asarray([0, 1, 0]), np.asarray([0.9, 0.5, 0.95])
    )
    cells = generate_grid.cells(found, ("Trouser", "Dress"))
    assert [cell["mark"] for cell in cells] == ["", "", "Trou"]
    assert [cell["unsure"] for cell in cells] == [False, True, False]
    assert cells[0]["colour"] == cells[2]["colour"] != cells[1]["colour"]
    assert cells[2]["label"] == "Drawn for Dress: the judge says Trouser, 95% sure"


def test_the_archive_holds_images_with_both_labels():
    found = made.Samples(np.ones((2, 28, 28, 1)), None, np.asarray([3, 4]), np.asarray([0.5, 1.0]))
    with np.load(io.BytesIO(generate_grid.as_archive(found))) as file:
        assert file["images"].shape == (2, 28, 28)
        assert file["images"].max() == 255
        assert file["wanted"].tolist() == [-1, -1]
        assert file["judged"].tolist() == [3, 4]
        assert file["confidence"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("distance", "words"), [(0.5, "Nearly a copy"), (3.0, "Alike, not a copy"), (7.0, "Unlike any real one")]
)
def test_the_distance_is_put_into_words(distance, words):
    assert words in generate_figures.verdict(distance, 9.0, "3")


def gain(generated):
    none, shift = np.asarray([0.6, 0.8]), np.asarray([0.65, 0.86])
    arrays = {"sizes": np.asarray([50, 300])}
    for way, mean in (("none", none), ("shift", shift), ("generated", np.asarray(generated))):
        arrays |= {f"{way}_mean": mean, f"{way}_low": mean - 0.02, f"{way}_high": mean + 0.02}
    return arrays


def test_the_gain_is_said_with_its_sign():
    words = generate_gain.verdict(gain([0.62, 0.79]))
    assert "With 50 labels, generated images change the accuracy by **+2.0** points" in words
    assert "shifted copies by **+6.0**" in words
    assert "**-1.0**" in words
    assert words.startswith("**Yes")


@pytest.mark.parametrize(("generated", "answer"), [(0.61, "Yes"), (0.602, "Hardly"), (0.57, "No.")])
def test_whether_it_helps_is_answered_honestly(generated, answer):
    assert generate_gain.verdict(gain([generated, 0.8])).startswith(f"**{answer}")


def test_a_stored_gain_is_drawn_and_a_missing_one_has_a_button(open_page, monkeypatch):
    app = open_page("generate")
    assert app.button(key="measure_augmentation")
    monkeypatch.setattr(cache, "make_study", lambda name, study: gain([0.62, 0.81]))
    app.button(key="measure_augmentation").click().run()
    assert not app.exception
    assert any("generated images change" in text.value for text in app.markdown)
