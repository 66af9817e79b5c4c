"""The visitor's own data, uploaded or drawn: what is here, and the data set that a training gets of it. No widgets.

Files lie on the process's shelf (`cache.shelf`), which has a bound for all visitors together; drawings in the
session.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import Final

from aemodels.data import datasets
from aemodels.data.datasets import Dataset
from aemodels.data.own import contract, drawings, making
from aemodels.data.own.drawings import Drawing
from aemodels.data.own.making import Way
from aemodels.data.own.record import Brought
from aemodels.data.own.shelf import Kept
from aemodels.errors import DatasetError
from pages.ui import cache, state

TITLE: Final = "My own data"
UPLOAD, DRAW = SOURCES = ("Upload", "Draw")
EVICTED: Final = (
    "Your data had to make room for those of other visitors: memory has an end. Bring them again, please."
)


def is_chosen() -> bool:
    """Whether the form is set to data of one's own."""
    return state.DATASET_PICKER.get() == datasets.OWN


def source() -> str:
    """Where they shall come from: `UPLOAD` or `DRAW`."""
    return state.OWN_SOURCE.get() if state.OWN_SOURCE.get() in SOURCES else UPLOAD


def brought() -> Brought | None:
    """What was uploaded and read; None before, and where it had to make room."""
    kept = cache.shelf().get(_key(UPLOAD))
    return None if kept is None else kept.brought


def drawn() -> tuple[Drawing, ...]:
    """The drawings in the tray."""
    return state.OWN_DRAWINGS.get()


def is_there() -> bool:
    """Whether there is anything of the visitor's own here."""
    return brought() is not None or bool(drawn())


def inverted(found: Brought) -> bool:
    """Whether light and dark are turned round: as the visitor says, and before that, as the images do."""
    said = state.OWN_INVERTED.get()
    return not contract.light_on_dark(found.images) if said is None else bool(said)


def way() -> Way:
    """How uploaded images come to 28×28."""
    return Way(state.OWN_WAY.get()) if state.OWN_WAY.get() in list(Way) else Way.CONTRACT


def summary() -> str:
    """One sentence for the form."""
    found = brought()
    if source() == DRAW and drawn():
        count = len(drawn())
        return f"{count} drawing{'s' * (count != 1)}, each {state.OWN_COPIES.get()} times."
    if source() == UPLOAD and found is not None:
        return f"{len(found):,} images in {len(found.class_names)} classes."
    return "Upload images or draw some, in the card beside. "


def images() -> int:
    """How many images there are to train with, before they are made into a data set; 0 where there is none."""
    found = brought()
    count = len(drawn()) * state.OWN_COPIES.get() if source() == DRAW else 0 if found is None else len(found)
    return count


def put(found: Brought) -> None:
    """Keep what was uploaded, in place of what was there. Raises DatasetError where there is no room."""
    cache.shelf().put(_visitor(UPLOAD), Kept(found))
    state.OWN_HELD.set(True)
    state.OWN_INVERTED.forget()


def forget() -> None:
    """Let go of what was uploaded."""
    cache.shelf().forget(_visitor(UPLOAD))
    state.OWN_HELD.set(False)


def was_evicted() -> bool:
    """Whether something was here and had to make room."""
    return state.OWN_HELD.get() and brought() is None


def dataset() -> Dataset:
    """The data set that a training gets, made where the settings are new.

    Raises DatasetError where there is none.
    """
    if source() == DRAW:
        return _made_of_drawings()
    found = brought()
    if found is None:
        raise DatasetError(
            EVICTED if was_evicted() else "There are no data of your own yet. Upload images, or draw some."
        )
    return _kept(
        UPLOAD, found, (way(), inverted(found)), lambda: making.make(found, way(), inverted=inverted(found))
    )


def _made_of_drawings() -> Dataset:
    settings = (drawn(), state.OWN_COPIES.get(), state.OWN_STRENGTH.get())
    return _kept(DRAW, None, settings, lambda: drawings.make(settings[0], settings[1], strength=settings[2]))


def _kept(which: str, found: Brought | None, made_as: Hashable, make: Callable[[], Dataset]) -> Dataset:
    """The data set of these settings: the one on the shelf, or a new one, which is put there."""
    kept = cache.shelf().get(_key(which))
    if kept is not None and kept.dataset is not None and kept.made_as == made_as:
        return kept.dataset
    made = make()
    cache.shelf().put(_visitor(which), Kept(found, made, made_as))
    return made


def _key(which: str) -> str | None:
    return None if state.VISITOR.get() is None else f"{state.VISITOR.get()}/{which}"


def _visitor(which: str) -> str:
    if state.VISITOR.get() is None:
        state.VISITOR.set(secrets.token_urlsafe(16))
    return f"{state.VISITOR.get()}/{which}"
