"""Damage by hand: what comes from the browser becomes a damaged digit, or a sentence."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from aemodels.errors import ImageError
from pages.ui import noise_by_hand, state
from pages.ui.noise_by_hand import SIDE, Damage, damaged_by_hand

CLEAN = np.random.default_rng(0).random((1, 28, 28, 1), np.float32)


def png(pixels, mode="L", kind="PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, kind)
    return file.getvalue()


def underlay(clean=CLEAN) -> np.ndarray:
    """The digit as the pad shows it: 8 bits, nine pixels to one."""
    return np.rint(clean[0, ..., 0] * 255).astype(np.uint8).repeat(9, axis=0).repeat(9, axis=1)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_where_nobody_drew_the_digit_is_exactly_what_it_was(mode):
    np.testing.assert_array_equal(damaged_by_hand(CLEAN, png(underlay(), mode)), CLEAN)


def test_ink_and_rubber_change_the_share_of_the_pixel_that_they_cover():
    pad = underlay(np.full_like(CLEAN, 0.2))
    pad[0:9, 0:9] = 255  # all of the first pixel
    pad[9:18, 9:12] = 255  # a third of another
    pad[18:27, 18:27] = 0  # rubbed out
    damaged = damaged_by_hand(np.full_like(CLEAN, 0.2), png(pad))[0, ..., 0]
    assert damaged[0, 0] == 1
    assert damaged[1, 1] == pytest.approx(0.2 + 0.8 / 3, abs=1e-3)
    assert damaged[2, 2] == 0
    assert np.all(np.delete(damaged.ravel(), [0, 29, 58]) == np.float32(0.2))
    assert damaged.dtype == np.float32


@pytest.mark.parametrize(
    "data", [b"", b"no picture", png(underlay())[:200]], ids=["nothing", "text", "cut off"]
)
def test_what_is_no_picture_is_a_sentence(data):
    with pytest.raises(ImageError):
        damaged_by_hand(CLEAN, data)


@pytest.mark.parametrize("size", [(28, 28), (252, 251), (900, 900)])
def test_a_picture_of_another_size_is_a_sentence(size):
    with pytest.raises(ImageError, match="252×252 pixels"):
        damaged_by_hand(CLEAN, png(np.zeros(size, np.uint8)))


@pytest.fixture
def session(monkeypatch):
    """What is written to the session, and what the pad claims to have sent."""
    held: dict = {}
    monkeypatch.setattr(state.Key, "get", lambda key: held.get(key.name, key.first))
    monkeypatch.setattr(state.Key, "set", lambda key, value: held.__setitem__(key.name, value))
    monkeypatch.setattr(noise_by_hand.st, "toast", lambda words: held.__setitem__("toast", words))
    monkeypatch.setattr(noise_by_hand.ink_pad, "drawn", lambda key: held["sent"])
    return held


def message(pad, strokes=None):
    uri = "data:image/png;base64," + base64.b64encode(png(pad)).decode()
    return {"png": uri, "strokes": strokes}


def test_a_finished_stroke_is_kept_with_the_damage_that_it_does(session):
    stroke = {"width": 20.0, "erase": False, "points": [10.0, 10.0, 1.0]}
    session[state.HAND_DAMAGE.name] = Damage("here", None, (stroke,))
    pad = underlay()
    pad[:9, :9] = 255 - pad[:9, :9]
    session["sent"] = message(pad, strokes=[stroke, stroke])
    noise_by_hand._take(CLEAN, "here")
    damage = session[state.HAND_DAMAGE.name]
    assert damage.strokes == (stroke, stroke)
    assert damage.image[0, 0, 0, 0] != CLEAN[0, 0, 0, 0]


def test_strokes_of_another_digit_are_not_kept(session):
    stroke = {"width": 20.0, "erase": False, "points": [10.0, 10.0, 1.0]}
    session[state.HAND_DAMAGE.name] = Damage("elsewhere", None, (stroke,))
    session["sent"] = message(underlay())
    noise_by_hand._take(CLEAN, "here")
    assert session[state.HAND_DAMAGE.name].strokes == ()


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "ink",
        {"png": 1},
        {"png": "data:image/png;base64,AAAA"},
        message(np.zeros((9, 9), np.uint8)),
    ],
    ids=["nothing", "text", "no picture", "no png", "another size"],
)
def test_what_the_pad_cannot_have_sent_leaves_the_digit_as_it_was(session, sent):
    before = session[state.HAND_DAMAGE.name] = Damage("here", CLEAN)
    session["sent"] = sent
    noise_by_hand._take(CLEAN, "here")
    assert session[state.HAND_DAMAGE.name] is before


def test_a_pad_has_nine_pixels_to_one_of_the_digit():
    assert SIDE == 28 * noise_by_hand.BLOCK
