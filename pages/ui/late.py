"""What takes a moment the first time: a page draws it when all else stands, a fragment's own reruns at once.

A fragment is rerun with the very arguments of its first call, so they cannot tell it which of the two it is in;
this object can, because both hold it.
"""

from __future__ import annotations

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator


class Late:
    """`draw(slot)` writes the late part. The fragment calls `place`, the page calls `finish` at its end."""

    def __init__(self, draw: Callable[[DeltaGenerator], None]) -> None:
        self._draw = draw
        self._slot: DeltaGenerator | None = None
        self._page_is_done = False

    @property
    def page_is_done(self) -> bool:
        """Whether the fragment runs alone."""
        return self._page_is_done

    def place(self, slot: DeltaGenerator) -> None:
        """Keep `slot` for the end of the page's run; in a later run of the fragment, fill it."""
        if self._page_is_done:
            self._draw(slot)
        else:
            self._slot = slot

    def finish(self) -> None:
        """Fill the slot; from now on it is filled in its turn."""
        self._page_is_done = True
        if self._slot is not None:
            self._draw(self._slot)
