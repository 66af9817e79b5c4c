"""A code that a visitor edits: what the page shows of it, and whatever a browser claims to have changed."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from aemodels.errors import ConfigError
from pages.ui import cache, code_editing, code_edits, live, pictures, state
from pages.ui.code_edits import Edits

Z = np.array([1.0, -2.0, 0.0, 0.5], np.float32)
BEFORE = Edits("token", version=2, changes={1: 0.25})


def claim(**other):
    return {"token": "token", "at": [0, 3], "to": [1.5, -2], **other}


def page(name, number):
    from pages.ui import cache, code_editing

    code_editing.code_editing(name, cache.sample_dataset("digits").test.take(slice(number, number + 1)).x)


@pytest.fixture
def open_card(tiny_models):
    def open_(name=tiny_models[1], number=0, **session):
        app = AppTest.from_function(page, args=(name, number), default_timeout=60)
        for key, value in session.items():
            app.session_state[key] = value
        return app.run()

    return open_


# --- what a browser sends ----------------------------------------------------------------------------------------


def test_a_message_replaces_all_changes():
    edits = code_edits.read(claim(), BEFORE, size=4, reach=2.0)
    assert edits == Edits("token", version=2, changes={0: 1.5, 3: -2.0})
    np.testing.assert_array_equal(edits.applied(Z), [1.5, -2, 0, -2])
    assert code_edits.read(claim(at=[], to=[]), BEFORE, size=4, reach=2.0).changes == {}


def test_a_message_about_what_was_shown_before_changes_nothing():
    assert code_edits.read(claim(token="old"), BEFORE, size=4, reach=2.0) == BEFORE


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        "x",
        [],
        {},
        claim(at=None),
        claim(at="01"),
        claim(at=[0]),
        claim(at=[0] * 5, to=[0] * 5),
    ],
)
def test_what_is_no_message_is_refused(claimed):
    with pytest.raises(ConfigError, match="no change of a code"):
        code_edits.read(claimed, BEFORE, size=4, reach=2.0)


@pytest.mark.parametrize("at", [[0, 4], [0, -1], [0, 0], [0, 1.0], [0, "1"], [0, True], [0, None], [0, [1]]])
def test_places_that_the_code_does_not_have_are_refused(at):
    with pytest.raises(ConfigError, match="This code has 4 numbers"):
        code_edits.read(claim(at=at), BEFORE, size=4, reach=2.0)


@pytest.mark.parametrize("value", [2.1, -1e300, float("nan"), float("inf"), 10**400, "1", None, True, [1]])
def test_values_out_of_reach_are_refused(value):
    with pytest.raises(ConfigError, match="goes from −2 to 2"):
        code_edits.read(claim(to=[0, value]), BEFORE, size=4, reach=2.0)


# --- what is kept ------------------------------------------------------------------------------------------------


def test_changes_are_forgotten_with_another_model_or_input():
    x = np.zeros((1, 28, 28, 1), np.float32)
    token = code_edits.token_of("a", "1", x)
    assert token == code_edits.token_of("a", "1", x.copy())
    others = [("b", "1", x), ("a", "2", x), ("a", "1", x + 1)]
    assert token not in [code_edits.token_of(*other) for other in others]
    assert BEFORE.of("token") == BEFORE
    assert BEFORE.of(token) == Edits(token, version=2)


def test_a_unit_is_set_to_zero_and_restored_and_the_browser_told():
    off = BEFORE.toggled(Z, [0, 2])
    np.testing.assert_array_equal(off.applied(Z), [0, 0.25, 0, 0.5])
    assert off.version == 3
    back = off.toggled(Z, [0, 2])
    np.testing.assert_array_equal(back.applied(Z), [1, 0.25, 0, 0.5])
    assert back.changes == {1: 0.25}


def test_the_code_itself_is_never_written_to():
    z = Z.copy()
    BEFORE.applied(z)
    BEFORE.toggled(z, [0])
    np.testing.assert_array_equal(z, Z)


# --- the card ----------------------------------------------------------------------------------------------------


def test_the_card_shows_the_encoders_code_and_what_it_gives(open_card, component, tiny_models, digits):
    app = open_card()
    assert not app.exception
    data = component(app, "code_editor")
    model = cache.answering(tiny_models[1])
    z = model.encode(digits.test.x[:1])
    np.testing.assert_allclose(data["home"], z[0], atol=1e-4)
    assert data["at"] == []
    now, before, difference = (picture["uri"] for picture in data["pictures"])
    assert now == before == pictures.data_uri(model.decode(z)[0])
    assert difference == pictures.data_uri(np.zeros((28, 28, 3), np.uint8))
    assert data["reach"] >= np.abs(z).max() * 1.5 - 1e-3
    assert "Nothing is changed" in data["words"]


def test_an_edited_code_is_decoded_beside_the_one_that_was(open_card, component, tiny_models, digits):
    name, x = tiny_models[1], digits.test.x[:1]
    token = code_edits.token_of(name, str(cache.card(name).created), x)
    app = open_card(**{state.CODE_EDITS.name: Edits(token, changes={2: 1.25})})
    assert not app.exception
    data = component(app, "code_editor")
    model = cache.answering(name)
    z = model.encode(x)
    assert data["pictures"][1]["uri"] == pictures.data_uri(model.decode(z)[0])
    z[0, 2] = 1.25
    assert data["pictures"][0]["uri"] == pictures.data_uri(model.decode(z)[0])
    assert (data["at"], data["to"]) == ([2], [1.25])
    assert "1 of 6 numbers changed" in data["words"]
    assert name not in str(data)


def test_a_drag_is_followed_by_what_the_page_then_shows(open_card, component, tiny_models, digits):
    name, x = tiny_models[1], digits.test.x[:1]
    token = code_edits.token_of(name, str(cache.card(name).created), x)
    app = open_card(**{state.CODE_EDITS.name: Edits(token, changes={2: 1.25})})
    data = component(app, "code_editor")
    sent = json.dumps({"token": token, "at": [2], "to": [1.25]}).encode()
    (found,) = live.followed(data["follower"]).answering(sent)["parts"].values()
    assert found == {"pictures": data["pictures"], "words": data["words"]}


@pytest.mark.parametrize(
    "sent", [b"", b"x", b"null", b"[1]", b"[" * 100_000, b'{"at": [0], "to": []}', b'{"at": 1}', b"\xff"]
)
def test_what_no_editor_sends_while_it_is_dragged_is_refused(open_card, component, sent):
    follower = component(open_card(), "code_editor")["follower"]
    with pytest.raises(ConfigError):
        live.followed(follower).answering(sent)


def test_edits_of_another_input_are_not_shown(open_card, component, tiny_models, digits):
    name = tiny_models[1]
    token = code_edits.token_of(name, str(cache.card(name).created), digits.test.x[:1])
    app = open_card(number=1, **{state.CODE_EDITS.name: Edits(token, changes={2: 1.25})})
    data = component(app, "code_editor")
    assert data["at"] == []
    assert data["token"] != token


def test_the_units_come_in_the_order_of_what_they_hold(open_card, component, tiny_models, digits):
    app = open_card()
    app.toggle(key=state.ABLATION.name).set_value(True).run()
    assert not app.exception
    frames = component(app, "film_strip")["frames"]
    model, x = cache.answering(tiny_models[1]), digits.test.x[:1]
    z = model.encode(x)
    codes = np.where(np.eye(6, dtype=bool), 0, z).astype(np.float32)
    change = ((model.decode(codes) - model.decode(z)) ** 2).mean(axis=(1, 2, 3))
    first = int(change.argmax())
    assert len(frames) == 6
    assert frames[0]["uri"] == pictures.data_uri(model.decode(codes)[first])
    assert frames[0]["caption"].endswith(f"{change[first]:.3f}")


def test_a_model_of_points_and_a_code_that_is_too_long_have_no_editor(open_card, monkeypatch):
    monkeypatch.setattr(code_editing, "MOST", 5)
    app = open_card()
    assert not app.get("bidi_component")
    assert any("too many to be changed by hand" in caption.value for caption in app.caption)
    monkeypatch.setattr(cache, "draws_images", lambda name: False)
    assert len(open_card().main.children) == 0
