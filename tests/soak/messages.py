"""Messages that no browser of ours sends, to a real server: nothing may break, least of all for somebody else.

Each message is drawn by a seed from the table of `kinds`. The answers may hold no box of an exception, the log no
traceback, and another session beside must be shown what it always is.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from pages.ui import navigation
from tests.soak.kinds import KINDS, NAMES
from tests.soak.serving import serving
from tests.soak.stranger import Stranger
from tests.soak.visitor import Answer, Visitor

COUNT: Final = 5_000
SEED: Final = 11
BETWEEN: Final = 100  # messages between two looks at the other session
PAGES: Final = tuple(record.url_path for record in navigation.PAGES)
QUIET: Final = "reconstruct"  # the page of the session beside


def soak() -> Sequence[str]:
    """All of them, to a server of their own."""
    with serving() as server:
        with server.explaining():
            said = attack(server.address, COUNT, SEED)
        assert not server.tracebacks(), f"the log has a traceback: {server.tracebacks()[0]}"
        return said


def attack(address: str, count: int, seed: int, pages: Sequence[str] = PAGES) -> list[str]:
    """Send `count` messages; raises AssertionError with what came of them that should not."""
    chance = random.Random(seed)
    counted: dict[str, int] = {}
    with Visitor(address) as other, Visitor(address) as sender:
        quiet = Quiet(other)
        stranger = Stranger(sender, chance, pages, (other.session, quiet.token))
        for number in range(count):
            if number % max(1, min(BETWEEN, count // 4)) == 0:
                stranger.turn_page()
            name = chance.choice(NAMES)
            counted[name] = counted.get(name, 0) + 1
            stranger.check(name, KINDS[name](stranger))
            if number % BETWEEN == BETWEEN - 1:
                quiet.look()
        quiet.look()
    assert stranger.unanswered <= count // 20, f"{stranger.unanswered} messages were not answered"
    kinds = ", ".join(f"{amount:,} {name}" for name, amount in sorted(counted.items()))
    return [
        f"{count:,} messages: {kinds}",
        f"{stranger.answers:,} answers, no exception shown, no other session disturbed; "
        f"{stranger.unanswered} messages to a part of a page that was gone",
    ]


class Quiet:
    """The session beside: what it is shown must stay what it was."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        visitor.open("train")
        self.token = visitor.session
        self.before = self._texts(visitor.open(QUIET))
        assert self.before

    def look(self) -> None:
        """Ask for the page again."""
        assert self._texts(self.visitor.open(QUIET)) == self.before, (
            "another session was shown something else"
        )

    def _texts(self, answer: Answer) -> list[str]:
        assert not answer.exceptions(), answer.exceptions()
        return [
            element.markdown.body
            for element, _ in answer.elements()
            if element.WhichOneof("type") == "markdown"
        ]
