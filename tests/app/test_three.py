"""Codes of three numbers: shown in space, clicked there, flat where that is asked for; nonsense gets a sentence."""

import pytest

from aemodels.store import models
from pages.ui import cache, state, tray

NAME = "tiny-space"


@pytest.fixture(scope="module", autouse=True)
def three(save_model):
    save_model(NAME, 3)
    yield NAME
    models.delete(NAME)


def captions(app) -> str:
    return " ".join(caption.value for caption in app.caption)


def charts(app) -> list[str]:
    return ["space" if '"scatter3d"' in chart.proto.spec else "flat" for chart in app.get("plotly_chart")]


def test_the_page_shows_them_in_space_with_three_sliders(open_page):
    app = open_page("latent", model=NAME, kept="0.5,0.2,0.1;-0.3,0.1,0.4")
    assert not app.exception
    assert not app.error
    assert charts(app) == ["space"]
    assert "All three numbers" in captions(app)
    assert [slider.key for slider in app.slider if slider.key.startswith("z")] == ["z1", "z2", "z3"]
    assert app.query_params["kept"] == "0.5,0.2,0.1;-0.3,0.1,0.4"
    assert [group for group in app.button_group if group.key == "walk_kind"]


def test_the_plane_is_one_click_away_and_so_is_the_way_back(open_page):
    app = open_page("latent", model=NAME)
    (switch,) = (group for group in app.button_group if group.key == "map_kind")
    assert switch.value == "space"
    switch.set_value("pca").run()
    assert not app.exception
    assert charts(app) == ["flat"]
    assert "the code that lies in the plane" in captions(app)
    (switch,) = (group for group in app.button_group if group.key == "map_kind")
    switch.set_value("space").run()
    assert charts(app) == ["space"]


def test_home_has_their_plane(open_page, picture):
    app = open_page("home", model=NAME)
    assert not app.exception
    assert charts(app)[0] == "flat"
    assert picture(app, "What the decoder draws from") is not None


def test_a_digit_of_ones_own_is_not_said_to_be_dragged_there(open_page):
    app = open_page("latent", model=NAME)
    app.toggle(key="own_on_map").set_value(True).run()
    assert not app.exception
    said = " ".join(text.value for text in app.markdown)
    assert "Keep it to see it among the codes" in said
    assert "Drag its dot" not in said


@pytest.fixture
def session(monkeypatch):
    """What the page would keep for a visitor."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(state.Key, "get", lambda key: kept.get(key.name, key.first))
    monkeypatch.setattr(state.Key, "set", lambda key, value: kept.__setitem__(key.name, value))
    monkeypatch.setattr(state.Key, "forget", lambda key: kept.pop(key.name, None))
    return kept


def test_a_clicked_point_is_chosen_and_kept(session):
    tray.choose_image(NAME, 17)
    code = tuple(map(float, cache.codes(NAME).z[17]))
    assert session[state.CODE.name] == code
    assert session[state.KEPT.name] == {NAME: (code,)}


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        "5",
        1.5,
        float("nan"),
        float("inf"),
        1e300,
        10**400,
        -1,
        359,
        True,
        [],
        [5],
        {"x": 5},
        "x" * 10_000,
    ],
    ids=lambda claimed: str(claimed)[:12],
)
def test_a_point_that_no_honest_browser_clicks_gets_a_sentence_and_is_not_kept(session, claimed):
    tray.choose_image(NAME, claimed)
    assert "There are 359 test images" in session[state.PLACE_PROBLEM.name]
    assert len(session[state.PLACE_PROBLEM.name]) < 200
    assert state.CODE.name not in session
    assert state.KEPT.name not in session
