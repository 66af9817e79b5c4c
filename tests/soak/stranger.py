"""The session that hostile messages are sent in, and the values that it draws: texts, numbers, all of JSON."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.soak.visitor import PATIENCE, Answer, GoneError, Visitor, Widget

FRAGMENT_PATIENCE: Final = 10.0  # seconds, after which a new session is begun

HTML: Final = "<img src=x onerror=alert(1)>"
TEXTS: Final[tuple[str, ...]] = (
    *(
        "",
        " ",
        "NaN",
        "1e300",
        "-1",
        "null",
        "true",
        "[]",
        "{}",
        "../../etc/passwd",
        "..\\..\\x",
        "con",
        "nul",
    ),
    *(
        "\x00",
        "\x1b[2J",
        "\u202egnp.exe",
        "\ud7ff\uffff",
        HTML,
        "**[a](javascript:alert(1))** `b` $c$ :red[d]",
    ),
    *(
        "vae-mnist-2d/../../x",
        "training/x/1",
        "own/x",
        "training/latest",
        "a" * 300,
        "é" * 5_000,
        "9" * 5_000,
    ),
)
NUMBERS: Final = (
    *(float("nan"), float("inf"), float("-inf"), 1e300, -1e300, 5e-324, 0.0, -1.0, 0.5, 1e9, -1e9, 2.0**53),
)
WHOLE: Final = (0, -1, 1, 5, 10**6, 2**31 - 1, -(2**31), 2**53, -(2**53))
DEEP: Final = "[" * 3_000 + "]" * 3_000


class Stranger:
    """The session that the messages are sent in; a new one where the server has had enough of it."""

    def __init__(
        self, visitor: Visitor, chance: random.Random, pages: Sequence[str], secrets: Sequence[str]
    ) -> None:
        self.visitor, self.chance, self.pages, self.secrets = visitor, chance, pages, secrets
        self.widgets: list[Widget] = []
        self.answers = self.unanswered = 0

    def turn_page(self) -> None:
        """Another page, and what can be set there."""
        with contextlib.suppress(GoneError):
            self.visitor.send(b"")  # nothing: no message at all
        self.visitor.connect()
        answer = self.visitor.open(self.chance.choice(self.pages))
        assert not answer.exceptions(), answer.exceptions()
        self.widgets = answer.widgets()

    def check(self, name: str, answer: Answer | None) -> None:
        """Raises AssertionError where an exception is shown."""
        if answer is None:
            return
        self.answers += 1
        found = answer.exceptions()
        assert not found, f"{name}, on the page {self.visitor.page!r}: {found[0][:600]}"
        self.widgets = answer.widgets() or self.widgets

    def text(self) -> str:
        """Any text."""
        return self.chance.choice((*TEXTS, *self.secrets))

    def value(self, depth: int = 0) -> Any:
        """Anything that JSON can say, and what only Python's can: NaN."""
        pick = self.chance.randrange(9)
        if pick < 2 and depth < 4:
            return [self.value(depth + 1) for _ in range(self.chance.choice((0, 1, 2, 2, 3, 40)) >> depth)]
        if pick == 2 and depth < 4:
            names = (
                "value",
                "at",
                "to",
                "token",
                "png",
                "strokes",
                "points",
                "width",
                "index",
                "what",
                "name",
            )
            return {self.chance.choice(names): self.value(depth + 1) for _ in range(3)}
        return self.chance.choice((self.text(), *NUMBERS, *WHOLE, 10**400, None, True, False))

    def tell(self, message: BackMsg) -> Answer | None:
        """Send it and wait for the run's end; where the connection is closed, that is an answer, too.

        Streamlit says nothing to a message for a fragment that is no longer there.
        """
        try:
            fragment = bool(message.rerun_script.fragment_id)
            return self.visitor.tell(message, patience=FRAGMENT_PATIENCE if fragment else PATIENCE)
        except GoneError:
            self.turn_page()
        except TimeoutError:
            assert message.rerun_script.fragment_id, "a run of the page did not end"
            self.unanswered += 1
            self.turn_page()
        return None

    def throw(self, data: bytes | str) -> None:
        """Send something that gets no answer: a new session follows."""
        with contextlib.suppress(GoneError):
            self.visitor.send(data)
            if not isinstance(data, str) and not data:
                return
            with contextlib.suppress(TimeoutError):
                self.visitor.tell(self.visitor.rerun())
        self.turn_page()
