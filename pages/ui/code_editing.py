"""The code as a picture that one edits: a number dragged, a unit taken away, and what the decoder makes of it."""

from __future__ import annotations

import functools
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.figures.images import error_map
from aemodels.latent import ablation
from aemodels.measure import metrics
from pages.ui import cache, code_edits, errors, live, pictures, places, state, theme
from pages.ui.code_edits import Edits
from pages.ui.components.code_editor import Picture, code_editor, edited
from pages.ui.components.film_strip import Frame, film_strip, picked

KEY: Final = "code_editing"  # of the fragment with the editor
MOST: Final = 4096  # numbers of a code that can be edited
SHOWN: Final = 12  # units in the strip, those that hold most


def code_editing(name: str, x: np.ndarray) -> None:
    """The card for the code that the model `name` gives the image `x` (1, 28, 28, 1)."""
    if not cache.draws_images(name):
        return
    size = cache.card(name).code_size
    with theme.card(
        "Change the code", role="code", key="code_editing_card", aside="the decoder follows at once"
    ):
        if size > MOST:
            st.caption(f"This code has {size:,} numbers, too many to be changed by hand. Try another model.")
            return
        _bench(name, x)
        _units(name, x)


@st.fragment(key=KEY)
@errors.as_sentences()
def _bench(name: str, x: np.ndarray) -> None:
    """The editor, and what the decoder makes of the edited code; while a number is dragged, that follows."""
    z = cache.answering(name).encode(x)[0]
    edits, reach = _edits(name, x), cache.code_reach(name, z)
    live.follow(live.CODE, functools.partial(follow, name, z, edits.token, reach))
    shown = _shown(name, z, edits)
    code_editor(
        key=state.CODE_EDITOR.name,
        z=z,
        changes=edits.changes,
        shape=cache.map_shape(name),
        reach=reach,
        token=edits.token,
        version=edits.version,
        pictures=shown["pictures"],
        words=shown["words"],
        follower=live.token(live.CODE),
        on_edit=lambda: _take(name, x, z),
    )


def follow(name: str, z: np.ndarray, token: str, reach: float, sent: bytes) -> live.Answer:
    """What the editor shows beside the code `z` (d,) of the model `name`, changed as a browser claims."""
    edits = code_edits.read(code_edits.from_json(sent), Edits(token), size=len(z), reach=reach)
    return {"parts": {state.CODE_EDITOR.name: _shown(name, z, edits)}}


def _shown(name: str, z: np.ndarray, edits: Edits) -> dict[str, Any]:
    before, after = cache.answering(name).decode(np.stack([z, edits.applied(z)]))
    return {"pictures": _pictures(before, after), "words": _words(edits, len(z), before, after)}


def _pictures(before: np.ndarray, after: np.ndarray) -> list[Picture]:
    shown = (
        ("Drawn now", "The image that the edited code gives", after),
        ("As it was", "The image that the encoder's own code gives", before),
        ("Difference", "Blue where ink went, orange where it came", error_map(before, after)),
    )
    return [
        {"uri": pictures.data_uri(image), "title": title, "alt": alt, "fresh": place == 0}
        for place, (title, alt, image) in enumerate(shown)
    ]


def _words(edits: Edits, size: int, before: np.ndarray, after: np.ndarray) -> str:
    count = len(edits.changes)
    if not count:
        return "Nothing is changed yet. Drag one number: what changes in the image is what it holds."
    change = float(metrics.mse(before[None], after[None])[0])
    return f"{count:,} of {size:,} numbers changed; the image changes by an MSE of {change:.4f}."


@st.fragment
@errors.as_sentences()
def _units(name: str, x: np.ndarray) -> None:
    """The image without each unit in turn, behind a switch; a click takes that unit out of the code above."""
    if not st.toggle("What does each unit hold?", key=state.ABLATION.name):
        return
    found = cache.ablation(name, x, SHOWN)
    maps = cache.map_shape(name) is not None
    frames: list[Frame] = [
        {
            "uri": pictures.data_uri(image),
            "label": f"The image without {_unit(int(unit), maps)}, an MSE of {change:.4f} from the whole",
            "caption": f"{change:.3f}",
            "changed": False,
        }
        for unit, image, change in zip(found.units, found.images, found.change, strict=True)
    ]
    for frame, unit in zip(frames, found.units, strict=True):
        frame["caption"] = f"{_short(int(unit), maps)} {frame['caption']}"
    film_strip(
        key=state.ABLATION_STRIP.name,
        frames=frames,
        on_pick=lambda: _pick(name, x, found.units),
        side=70,
        hint="Click to set it to zero above, and again to restore it.",
    )
    st.caption(
        f"Each image lacks one {'map' if maps else 'number'} of the code, set to zero; those that are missed most "
        "come first, with the squared error that this makes. Click one to take it out above."
    )


def _unit(unit: int, maps: bool) -> str:
    return f"map {unit + 1}" if maps else f"z{places.subscript(unit + 1)}"


def _short(unit: int, maps: bool) -> str:
    return f"{unit + 1}:" if maps else f"z{places.subscript(unit + 1)}"


def _edits(name: str, x: np.ndarray) -> Edits:
    kept: Edits = state.CODE_EDITS.get() or Edits()
    return kept.of(code_edits.token_of(name, str(cache.card(name).created), x))


def _take(name: str, x: np.ndarray, z: np.ndarray) -> None:
    """Take over what the browser sent; nonsense becomes a sentence. A callback."""
    reach = cache.code_reach(name, z)
    try:
        claimed = edited(state.CODE_EDITOR.name)
        state.CODE_EDITS.set(code_edits.read(claimed, _edits(name, x), size=len(z), reach=reach))
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")


def _pick(name: str, x: np.ndarray, units: np.ndarray) -> None:
    """Take the unit that a browser claims was clicked out of the code, or put it back. A callback."""
    try:
        unit = int(
            units[places.position(picked(state.ABLATION_STRIP.name), len(units), "images in this strip")]
        )
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")
        return
    z, shape = cache.answering(name).encode(x)[0], cache.map_shape(name)
    numbers = ablation.places(len(z), None if shape is None else shape[2])[unit]
    state.CODE_EDITS.set(_edits(name, x).toggled(z, numbers))
    st.rerun(KEY)
