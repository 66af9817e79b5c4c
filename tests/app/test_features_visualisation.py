"""What for: features and flat pictures, from what is stored or made when asked for; and honest words on both."""

import numpy as np
import pytest

from aemodels.measure import embedding_quality
from pages.ui import cache, features_use

SIZES = np.asarray([10, 30, 100])


def features(code, pixels):
    arrays = {"sizes": SIZES, "validation_images": np.asarray(2_000)}
    for name, mean in (("code", code), ("pixels", pixels), ("pca", pixels)):
        values = np.asarray(mean)
        arrays |= {f"{name}_mean": values, f"{name}_low": values - 0.01, f"{name}_high": values + 0.01}
    return arrays


def flat(*, umap=True, code_is_flat=True):
    rng = np.random.default_rng(0)
    arrays = {"labels": np.arange(40) % 10, "code_is_flat": np.asarray(code_is_flat)}
    for place, name in enumerate(("code", "pca", "tsne", "umap")[: 4 if umap else 3]):
        steps, ends = embedding_quality.packed(rng.standard_normal((40, 2)))
        arrays |= {f"{name}_steps": steps, f"{name}_ends": ends}
        arrays |= {f"{name}_trust": np.asarray(0.9), f"{name}_knn": np.asarray(0.4 + 0.1 * place)}
    return arrays


@pytest.mark.parametrize(
    ("code", "pixels", "words"),
    [
        ([0.5, 0.8, 0.9], [0.4, 0.6, 0.95], ("20 points ahead", "From 100 labels on")),
        ([0.5, 0.8, 0.9], [0.4, 0.6, 0.85], ("20 points ahead", "do not catch up")),
        ([0.3, 0.5, 0.6], [0.4, 0.7, 0.9], ("20 points behind", "lead at every number")),
        ([0.5, 0.702, 0.9], [0.4, 0.7, 0.8], ("as good as 784 pixels", "do not catch up")),
    ],
)
def test_what_one_sees_is_said_from_the_numbers(code, pixels, words):
    said = features_use.verdict(features(code, pixels), 16)
    assert all(word in said for word in words)


def test_features_are_measured_when_asked_for_and_drawn(open_page, monkeypatch):
    app = open_page("learn", use="features")
    assert not app.exception
    assert any("without a label" in text.value for text in app.markdown)
    monkeypatch.setattr(cache, "make_study", lambda name, study: features([0.5, 0.8, 0.9], [0.4, 0.6, 0.95]))
    app.button(key="measure_features").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert any("points ahead of" in text.value for text in app.markdown)


def test_stored_features_need_no_button(open_page, monkeypatch):
    monkeypatch.setattr(
        cache, "stored_study", lambda name, study: features([0.5, 0.8, 0.9], [0.4, 0.6, 0.95])
    )
    app = open_page("learn", use="features")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert not [button for button in app.button if button.key == "measure_features"]


def test_four_flat_pictures_have_their_figures_and_one_legend(open_page, monkeypatch, component):
    monkeypatch.setattr(cache, "stored_study", lambda name, study: flat())
    app = open_page("learn", use="visualisation")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4
    assert [metric.label for metric in app.metric] == ["Trustworthy", "10-NN"] * 4
    assert [entry["name"] for entry in component(app, "class_legend")["entries"]] == list("0123456789")


def test_without_umap_the_panel_says_how_to_get_it(open_page, monkeypatch):
    monkeypatch.setattr(cache, "stored_study", lambda name, study: flat(umap=False))
    app = open_page("learn", use="visualisation")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    assert any("pip install umap-learn" in caption.value for caption in app.caption)


def test_a_longer_code_is_laid_out_by_t_sne_and_says_so(open_page, monkeypatch):
    monkeypatch.setattr(cache, "stored_study", lambda name, study: flat(code_is_flat=False))
    app = open_page("learn", model="tiny-long", use="visualisation")
    assert any("t-SNE of the code" in text.value for text in app.markdown)


def test_flat_pictures_are_laid_out_when_asked_for(open_page, monkeypatch):
    app = open_page("learn", use="visualisation")
    assert not app.get("plotly_chart")
    monkeypatch.setattr(cache, "make_study", lambda name, study: flat())
    app.button(key="measure_visualisation").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4
