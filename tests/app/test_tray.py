"""The tray of kept places: kept, undone, linked to, taken along; and whatever a hostile browser claims of it."""

import csv
import io
import json

import numpy as np
import pytest

from aemodels.errors import ConfigError
from pages.ui import cache, kept_card, map_layers, tray


@pytest.fixture
def session(monkeypatch):
    """A session's own memory, without a page."""
    memory = {}
    monkeypatch.setattr("streamlit.session_state", memory)
    return memory


def test_an_empty_tray_says_how_to_fill_it(open_page):
    app = open_page("latent")
    assert not app.exception
    assert any("click the map to keep a place" in text.value.replace("\\", "") for text in app.markdown)
    assert "kept" not in app.query_params


def test_two_kept_places_in_the_address_make_a_walk(open_page, component):
    app = open_page("latent", kept="0.5,-0.25;-0.5,0.25")
    assert not app.exception
    frames = component(app, "film_strip")["frames"]
    assert len(frames) == 16
    assert "(0.50, −0.25)" in frames[0]["label"]
    assert "(−0.50, 0.25)" in frames[-1]["label"]
    assert app.query_params["kept"] == "0.5,-0.25;-0.5,0.25"
    assert any("nearest test images" in text.value for text in app.caption)


@pytest.mark.parametrize("kind", ["spherical", "even"])
def test_every_kind_of_walk_has_as_many_images_as_were_asked_for(open_page, component, kind):
    app = open_page("latent", kept="0.5,-0.25;-0.5,0.25;1,1")
    app.button_group(key="walk_kind").set_value(kind).run()
    app.slider(key="walk_steps").set_value(9).run()
    assert not app.exception
    assert len(component(app, "film_strip")["frames"]) == 9


@pytest.mark.parametrize(
    "kept", ["nan,0", "1e300,0", "abc", "1,2,3;0,0", ";", "0,0;" * 30, "<b>1</b>,2", "0,0;1,2;DROP"]
)
def test_a_hostile_address_gets_a_sentence_and_keeps_nothing(open_page, sentences, kept):
    app = open_page("latent", kept=kept)
    assert not app.exception
    assert "2 numbers between" in sentences(app) or "at most 24" in sentences(app)
    assert "kept" not in app.query_params


def test_a_longer_code_can_be_kept_and_walked_too(open_page, tiny_models, component):
    app = open_page("latent", model=tiny_models[1], kept="0,0,0,0,0,0;1,0,0,0,0,1")
    assert not app.exception
    assert len(component(app, "film_strip")["frames"]) == 16


def test_keeping_removing_and_clearing_can_all_be_undone(session):
    tray.keep("a", (1.0, 2.0))
    tray.keep("a", (1.0, 2.0))  # the same again
    tray.keep("a", (3.0, 4.0))
    tray.keep("b", (9.0, 9.0))
    assert tray.kept("a") == ((1.0, 2.0), (3.0, 4.0))
    kept_card.act("a", {"what": "remove", "index": 0})
    assert tray.kept("a") == ((3.0, 4.0),)
    kept_card.act("a", {"what": "clear", "index": None})
    assert tray.kept("a") == ()
    seen = []
    while tray.can_undo("a"):
        kept_card.act("a", {"what": "undo", "index": None})
        seen.append(len(tray.kept("a")))
    assert seen == [1, 2, 1, 0]
    assert tray.kept("b") == ((9.0, 9.0),)


def test_the_oldest_makes_room_and_changes_are_not_remembered_without_end(session):
    for number in range(200):
        tray.keep("a", (float(number), 0.0))
    assert tray.kept("a") == tuple((float(number), 0.0) for number in range(176, 200))
    undone = 0
    while tray.can_undo("a"):
        tray.undo("a")
        undone += 1
    assert undone == tray.MOST_CHANGES


@pytest.mark.parametrize(
    "claimed",
    [None, "go", 5, [], {}, {"what": "explode"}, {"what": ["go"]}, {"what": {"go": 1}}, {"what": "go"},
     {"what": "go", "index": -1}, {"what": "go", "index": 1}, {"what": "go", "index": True},
     {"what": "remove", "index": 10**400}, {"what": "remove", "index": "0"}, {"what": "go", "index": 0.0},
     {"what": "go", "index": float("nan")}, {"what": "name", "index": 0}, {"what": "name", "index": 0, "name": 7},
     {"what": "name", "index": 1, "name": "x"}, {"what": "name", "index": 0, "name": "x" * 25},
     {"what": "name", "index": 0, "name": "a;b"}, {"what": "name", "index": 0, "name": "a~b"},
     {"what": "name", "index": 0, "name": "a\nb"}, {"what": "name", "index": 0, "name": "\u202eevil"}],
)  # fmt: skip
def test_what_no_honest_tray_sends_is_refused_and_changes_nothing(session, claimed):
    tray.keep("a", (1.0, 2.0))
    before = dict(session)
    with pytest.raises(ConfigError):
        kept_card.act("a", claimed)
    assert session == before


