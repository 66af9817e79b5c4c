"""The visitor's digit, on whatever page: drawn on the pad, read from a picture, taken from the test set, kept."""

import io

import numpy as np
import pytest
from PIL import Image

from aemodels.data import images
from aemodels.errors import ImageError
from aemodels.measure import metrics
from pages.ui import cache, digit, digit_draw, digit_upload, ink, input_tray, live, state
from tests.app.drawings import ONE, SEVEN, encoded, input_picture, message, uri

OUTPUT = "The reconstruction of"


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch) -> None:
    monkeypatch.setattr(cache, "ready_for_pictures", lambda: None)


@pytest.fixture
def session(monkeypatch):
    """A session without a page, for the callbacks."""
    held = {}
    monkeypatch.setattr(state.st, "session_state", held)
    return held


# --- what the pad sends --------------------------------------------------------------------------------------


def test_a_finished_stroke_is_read_whole():
    read = ink.read(message(SEVEN))
    assert read is not None
    assert read.png == SEVEN
    assert read.strokes == ({"width": 20.0, "erase": False, "points": [70, 60, 1, 190, 60, 1, 110, 215, 1]},)


@pytest.mark.parametrize("claimed", [None, 3, "x", [], {}, {"png": 1}, {"png": None}, {"strokes": []}])
def test_anything_else_that_a_browser_may_send_is_no_ink(claimed):
    assert ink.read(claimed) is None


