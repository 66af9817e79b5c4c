"""A small slice of hostile messages, and of sessions side by side; `make soak` takes all of them."""

import pytest

from tests.soak import isolation, messages
from tests.soak.serving import serving

MESSAGES, PAGES = 40, ("reconstruct",)
SESSIONS, RESPONSES = 4, 40


@pytest.fixture(scope="module")
def server():
    with serving() as served:
        yield served
        assert served.tracebacks() == []


def test_messages_that_no_browser_of_ours_sends_break_nothing(server):
    messages.attack(server.address, MESSAGES, messages.SEED, PAGES)
    assert server.tracebacks() == []


def test_no_session_is_answered_with_anything_of_another(server):
    isolation.overheard(server.address, SESSIONS, RESPONSES, isolation.SEED)
    assert server.tracebacks() == []