def test_a_tray_survives_the_way_through_the_address():
    codes = ((0.3, -1.2), (0.0, 2.125))
    assert tray.from_text(tray.to_text(codes), 2, 10.0) == (codes, {})
    called = {codes[1]: "thin, tall & <b>"}
    assert tray.from_text(tray.to_text(codes, called), 2, 10.0) == (codes, called)
    long = tuple(tuple(float(number) for number in range(16)) for _ in range(24))
    assert len(tray.to_text(long)) <= tray.LONGEST_ADDRESS
    assert tray.to_text(()) == ""


def test_what_is_taken_along_can_be_read_again():
    codes = ((0.3, -1.2), (0.0, 2.125))
    called = {codes[0]: "thin, tall"}
    rows = list(csv.reader(io.StringIO(kept_card.as_csv(codes, called))))
    assert rows[0] == ["name", "z1", "z2"]
    assert [row[0] for row in rows[1:]] == ["thin, tall", ""]
    assert [tuple(map(float, row[1:])) for row in rows[1:]] == list(codes)
    assert json.loads(kept_card.as_json("mine", codes, called)) == {
        "model": "mine",
        "z": [[0.3, -1.2], [0.0, 2.125]],
        "names": ["thin, tall", ""],
    }


@pytest.mark.parametrize(
    "claimed", [None, 5, "density", {"density": 1}, [["density"]], [None], ["__class__"]]
)
def test_layers_that_do_not_exist_are_not_heard(claimed):
    assert map_layers.wishes(claimed) == frozenset()


def test_layers_that_exist_are(session):
    assert map_layers.wishes(["density", "nonsense", "manifold"]) == {"density", "manifold"}


@pytest.mark.parametrize("layer", ["manifold", "density", "holes", "stretch", "regions"])
def test_every_layer_covers_the_codes(tiny_models, layer):
    assert layer in map_layers.known(tiny_models[0])
    drawn = cache.layer(tiny_models[0], layer)
    assert drawn.uri.startswith("data:image/png;base64,")
    x, y = cache.codes(tiny_models[0]).z.T
    assert ((drawn.x[0] <= x) & (x <= drawn.x[1]) & (drawn.y[0] <= y) & (y <= drawn.y[1])).mean() > 0.97


def test_a_plane_through_a_longer_code_has_only_its_density(tiny_models):
    assert map_layers.known(tiny_models[1]) == ("density",)
    assert cache.layer(tiny_models[1], "density").high > 0


def test_a_kept_place_has_a_name_that_survives_removal_and_undo(session):
    tray.keep("a", (1.0, 2.0))
    tray.keep("a", (3.0, 4.0))
    kept_card.act("a", {"what": "name", "index": 1, "name": "  thin seven "})
    assert tray.names("a") == {(3.0, 4.0): "thin seven"}
    kept_card.act("a", {"what": "remove", "index": 1})
    kept_card.act("a", {"what": "name", "index": 0, "name": "zero"})
    kept_card.act("a", {"what": "undo"})
    assert tray.names("a") == {(1.0, 2.0): "zero", (3.0, 4.0): "thin seven"}
    kept_card.act("a", {"what": "name", "index": 1, "name": ""})
    assert tray.names("a") == {(1.0, 2.0): "zero"}
    assert tray.names("b") == {}


def test_names_come_and_go_by_the_address(open_page, component):
    app = open_page("latent", kept="0.5,-0.25~thin <b>;-0.5,0.25")
    assert not app.exception
    assert app.query_params["kept"] == "0.5,-0.25~thin <b>;-0.5,0.25"
    assert [item["name"] for item in component(app, "kept_tray")["items"]] == ["thin <b>", ""]


def test_the_walk_says_the_class_of_each_image_and_marks_where_it_changes(open_page, component, tiny_models):
    places = ((0.5, -0.25), (-2.5, 1.25))
    walk = cache.walk(tiny_models[0], places, "straight", 16)
    assert walk.changes
    app = open_page("latent", kept=";".join(f"{x},{y}" for x, y in places))
    frames = component(app, "film_strip")["frames"]
    assert [int(frame["caption"]) for frame in frames] == walk.classes.tolist()
    marked = [step for step, frame in enumerate(frames) if frame["changed"]]
    assert marked == [change.step for change in walk.changes]
    before = walk.codes[np.asarray(marked) - 1]
    np.testing.assert_allclose(
        component(app, "latent_trail")["changes"], (before + walk.codes[marked]) / 2, atol=1e-5
    )


def test_a_frame_of_the_walk_is_chosen_and_kept(session, tiny_models):
    name = tiny_models[0]
    walk = cache.walk(name, ((0.5, -0.25), (-2.5, 1.25)), "straight", 9)
    kept_card.pick(name, walk, 4)
    np.testing.assert_allclose(tray.kept(name), walk.codes[4:5], atol=1e-3)
    for claimed in (None, 9, -1, 1.0, "4", True, float("nan"), [4], 10**400):
        with pytest.raises(ConfigError, match="There are 9"):
            kept_card.pick(name, walk, claimed)
