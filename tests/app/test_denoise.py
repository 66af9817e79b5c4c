"""Denoise: noise by kind and level, and who takes it away best, compared honestly, on one digit and on many."""

import dataclasses
import json

import numpy as np
import pytest

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.measure import classical, denoising, metrics, repetition
from pages.ui import cache, noise_bench, repair_case, repair_competition, repair_curves, repair_rounds, state
from pages.ui.cache import denoising as kept
from pages.ui.noise_controls import BY_HAND, kind_title
from pages.ui.repair_case import Case

DENOISED = "What "


def noisy_alt(kind: str) -> str:
    return f" with {CORRUPTIONS[kind].title.lower()}"


def noisy_picture(app, kind: str) -> str | None:
    found = [
        image.url
        for element in app.get("image")
        for image in element.proto.imgs
        if noisy_alt(kind) in image.alt
    ]
    return found[0] if found else None


@pytest.fixture(autouse=True)
def _quick_tuning(monkeypatch):
    """Two images and two filters: what the best parameters are is tested with the filters themselves."""
    few = {name: dataclasses.replace(classical.CLASSICAL[name]) for name in ("median", "gaussian")}
    monkeypatch.setattr(classical, "CLASSICAL", few)
    monkeypatch.setattr(kept, "TUNING_IMAGES", 2)
    monkeypatch.setattr(kept, "_table", lambda dataset, fingerprint: None)
    monkeypatch.setattr(cache, "ready_for_pictures", lambda: None)  # no thread is left behind by a test


@pytest.fixture(autouse=True)
def _tiny_denoisers(monkeypatch):
    """The picked model denoises, not a shipped one: that would import TensorFlow."""
    monkeypatch.setattr(noise_bench, "denoisers", lambda picked: [picked])


def test_noise_and_its_removal_are_there_at_once(open_page, picture):
    app = open_page("denoise")
    assert not app.exception
    assert noisy_picture(app, "gaussian") is not None
    assert picture(app, DENOISED) is not None


@pytest.fixture
def open_part(open_page):
    """Opens the page with one of the parts below the pipeline."""

    def open_(part: str, **query):
        app = open_page("denoise", **query)
        app.session_state[state.REPAIR_TABS.name] = part
        return app.run()

    return open_


