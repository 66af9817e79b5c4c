"""The code that a visitor looks at: chosen by a click on the map, a slider or the address, kept in the session.

Every way of choosing ends here, so that all of them agree: a code is decoded exactly, belongs to one model,
stands in the address (`?z=`), and if it is the code of a test image, that image is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from pages.ui import cache, places, state

SAME: Final = 0.6 * 10.0**-places.DIGITS  # codes nearer than the address can tell apart are the same


@dataclass(frozen=True)
class Choice:
    """A code, and the number of the test image whose code it is, if it is one's."""

    code: places.Code
    point: int | None

    def as_array(self) -> np.ndarray:
        """The code as a model takes it: (1, latent_dim) float32."""
        return np.asarray([self.code], np.float32)


def limit(name: str) -> float:
    """How far from zero a number of a code of `name` may lie: three times as far as any test image's."""
    return float(math.ceil(3.0 * max(1.0, float(np.abs(cache.codes(name).z).max()))))


def place_limit(name: str) -> float:
    """The same for a number of a place on the map: UMAP's places are larger than the codes themselves."""
    return float(math.ceil(3.0 * max(1.0, float(np.abs(cache.map_places(name)).max()))))


def current(name: str) -> Choice:
    """What the visitor has chosen for this model; the first test image's code before that."""
    code = state.CODE.get() if state.CODE_MODEL.get() == cache.family(name) else None
    if code is None:
        return Choice(tuple(map(float, cache.codes(name).z[0])), 0)
    return Choice(code, point_at(name, code))


def choose(name: str, code: places.Code) -> None:
    """Look at `code` from now on; near enough to a test image's code, it is that one."""
    point = point_at(name, code)
    exact = code if point is None else tuple(map(float, cache.codes(name).z[point]))
    state.CODE.set(exact)
    state.CODE_MODEL.set(cache.family(name))
    state.PLACE_PROBLEM.forget()


def choose_place(name: str, claimed: Any) -> None:
    """Look at the place [x, y] that a browser says was clicked on the map of `name`."""
    try:
        place = places.from_browser(claimed, 2, place_limit(name))
    except AemodelsError as error:
        state.PLACE_PROBLEM.set(str(error))
        return
    distance = np.abs(cache.map_places(name) - np.asarray(place, np.float32)).max(axis=1)
    nearest = int(distance.argmin())
    if distance[nearest] < SAME:
        choose(name, tuple(map(float, cache.codes(name).z[nearest])))
    else:
        lifted = cache.map_plane(name).lift(np.asarray([place]))[0]
        choose(name, tuple(round(float(number), places.DIGITS) for number in lifted))


def move(name: str, dimension: int, key: state.Key[float]) -> None:
    """Take over one number of the code from the slider of this key."""
    code = list(current(name).code)
    code[dimension] = float(key.get())
    choose(name, tuple(code))


def point_at(name: str, code: places.Code) -> int | None:
    """The test image whose code this is, to the precision of an address; None between them."""
    distance = np.abs(cache.codes(name).z - np.asarray(code, np.float32)).max(axis=1)
    nearest = int(distance.argmin())
    return nearest if distance[nearest] < SAME else None


def obey_address(name: str) -> None:
    """Choose what `?z=` says, where it says something new; nonsense there becomes a sentence."""
    asked = st.query_params.get(places.PARAMETER)
    if asked is None or not state.CODE_ADDRESS.says_new(asked):
        return
    state.CODE_ADDRESS.set(asked)
    try:
        choose(name, places.from_text(asked, cache.codes(name).z.shape[1], limit(name)))
    except AemodelsError as error:
        state.PLACE_PROBLEM.set(str(error))


def write_address(choice: Choice) -> None:
    """Keep `?z=` true to what is shown."""
    text = places.to_text(choice.code)
    if st.query_params.get(places.PARAMETER) != text:
        st.query_params[places.PARAMETER] = text
    state.CODE_ADDRESS.set(text)
