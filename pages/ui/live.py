"""What follows a moving hand, beside the script: answered by a function, without a run.

A run of the script makes the browser look at every element of the page, about a tenth of a second, however little
changes. So while a stroke grows or a number is dragged, the browser sends the newest state to an address of its own
(`pages.ui.routes`) and puts what comes back into the page (`components/live.js`): images, and data of components.
Once the hand stops, an ordinary run says the rest.

The browser knows a function by a token that cannot be guessed, made for one session. What the function depends on
beside the browser's words (the model, the noise) is Python's and stays here.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

from pages.ui import state

DIGIT: Final = "digit"  # the pad on which one draws
DAMAGE: Final = "damage"  # the pad on which one damages a digit
CODE: Final = "code"  # the code that one edits
EPOCHS: Final = "epochs"  # not a movement: epochs of a training that a browser has not seen yet
MOST: Final = 4000  # functions of all sessions; the one that was given longest ago makes room


class Answer(TypedDict, total=False):
    """What the browser puts into the page: images, and what components show, by the key of the element."""

    images: Mapping[str, str]  # data URIs
    parts: Mapping[str, Any]


Answering = Callable[[bytes], Answer]
"""Gets what a browser sent, which may be anything; runs beside the script, so it knows no session."""


@dataclass(eq=False)
class Followed:
    """A movement of one session: what answers it, how many of its states have come, and whose turn it is."""

    answering: Answering
    come: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_lock = threading.Lock()
_followed: OrderedDict[str, Followed] = OrderedDict()


def token(hand: str) -> str:
    """The token of this session for one of the movements above."""
    known = state.LIVE_TOKENS.get()
    if hand not in known:
        state.LIVE_TOKENS.set({**known, hand: secrets.token_urlsafe(16)})
    return state.LIVE_TOKENS.get()[hand]


def follow(hand: str, answering: Answering) -> None:
    """From now on `answering` answers this session's movement."""
    name = token(hand)
    with _lock:
        if name in _followed:
            _followed[name].answering = answering
        _followed.setdefault(name, Followed(answering))
        _followed.move_to_end(name)
        while len(_followed) > MOST:
            _followed.popitem(last=False)


def followed(claimed: str) -> Followed | None:
    """The movement of the token that a browser sent; None where nothing answers it."""
    with _lock:
        return _followed.get(claimed)