def test_doing_nothing_the_best_filter_and_networks_compete(open_page):
    app = open_page("denoise")
    assert len(app.metric) >= 6
    assert [metric.label for metric in app.metric] == ["PSNR", "SSIM"] * (len(app.metric) // 2)
    titles = [text.value for text in app.markdown]
    assert any("Clean" in title for title in titles)
    assert any("Doing nothing" in title for title in titles)
    assert any("Best filter" in title for title in titles)
    assert any("tiny\\-plane" in title for title in titles)
    assert sum(":material/trophy:" in title for title in titles) == 1
    assert all(metric.delta.endswith("dB") for metric in app.metric[2::2])


def test_every_answer_says_how_many_pixels_it_repaired_and_harmed(open_page, picture):
    app = open_page("denoise")
    assert sum("pixels repaired" in caption.value for caption in app.caption) == len(app.metric) // 2 - 1
    assert picture(app, "The filtered digit: ") is not None
    assert any("teal: nearer" in caption.value for caption in app.caption)


def test_moving_the_slider_changes_the_noisy_and_the_denoised_image(open_page, picture):
    app = open_page("denoise")
    before = noisy_picture(app, "gaussian"), picture(app, DENOISED)
    app.slider(key="noise_level").set_value(0.8).run()
    assert not app.exception
    assert noisy_picture(app, "gaussian") != before[0]
    assert picture(app, DENOISED) != before[1]


def test_no_noise_is_no_error(open_page):
    app = open_page("denoise")
    app.slider(key="noise_level").set_value(0.0).run()
    assert not app.exception
    assert app.metric[0].value == "no error"


@pytest.mark.parametrize("kind", list(CORRUPTIONS))
def test_every_kind_of_noise_starts_at_its_own_level(open_page, kind):
    app = open_page("denoise")
    app.selectbox(key="noise_kind").set_value(kind).run()
    assert not app.exception
    slider = app.slider(key="noise_level")
    assert slider.value == CORRUPTIONS[kind].default
    assert (slider.min, slider.max) == (CORRUPTIONS[kind].low, CORRUPTIONS[kind].high)
    assert noisy_picture(app, kind) is not None


def test_the_level_of_a_kind_is_remembered(open_page):
    app = open_page("denoise")
    app.slider(key="noise_level").set_value(0.8).run()
    app.selectbox(key="noise_kind").set_value("missing_block").run()
    app.selectbox(key="noise_kind").set_value("gaussian").run()
    assert app.slider(key="noise_level").value == 0.8


def test_fresh_noise_is_other_noise_under_another_seed(open_page):
    app = open_page("denoise")
    before = noisy_picture(app, "gaussian")
    app.button(key="noise_again").click().run()
    assert noisy_picture(app, "gaussian") != before
    assert any(caption.value == "seed 1" for caption in app.caption)
    assert app.session_state[state.NOISE_SEED.name] == 1


def test_a_model_that_never_saw_noise_says_so(open_page):
    app = open_page("denoise")
    assert any("never trained on noise" in caption.value for caption in app.caption)


def test_the_visitor_chooses_among_denoisers(open_page, picture, monkeypatch):
    monkeypatch.setattr(noise_bench, "denoisers", lambda picked: ["tiny-long", picked])
    app = open_page("denoise")
    first = picture(app, "What tiny-long makes of it")
    app.selectbox(key="denoiser").set_value("tiny-plane").run()
    assert not app.exception
    assert picture(app, "What tiny-plane makes of it") not in (None, first)


def test_models_trained_on_noise_come_first(monkeypatch):
    monkeypatch.undo()

    class Card:
        def __init__(self, name: str, denoises: bool) -> None:
            self.name, self.denoises = name, denoises

    cards = {
        name: Card(name, name in ("mine", "denoising-mnist")) for name in ("plain", "mine", "denoising-mnist")
    }
    monkeypatch.setattr(cache, "cards", lambda: tuple(cards.values()))
    monkeypatch.setattr(cache, "card", cards.__getitem__)
    assert noise_bench.denoisers("plain") == ["denoising-mnist", "mine", "plain"]
    assert noise_bench.denoisers("mine") == ["mine"]


def test_filters_are_tuned_at_few_levels_and_never_at_none(monkeypatch):
    asked = []
    monkeypatch.setattr(kept, "_filters", lambda dataset, kind, level: asked.append(level))
    for level in np.linspace(0.0, 1.0, 101):
        cache.filters("digits", "gaussian", float(level))
    assert len(set(asked)) == cache.TUNING_LEVELS
    assert min(asked) > 0
    assert all(
        abs(near - level) <= 1 / cache.TUNING_LEVELS
        for near, level in zip(asked, np.linspace(0, 1, 101), strict=True)
    )


def test_kept_parameters_answer_without_any_tuning(monkeypatch):
    asked = []
    choice = classical.Choice("median", 3.0, 12.0)

    class Table:
        def choices(self, kind, level):
            return {"median": choice} if kind == "gaussian" else None

    monkeypatch.setattr(kept, "_table", lambda dataset, fingerprint: Table())
    monkeypatch.setattr(kept, "_filters", lambda *noise: asked.append(noise))
    assert cache.filters("digits", "gaussian", 0.5) == {"median": choice}
    assert asked == []
    cache.filters("digits", "shift", 4.0)
    assert asked == [("digits", "shift", 4.0)]


@pytest.mark.parametrize(
    ("before", "by_filter", "after", "words"),
    [
        (9.4, 14.0, 19.9, "5.9 dB better than the best filter"),
        (9.4, 14.0, 12.0, "The filter is 2.0 dB better"),
        (25.0, 20.0, 19.0, "Doing nothing is best"),
        (metrics.PSNR_CAP, 20.0, 19.0, "no damage"),
    ],
)
def test_the_verdict_is_honest(before, by_filter, after, words):
    assert words in repair_competition.verdict(before, by_filter, after)


def test_another_network_that_wins_is_named():
    assert repair_competition.verdict(9.0, 10.0, 11.0, "tiny-long") == "tiny-long does it best."


def test_a_perfect_image_has_no_error():
    assert repair_case.decibel(metrics.PSNR_CAP) == "no error"
    assert repair_case.decibel(19.94) == "19.9 dB"


# --- geometry, and damage by hand ------------------------------------------------------------------------------


def test_geometry_is_said_to_be_no_noise(open_page):
    assert kind_title("rotation") == "Geometry: rotation"
    app = open_page("denoise")
    app.selectbox(key="noise_kind").set_value("shift").run()
    assert any("nothing here was trained for it" in caption.value for caption in app.caption)


def test_damage_by_hand_begins_with_the_whole_digit_on_a_pad(open_page):
    app = open_page("denoise")
    app.selectbox(key="noise_kind").set_value(BY_HAND).run()
    assert not app.exception
    (pad,) = [
        json.loads(each.proto.json)
        for each in app.get("bidi_component")
        if each.proto.component_name == "ink_pad" and "hand_pad" in each.proto.json
    ]
    assert pad["underlay"].startswith("data:image/png;base64,")
    assert app.metric[0].value == "no error"
    assert not app.slider
    app.selectbox(key="noise_kind").set_value("gaussian").run()
    assert app.slider(key="noise_level").value == CORRUPTIONS["gaussian"].default


def test_damage_by_hand_has_no_curves(open_part):
    app = open_part("Over the test set")
    app.selectbox(key="noise_kind").set_value(BY_HAND).run()
    assert not app.exception
    assert any("no level to draw a curve over" in caption.value for caption in app.caption)


# --- over the test set -----------------------------------------------------------------------------------------


def test_a_model_that_was_not_measured_is_measured_on_demand(open_part, monkeypatch):
    monkeypatch.setattr(denoising, "TEST_IMAGES", 3)
    app = open_part("Over the test set")
    assert not app.exception
    assert not app.get("plotly_chart")
    app.button(key="measure_tiny-plane").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert any("At the level of the slider" in caption.value for caption in app.caption)
    assert "measure_tiny-plane" not in [button.key for button in app.button]


def test_curves_of_other_images_are_not_laid_over_each_other():
    case = Case(*[np.zeros((1, 28, 28, 1), np.float32)] * 3, "denoising-mnist", "tiny-plane", "gaussian", 0.5)
    assert repair_curves.source_of(case.name) != repair_curves.source_of(case.picked)


def test_the_medians_at_the_level_become_a_sentence():
    here = {"mine": 19.6, "doing nothing": 9.4, "median": 12.1}
    words = repair_curves.said(here)
    assert "mine does best, with half of the images above 19.6 dB" in words
    assert "next comes median with 12.1 dB" in words
    assert "next to no noise" in repair_curves.said({"mine": 22.0, "doing nothing": 100.0})


# --- again and again -------------------------------------------------------------------------------------------


def test_the_digit_goes_round_and_round(open_part, picture):
    app = open_part("Again and again")
    assert not app.exception
    frames = strip(app)
    assert [frame["caption"] for frame in frames] == [str(number) for number in repair_rounds.SHOWN]
    assert frames[-1]["changed"]
    assert picture(app, "After 50 rounds") is not None
    assert any("settled" in caption.value or "still moves" in caption.value for caption in app.caption)


def strip(app):
    (found,) = [
        json.loads(each.proto.json)["frames"]
        for each in app.get("bidi_component")
        if each.proto.component_name == "film_strip" and "After no round" in each.proto.json
    ]
    return found


def test_a_circle_is_called_one():
    images = np.zeros((13, 28, 28, 1), np.float32)
    images[::2] = 0.5
    said = repair_rounds.verdict(repetition.Rounds(images, np.full(12, 0.5)), np.full(13, 9.0))
    assert "a circle of 2 images" in said[0]


def rounds(changes):
    images = np.zeros((len(changes) + 1, 28, 28, 1), np.float32)
    return repetition.Rounds(images, np.asarray(changes))


@pytest.mark.parametrize(
    ("changes", "quality", "words"),
    [
        ([0.2, 0.1, 1e-5], [9, 20, 20.1, 20.1], ["settled after 2 rounds", "change next to nothing"]),
        (
            [0.2, 0.1, 1e-5],
            [9, 20, 12, 12],
            ["one of the network's attractors", "8.0 dB farther", "1 round."],
        ),
        ([0.2, 0.1, 0.05], [9, 20, 15, 12], ["still moves", "drifts", "8.0 dB farther"]),
        ([0.2, 0.1, 1e-5], [9, 12, 15, 16], ["More rounds helped", "+4.0 dB"]),
        ([0.0, 0.0], [9, 9, 9], ["does not move"]),
    ],
)
def test_what_the_rounds_came_to_is_said_honestly(changes, quality, words):
    said = " ".join(repair_rounds.verdict(rounds(changes), np.asarray(quality, float)))
    for part in words:
        assert part in said


@pytest.mark.parametrize("claimed", [-1, 13, 2.0, "3", True, None, [1]])
def test_a_round_that_does_not_exist_is_not_picked(claimed, monkeypatch):
    chosen = []
    monkeypatch.setattr(state.Key, "set", lambda key, value: chosen.append(value))
    repair_rounds._pick(list(repair_rounds.SHOWN), claimed)
    assert chosen == []
    repair_rounds._pick(list(repair_rounds.SHOWN), 3)
    assert chosen == [3]
