"""The visitor's own digits, drawn and uploaded: read from the session, without drawing anything."""

from __future__ import annotations

from pages.ui import state
from pages.ui.digit import Digit


def drawn() -> Digit | None:
    """The digit on the pad; None while nothing readable is drawn."""
    one: Digit | None = state.DRAWN.get()
    return one


def uploaded() -> Digit | None:
    """The digit chosen in the last good picture; None before there was one."""
    found: tuple[Digit, ...] = state.UPLOADED.get()
    return found[min(state.UPLOAD_CHOSEN.get(), len(found) - 1)] if found else None


def own() -> Digit | None:
    """What the visitor has drawn, else uploaded, whatever is shown just now; None before there was anything."""
    return drawn() or uploaded()