@pytest.mark.parametrize(
    "strokes",
    [
        None,
        "abc",
        [1],
        [{}],
        [{"width": 20, "points": []}],
        [{"width": 20, "points": [1, 2]}],
        [{"width": float("nan"), "points": [1, 2, 1]}],
        [{"width": 20, "points": [1, float("inf"), 1]}],
        [{"width": 20, "points": [1, 1e9, 1]}],
        [{"width": 1e9, "points": [1, 2, 1]}],
        [{"width": 20, "points": [1, 2, True]}],
        [{"width": 20, "points": [1, 2, 1]}] * (ink.MOST_STROKES + 1),
        [{"width": 20, "points": [1, 2, 1] * ink.MOST_NUMBERS}],
        [{"width": 20, "points": [1, 2, 1] * (ink.MOST_NUMBERS // 6)}] * 3,
    ],
)
def test_strokes_that_are_none_are_left_out(strokes):
    assert ink.strokes(strokes) == ()


@pytest.mark.parametrize(
    "png",
    ["junk", "data:image/png;base64,###", "data:text/html;base64,AAAA", uri(bytes(ink.LARGEST_PICTURE))],
)
def test_a_picture_that_no_pad_makes_is_refused_with_a_sentence(png):
    with pytest.raises(ImageError, match=r"\.$"):
        ink.read({**message(SEVEN), "png": png})


# --- from ink to a digit -------------------------------------------------------------------------------------


def test_a_drawing_becomes_an_image_of_the_contract():
    drawn = digit.from_drawing(SEVEN)
    assert drawn.image.shape == (1, 28, 28, 1)
    assert drawn.image.dtype == np.float32
    assert drawn.image.max() <= 1
    assert drawn.image[0, :4].max() == 0  # the margin that MNIST has
    assert drawn.steps


def test_an_empty_pad_is_no_digit_and_begins_another_drawing(session):
    digit_draw.take(ink.read(message(SEVEN)))
    assert state.DRAWN.get() is not None
    digit_draw.take(ink.read(message(None)))
    assert state.DRAWN.get() is None
    assert digit_draw.held().strokes == ()
    digit_draw.take(ink.read(message(ONE)))
    assert len(state.INPUTS.get()) == 2


def test_a_dot_is_said_to_be_too_little_once_the_stroke_has_ended(session):
    dot = encoded(Image.new("L", (252, 252)))
    digit_draw.take(ink.read(message(dot)))
    assert "draw on" in digit_draw.remark()
    assert state.DRAWN.get() is None


# --- while a stroke grows ------------------------------------------------------------------------------------


def test_what_follows_a_stroke_is_what_the_page_shows_of_the_same_digit(open_page, component, picture):
    app = open_page("reconstruct")
    app.session_state[state.DRAWN.name] = digit.from_drawing(SEVEN)
    app.run()
    answering = live.followed(component(app, "ink_pad")["follower"]).answering
    found = answering(uri(SEVEN).encode())["images"]
    assert found["input_image"] == input_picture(app)
    assert found["reconstruction"] == picture(app, OUTPUT)
    assert (
        found["code_image"] == picture(app, "6 bars")
        or picture(app, "The code's place") == found["code_image"]
    )
    assert answering(b"") == {}  # rubbed out as far as it has grown


def test_a_visitor_is_followed_by_a_token_of_their_own(open_page, component):
    tokens = {component(open_page("reconstruct"), "ink_pad")["follower"] for _ in range(2)}
    assert len(tokens) == 2
    assert all(len(token) > 20 for token in tokens)


def test_a_page_on_which_nothing_follows_asks_for_nothing(open_page, component):
    app = open_page("latent")
    app.session_state[state.OWN_ON_MAP.name] = True
    app.run()
    assert component(app, "ink_pad")["follower"] is None


@pytest.mark.parametrize("sent", [b"junk", b"\xff\x00", uri(b"no picture").encode(), b"x" * 3_000_000])
def test_what_no_pad_sends_is_refused_with_a_sentence(open_page, component, sent):
    answering = live.followed(component(open_page("reconstruct"), "ink_pad")["follower"]).answering
    with pytest.raises(ImageError, match=r"\.$"):
        answering(sent)


# --- the page ------------------------------------------------------------------------------------------------


def test_the_pad_gets_its_strokes_back_on_another_page(open_page, component):
    app = open_page("reconstruct")
    app.session_state[state.DRAWING.name] = ink.read(message(SEVEN))
    app.switch_page("pages/denoise.py").run()
    assert not app.exception
    given = component(app, "ink_pad")
    assert given["strokes"] == [dict(message(SEVEN)["strokes"][0])]


def test_another_sample_is_another_reconstruction(open_page, picture):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    before = input_picture(app), picture(app, OUTPUT)
    app.button(key="sample_another").click().run()
    assert not app.exception
    after = input_picture(app), picture(app, OUTPUT)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_sample_is_of_the_class_that_was_asked_for(open_page):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    app.pills(key="sample_class").set_value(3).run()
    assert any(caption.value.startswith("A 3 of") for caption in app.caption)


def test_the_first_sample_is_the_one_in_the_card(open_page, picture, digits):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    title = digit.sample(digits, digit.of_class(digits, 7, 0)).title
    assert picture(app, title) is not None
    assert picture(app, f"{title}, as 28 by 28 pixels") == input_picture(app)
    assert app.pills(key="sample_class").value == 7


def test_a_hard_sample_is_one_that_the_model_reconstructs_worst(open_page, digits, tiny_models):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    app.button(key="sample_hard").click().run()
    assert not app.exception
    x = digits.test.take(slice(2000)).x
    errors = metrics.mse(x, cache.quick_model(tiny_models[0]).reconstruct(x))
    assert app.session_state[state.SAMPLE_ROW.name] == ("digits", int(errors.argmax()))
    app.button(key="sample_hard").click().run()
    assert app.session_state[state.SAMPLE_ROW.name] == ("digits", int(np.argsort(-errors, kind="stable")[1]))


def test_samples_of_a_class_go_round(digits):
    rows = np.flatnonzero(digits.test.labels == 7)
    first, last, again = (digit.of_class(digits, 7, number) for number in (0, len(rows) - 1, len(rows)))
    assert (first, last, again) == (rows[0], rows[-1], rows[0])
    assert np.array_equal(digit.sample(digits, first).image[0], digits.test.x[rows[0]])


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


def test_several_digits_in_one_picture_are_offered_one_by_one(session):
    row = Image.new("L", (520, 260))
    for place, png in enumerate((SEVEN, ONE)):
        row.paste(Image.open(io.BytesIO(png)).convert("L"), (260 * place, 4))
    digit_upload.take(encoded(row), "row.png")
    found = state.UPLOADED.get()
    assert [one.title for one in found] == [
        "digit 1 of your picture row.png",
        "digit 2 of your picture row.png",
    ]
    for one, alone in zip(found, (SEVEN, ONE), strict=True):
        assert np.abs(one.image - images.prepare(alone)).mean() < 0.02


@pytest.mark.parametrize(
    "claimed",
    [None, 3, {}, {"name": 1, "uri": "x"}, {"name": "a", "uri": "%%"}, {"name": "a", "uri": "data:,AAAA"}],
)
def test_whatever_is_pasted_ends_in_a_sentence_or_in_nothing(session, claimed, monkeypatch):
    monkeypatch.setattr(digit_upload, "given", lambda key: claimed)
    digit_upload.take_given()
    problem = state.UPLOAD_PROBLEM.get()
    assert problem is None or problem.endswith(".")
    assert state.UPLOADED.get() == ()


def test_a_pasted_picture_is_the_digit_whatever_source_was_chosen(session, monkeypatch):
    monkeypatch.setattr(digit_upload, "given", lambda key: {"name": "clip", "uri": uri(SEVEN)})
    digit_upload.take_given()
    assert state.DIGIT_SOURCE.get() == digit.UPLOAD
    assert len(state.UPLOADED.get()) == 1


# --- the last inputs -----------------------------------------------------------------------------------------


def test_the_same_drawing_is_kept_once_while_it_grows(session):
    for _ in range(3):
        digit_draw.take(ink.read(message(SEVEN)))
    assert len(state.INPUTS.get()) == 1


def test_an_earlier_drawing_comes_back_with_its_strokes(session):
    digit_draw.take(ink.read(message(SEVEN)))
    first = state.INPUTS.get()[0]
    digit_draw.take(ink.read(message(None)))
    digit_upload.take(ONE, "one.png")
    state.DIGIT_SOURCE.set(digit.UPLOAD)
    input_tray.bring_back(first)
    assert state.DIGIT_SOURCE.get() == digit.DRAW
    assert state.DRAWN.get() is first.digit
    assert state.CANVAS_START.get() == first.strokes != ()
    assert digit_draw.held().strokes == first.strokes


def test_the_tray_keeps_only_the_last_ones(session):
    for _ in range(20):
        digit_draw.take(ink.read(message(SEVEN)))
        digit_draw.take(ink.read(message(None)))
    assert len(state.INPUTS.get()) == 7


def test_what_was_looked_at_is_in_the_tray_of_every_page(open_page, component):
    app = open_page("reconstruct")
    app.segmented_control(key="digit_source").set_value(digit.SAMPLE).run()
    app.button(key="sample_random").click().run()
    app.switch_page("pages/denoise.py").run()
    strips = [
        element.proto.json
        for element in app.get("bidi_component")
        if element.proto.component_name == "film_strip"
    ]
    assert any("test image" in text for text in strips)
