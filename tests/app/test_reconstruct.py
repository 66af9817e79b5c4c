"""Reconstruct, and the digit input that it shares with other pages: drawn, uploaded, or a sample."""

import io
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aemodels.errors import ImageError
from aemodels.measure.baselines import Pca
from pages.ui import cache, code_picture, digit, image_row, quality, state
from pages.ui.cache import data

INPUT = re.compile(r"as 28 by 28 pixels$")
OUTPUT = "The reconstruction of"


def canvas_png(*strokes: tuple[tuple[int, int], ...]) -> bytes:
    """A canvas as the browser sends it: white strokes on black, RGBA."""
    picture = Image.new("RGBA", (252, 252), (0, 0, 0, 255))
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        pen.line(stroke, fill=(255, 255, 255, 255), width=20, joint="curve")
    return encoded(picture)


def encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


SEVEN = canvas_png(((70, 60), (190, 60), (110, 215)))
ONE = canvas_png(((126, 30), (126, 220)))


@pytest.fixture(scope="module")
def fitted_pca(digits) -> Pca:
    return Pca.fit(digits.train.x, 784)


@pytest.fixture(autouse=True)
def _pca_fitted_once(monkeypatch, fitted_pca) -> None:
    """The caches are emptied after every test; fitting a PCA each time would be most of the time spent here."""
    monkeypatch.setattr(data, "_pca", lambda dataset: fitted_pca)
    monkeypatch.setattr(cache, "ready_for_pictures", lambda: None)  # no thread is left behind by a test


def input_picture(app) -> str:
    """The address of the image that the model sees."""
    found = [
        image.url for element in app.get("image") for image in element.proto.imgs if INPUT.search(image.alt)
    ]
    assert len(found) == 1
    return found[0]


# --- the page ------------------------------------------------------------------------------------------------


def test_a_visitor_sees_a_reconstruction_before_drawing_anything(open_page, picture):
    app = open_page("reconstruct")
    assert not app.exception
    assert input_picture(app) is not None
    assert picture(app, OUTPUT) is not None
    assert [metric.label for metric in app.metric] == ["MSE", "PSNR", "SSIM"]
    assert any("Until then you see a sample" in caption.value for caption in app.caption)


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


def test_another_sample_is_another_reconstruction(open_page, picture):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    before = input_picture(app), picture(app, OUTPUT)
    app.button(key="sample_another").click().run()
    assert not app.exception
    after = input_picture(app), picture(app, OUTPUT)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_sample_is_of_the_class_that_was_asked_for(open_page, digits):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    app.pills(key="sample_class").set_value(3).run()
    assert any(caption.value.startswith("A 3 of") for caption in app.caption)


def test_the_drawing_stays_when_the_model_changes(open_page, picture):
    app = open_page("reconstruct")
    app.session_state[state.DRAWN.name] = digit.from_drawing(digit.Drawing(({"type": "path"},), SEVEN))
    app.run()
    drawn, output = input_picture(app), picture(app, OUTPUT + " your drawing")
    assert output is not None
    app.selectbox(key="model_picker").set_value("tiny-long").run()
    assert not app.exception
    assert input_picture(app) == drawn
    assert picture(app, OUTPUT + " your drawing") not in (None, output)


def test_clear_brings_the_sample_back(open_page):
    app = open_page("reconstruct")
    sample = input_picture(app)
    app.session_state[state.DRAWING.name] = digit.Drawing(({"type": "path"},), SEVEN)
    app.session_state[state.DRAWN.name] = digit.from_drawing(digit.Drawing(({"type": "path"},), SEVEN))
    app.run()
    assert input_picture(app) != sample
    app.button(key="canvas_delete").click().run()
    assert input_picture(app) == sample
    assert state.CANVAS_START.name in app.session_state
    assert app.session_state[state.CANVAS_START.name]["objects"] == []


# --- uploads -------------------------------------------------------------------------------------------------


def upload(app, name: str, data: bytes):
    app.segmented_control(key="digit_source").set_value(digit.UPLOAD).run()
    app.file_uploader(key="digit_upload").set_value((name, data, "image/png")).run()
    assert not app.exception
    return app


def test_an_uploaded_picture_is_the_digit(open_page):
    app = open_page("reconstruct")
    before = input_picture(app)
    upload(app, "seven.png", SEVEN)
    assert input_picture(app) != before
    assert not app.warning


@pytest.mark.parametrize(
    "data",
    [b"", b"this is no picture", SEVEN[:200], encoded(Image.new("L", (50, 50), 255))],
    ids=["empty", "text", "cut off", "blank"],
)
def test_a_bad_picture_is_a_sentence_and_the_digit_stays(open_page, data):
    app = open_page("reconstruct")
    upload(app, "good.png", SEVEN)
    good = input_picture(app)
    upload(app, "bad.png", data)
    assert len(app.warning) == 1
    assert app.warning[0].value.endswith(".")
    assert input_picture(app) == good


# --- what the canvas sends -----------------------------------------------------------------------------------


def test_strokes_and_picture_of_the_canvas_are_read():
    drawing = digit.read_canvas({"objects": [{"type": "path"}], "background": "#000"}, SEVEN)
    assert drawing.strokes == ({"type": "path"},)
    assert drawing.png == SEVEN


@pytest.mark.parametrize(
    "raw", [None, 3, "x", [], {}, {"objects": None}, {"objects": "abc"}, {"objects": [1, None]}]
)
def test_anything_else_that_a_browser_may_send_is_an_empty_canvas(raw):
    assert digit.read_canvas(raw, None).strokes == ()


def test_an_empty_canvas_is_no_digit():
    assert digit.from_drawing(digit.Drawing((), ONE)) is None
    assert digit.from_drawing(digit.Drawing(({"type": "path"},), None)) is None


def test_a_drawing_becomes_an_image_of_the_contract():
    drawn = digit.from_drawing(digit.Drawing(({"type": "path"},), SEVEN))
    assert drawn is not None
    assert drawn.image.shape == (1, 28, 28, 1)
    assert drawn.image.dtype == np.float32
    assert drawn.image.max() <= 1
    assert drawn.image[0, :4].max() == 0  # the margin that MNIST has
    assert drawn.steps


@pytest.mark.parametrize("png", [b"junk", SEVEN[:100], b"\x89PNG" + bytes(digit.LARGEST_DRAWING)])
def test_a_picture_that_no_canvas_makes_is_refused_with_a_sentence(png):
    with pytest.raises(ImageError, match=r"\.$"):
        digit.from_drawing(digit.Drawing(({"type": "path"},), png))


def test_another_version_of_the_same_strokes_makes_the_canvas_load_them_again():
    strokes = ({"type": "path"},)
    first, second = digit.canvas_start(strokes, 1), digit.canvas_start(strokes, 2)
    assert first["objects"] == second["objects"] == [{"type": "path"}]
    assert first != second


def test_samples_of_a_class_go_round(digits):
    places = np.flatnonzero(digits.test.labels == 7)
    first, last, again = (digit.sample(digits, 7, number) for number in (0, len(places) - 1, len(places)))
    assert np.array_equal(first.image, again.image)
    assert not np.array_equal(first.image, last.image)
    assert np.array_equal(first.image[0], digits.test.x[places[0]])


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
    monkeypatch.setattr(image_row.st, "image", lambda picture, width, alt: widths.append(width))
    for shape in ((500, 2000), (28, 28), (3, 900), (900, 3)):
        image_row.thumbnail(np.zeros(shape, np.uint8), alt="", side=140)
    assert max(widths) <= 140
