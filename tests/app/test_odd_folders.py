"""Odd folders in the store: each is named on the page Train with what is wrong, and harms no page; it can go."""

import json
import shutil

import pytest

from aemodels.store import folders
from pages.ui import cache

ODD = {
    "half-deleted": (lambda folder: (folder / "weights.npz").unlink(), "are missing"),
    "of-tomorrow": (lambda folder: changed(folder, format=2), "newer version"),
    "<b>\n**": (lambda folder: None, "cannot be a model"),
}
USABLE = {
    "no-codes": lambda folder: (folder / "codes.npz").unlink(),
    "no-atlas": lambda folder: (folder / "atlas.png").unlink(),
    "unknown-recipe": lambda folder: changed(folder, recipe="of-tomorrow"),
    "unknown-data": lambda folder: changed(folder, dataset="of-tomorrow"),
    "strange-training": lambda folder: changed(folder, training={"epochs": -1, "mood": []}),
    "strange-date": lambda folder: changed(folder, created="tomorrow"),
}
"""Models with something missing or unknown that can still be loaded."""


def changed(folder, **changes):
    path = folder / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.fixture
def odd(tiny_models):
    """The store with all of them beside the two good models."""
    parent = folders.saved()
    for name, spoil in {**{name: spoil for name, (spoil, _) in ODD.items()}, **USABLE}.items():
        shutil.copytree(parent / tiny_models[0], parent / name)
        spoil(parent / name)
    cache.forget_cards()
    yield parent
    for name in {*ODD, *USABLE}:
        shutil.rmtree(parent / name, ignore_errors=True)
    cache.forget_cards()


def test_each_is_named_with_what_is_wrong_and_can_be_deleted(open_page, odd):
    app = open_page("train")
    assert not app.exception
    said = [warning.value for warning in app.warning]
    for name, (_, reason) in ODD.items():
        assert any(reason in text.replace("\\", "") for text in said), name
    assert not any("<b>" in text or "**" in text for text in said)
    while any("deleted" in str(button.key) or "delete_damaged" in str(button.key) for button in app.button):
        app.button(key="delete_damaged_0").click().run()
        assert not app.exception
    assert not any((odd / name).exists() for name in ODD)
    assert all((odd / name).is_dir() for name in USABLE)


def test_each_has_its_card_among_the_models(open_page, odd):
    app = open_page("models")
    assert not app.exception
    assert not app.error
    said = "\n".join(text.value for text in app.markdown).replace("\\", "")
    assert all(f"**{name}**" in said for name in USABLE)


@pytest.mark.parametrize("page", ["home", "compare", "generate"])
def test_no_page_is_harmed(open_page, odd, page):
    app = open_page(page)
    assert not app.exception


@pytest.mark.parametrize("name", USABLE)
@pytest.mark.parametrize("page", ["latent", "train"])
def test_a_model_that_is_not_quite_whole_is_shown_as_far_as_it_goes(open_page, odd, page, name):
    app = open_page(page, model=name)
    assert not app.exception
