"""Denoise: noise by kind and level, and three ways to take it away, compared honestly."""

import dataclasses

import numpy as np
import pytest

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.measure import classical, metrics
from pages.ui import cache, noise_bench, state
from pages.ui.cache import data

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
    monkeypatch.setattr(data, "TUNING_IMAGES", 2)
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


def test_doing_nothing_the_best_filter_and_the_network_compete(open_page):
    app = open_page("denoise")
    assert [metric.label for metric in app.metric] == ["PSNR"] * 3
    titles = [text.value for text in app.markdown]
    assert any("Doing nothing" in title for title in titles)
    assert any("Best filter" in title for title in titles)
    assert sum(":material/trophy:" in title for title in titles) == 1
    assert all(metric.delta.endswith("dB") for metric in app.metric[1:])


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
    monkeypatch.setattr(data, "_filters", lambda dataset, kind, level: asked.append(level))
    for level in np.linspace(0.0, 1.0, 101):
        cache.filters("digits", "gaussian", float(level))
    assert len(set(asked)) == cache.TUNING_LEVELS
    assert min(asked) > 0
    assert all(
        abs(near - level) <= 1 / cache.TUNING_LEVELS
        for near, level in zip(asked, np.linspace(0, 1, 101), strict=True)
    )


@pytest.mark.parametrize(
    ("before", "by_filter", "after", "words"),
    [
        (9.4, 14.0, 19.9, "5.9 dB better than the best filter"),
        (9.4, 14.0, 12.0, "The filter is 2.0 dB better"),
        (25.0, 20.0, 19.0, "Doing nothing is best"),
        (metrics.PSNR_CAP, 20.0, 19.0, "no noise"),
    ],
)
def test_the_verdict_is_honest(before, by_filter, after, words):
    assert words in noise_bench.verdict(before, by_filter, after)


def test_a_perfect_image_has_no_error():
    assert noise_bench.decibel(metrics.PSNR_CAP) == "no error"
    assert noise_bench.decibel(19.94) == "19.9 dB"
