"""The tray: the codes that a visitor has kept of each model, in their order, with undo, and in the address.

The codes lie in the session, a tuple for each model; every change puts the tuple before it on a stack, so that any
of them can be undone. What an address or a browser claims is checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from aemodels.errors import AemodelsError, ConfigError
from pages.ui import cache, choice, places, state

PARAMETER: Final = "kept"  # in the address: ?kept=0.3,-1.2;0.5,0.1
SEPARATOR: Final = ";"
NAMED: Final = "~"  # between a code and its name, in the address
LONGEST_NAME: Final = 24  # characters
MOST: Final = 24  # codes of one model; the oldest makes room
MOST_CHANGES: Final = 50  # that can be undone
LONGEST_ADDRESS: Final = 1_500  # characters: more of a tray is not put into the address

Codes = tuple[places.Code, ...]


def kept(name: str) -> Codes:
    """What is kept of this model, oldest first."""
    return state.KEPT.get().get(cache.family(name), ())


def names(name: str) -> dict[places.Code, str]:
    """What kept places of this model are called; one without a name is not there."""
    return state.KEPT_NAMES.get().get(cache.family(name), {})


def call(name: str, index: int, claimed: Any) -> None:
    """Give a kept place a name, as a browser claims it; an empty one takes the name away."""
    wanted = checked_name(claimed)
    code = kept(name)[index]
    others = {other: called for other, called in names(name).items() if other != code}
    # Names of places that are gone are let go here; undo brings a place back with the name it still has.
    known = {*kept(name), *(code for codes in _changes(name) for code in codes)}
    others = {other: called for other, called in others.items() if other in known}
    _put(state.KEPT_NAMES, name, others | ({code: wanted} if wanted else {}))


def checked_name(claimed: Any) -> str:
    """A name of at most 24 characters that can be printed and stand in an address; ConfigError otherwise."""
    text = claimed.strip() if isinstance(claimed, str) else None
    fits = text is not None and len(text) <= LONGEST_NAME and (not text or text.isprintable())
    if text is None or not fits or any(sign in text for sign in (SEPARATOR, NAMED)):
        raise ConfigError(
            f"A name has at most {LONGEST_NAME} letters, digits and signs other than “{SEPARATOR}” and “{NAMED}”. "
            "Choose another one."
        )
    return text


def keep(name: str, code: places.Code) -> None:
    """Add a code; the same one twice in a row is kept once."""
    codes = kept(name)
    if not codes or codes[-1] != code:
        _change(name, (*codes, code)[-MOST:])


def choose(name: str, code: places.Code) -> None:
    """Look at a code from now on, and keep it."""
    choice.choose(name, code)
    keep(name, choice.current(name).code)


def choose_image(name: str, claimed: Any) -> None:
    """The same with the code of the test image of the number that a browser claims; nonsense becomes a sentence."""
    z = cache.codes(name).z
    try:
        choose(name, tuple(map(float, z[places.position(claimed, len(z), "test images")])))
    except AemodelsError as error:
        state.PLACE_PROBLEM.set(str(error))


def remove(name: str, index: int) -> None:
    """Take out one code."""
    codes = kept(name)
    _change(name, codes[:index] + codes[index + 1 :])


def clear(name: str) -> None:
    """Take out all."""
    if kept(name):
        _change(name, ())


def can_undo(name: str) -> bool:
    """Whether there is a change to take back."""
    return bool(_changes(name))


def undo(name: str) -> None:
    """Take back the last change, whatever it was."""
    before = _changes(name)
    if before:
        _put(state.KEPT, name, before[-1])
        _put(state.KEPT_BEFORE, name, before[:-1])


def from_text(text: str, size: int, limit: float) -> tuple[Codes, dict[places.Code, str]]:
    """The codes and names in an address such as “0.3,-1.2~thin seven;0.5,0.1”.

    At most 24, each as `places.from_text` and `checked_name` want it.
    """
    parts = text.split(SEPARATOR) if text else []
    if len(parts) > MOST:
        raise ConfigError(f"An address holds at most {MOST} kept places. Received: {len(parts)}.")
    codes, called = [], {}
    for part in parts:
        numbers, _, title = part.partition(NAMED)
        codes.append(places.from_text(numbers, size, limit))
        if wanted := checked_name(title):
            called[codes[-1]] = wanted
    return tuple(codes), called


def to_text(codes: Codes, called: Mapping[places.Code, str] | None = None) -> str:
    """The codes as the address has them, with their names: the newest, as many as fit."""
    titles = [(called or {}).get(code, "") for code in codes]
    texts = [
        places.to_text(code) + (NAMED + title) * bool(title)
        for code, title in zip(codes, titles, strict=True)
    ]
    while len(SEPARATOR.join(texts)) > LONGEST_ADDRESS:
        del texts[0]
    return SEPARATOR.join(texts)


def obey_address(name: str) -> None:
    """Keep what `?kept=` says, where it says something new; nonsense there becomes a sentence."""
    asked = st.query_params.get(PARAMETER)
    if asked is None or not state.KEPT_ADDRESS.says_new(asked):
        return
    state.KEPT_ADDRESS.set(asked)
    try:
        codes, called = from_text(asked, cache.codes(name).z.shape[1], choice.limit(name))
    except AemodelsError as error:
        state.PLACE_PROBLEM.set(str(error))
        return
    _change(name, codes)
    _put(state.KEPT_NAMES, name, called)


def write_address(name: str) -> None:
    """Keep `?kept=` true to the tray; an empty tray leaves nothing there."""
    text = to_text(kept(name), names(name))
    state.KEPT_ADDRESS.set(text)
    if text != st.query_params.get(PARAMETER, ""):
        if text:
            st.query_params[PARAMETER] = text
        else:
            del st.query_params[PARAMETER]


def _change(name: str, codes: Codes) -> None:
    _put(state.KEPT_BEFORE, name, (*_changes(name), kept(name))[-MOST_CHANGES:])
    _put(state.KEPT, name, codes)


def _changes(name: str) -> tuple[Codes, ...]:
    """What was kept before each change that can be undone."""
    return state.KEPT_BEFORE.get().get(cache.family(name), ())


def _put(key: state.Key[dict[str, Any]], name: str, value: Any) -> None:
    key.set({**key.get(), cache.family(name): value})
