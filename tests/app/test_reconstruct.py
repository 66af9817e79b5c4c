"""Reconstruct, and the digit input that it shares with other pages: drawn, uploaded, or a sample."""

import re

import numpy as np
import pytest

from aemodels.measure.baselines import Pca
from pages.ui import cache, code_picture, digit, pictures, quality, state
from pages.ui.cache import data
from tests.app.drawings import SEVEN, input_picture

OUTPUT = "The reconstruction of"


@pytest.fixture(scope="module")
def fitted_pca(digits) -> Pca:
    return Pca.fit(digits.train.x, 784)


@pytest.fixture(autouse=True)
def _pca_fitted_once(monkeypatch, fitted_pca) -> None:
    """The caches are emptied after every test; fitting a PCA each time would be most of the time spent here."""
    monkeypatch.setattr(data, "_pca", lambda dataset: fitted_pca)
    monkeypatch.setattr(cache, "ready_for_pictures", lambda: None)  # no thread is left behind by a test


# --- the page ------------------------------------------------------------------------------------------------


def test_a_visitor_sees_a_reconstruction_before_drawing_anything(open_page, picture, component):
    app = open_page("reconstruct")
    assert not app.exception
    assert input_picture(app) is not None
    assert picture(app, OUTPUT) is not None
    assert [metric.label for metric in app.metric] == ["MSE", "PSNR", "SSIM"]
    assert "Until then you see a sample" in component(app, "ink_pad")["hint"]


def test_every_image_says_what_it_shows(open_page):
    app = open_page("reconstruct")
    assert all(image.alt.strip() for element in app.get("image") for image in element.proto.imgs)


def test_each_figure_stands_beside_that_of_a_pca(open_page):
    app = open_page("reconstruct")
    assert all(re.fullmatch(r"[+-]\d+\.\d+", metric.delta) for metric in app.metric)
    assert all("PCA" in metric.help for metric in app.metric)


def test_a_pca_of_more_numbers_than_pixels_is_the_largest_there_is(monkeypatch, digits):
    monkeypatch.undo()
    assert cache.pca("digits", 2).latent_dim == 2
    assert np.allclose(cache.pca("digits", 1568).reconstruct(digits.test.x[:3]), digits.test.x[:3], atol=1e-3)


@pytest.mark.parametrize(("model", "words"), [("tiny-plane", "z = ("), ("tiny-long", "6 numbers")])
def test_the_code_is_shown_for_any_size(open_page, model, words):
    app = open_page("reconstruct", model=model)
    assert not app.exception
    assert any(words in caption.value for caption in app.caption)


def test_the_drawing_stays_when_the_model_changes(open_page, picture):
    app = open_page("reconstruct")
    app.session_state[state.DRAWN.name] = digit.from_drawing(SEVEN)
    app.run()
    drawn, output = input_picture(app), picture(app, OUTPUT + " your drawing")
    assert output is not None
    app.selectbox(key="model_picker").set_value("tiny-long").run()
    assert not app.exception
    assert input_picture(app) == drawn
    assert picture(app, OUTPUT + " your drawing") not in (None, output)


# --- pictures and words --------------------------------------------------------------------------------------


def test_there_is_one_bar_for_each_number_of_the_code():
    picture = code_picture.bars(np.array([1.0, -2.0, 0.0]))
    assert picture.count("<rect") == 3
    assert "+2" in picture
    assert "−2" in picture


@pytest.mark.parametrize("z", [np.zeros(4), np.array([np.nan, np.inf, 1.0])])
def test_bars_of_any_code_are_finite(z):
    assert "nan" not in code_picture.bars(z)
    assert "inf" not in code_picture.bars(z)


def test_a_code_beyond_the_map_sits_at_its_edge():
    picture = code_picture.place_on_map(np.array([99.0, -99.0]), (-1.0, 1.0, -1.0, 1.0), "data:,", side=100)
    assert "cx='97.0' cy='97.0'" in picture


def test_feature_maps_lie_side_by_side():
    z = np.zeros((7, 7, 32))
    z[0, 0, 9] = -2.0
    sheet = code_picture.tiles(z.ravel(), (7, 7, 32))
    assert sheet.shape == (4 * 8 - 1, 8 * 8 - 1, 3)
    brightest = np.unravel_index(sheet.sum(axis=2).argmax(), sheet.shape[:2])
    assert brightest == (8, 8)  # the second row's second map


def test_the_figures_of_identical_images_are_perfect():
    x = np.random.default_rng(0).random((1, 28, 28, 1), np.float32)
    assert quality.figures(x, x) == pytest.approx((0.0, 100.0, 1.0))


@pytest.mark.parametrize(
    ("ours", "theirs", "size", "words"),
    [
        (0.01, 0.04, 2, "4.0 times"),
        (0.01, 0.01, 2, "as well"),
        (0.04, 0.01, 1, "same 1 number does better"),
        (0.04, 0.0, 784, "no bottleneck"),
    ],
)
def test_the_comparison_with_pca_is_said_in_a_sentence(ours, theirs, size, words):
    assert words in quality._verdict(ours, theirs, size)


def test_no_thumbnail_is_wider_than_its_place(monkeypatch):
    widths = []
    monkeypatch.setattr(pictures.st, "image", lambda picture, width, alt: widths.append(width))
    for shape in ((500, 2000), (28, 28), (3, 900), (900, 3)):
        pictures.thumbnail(np.zeros(shape, np.uint8), alt="", side=140)
    assert max(widths) <= 140
