"""Hostile messages and sessions side by side, a small slice of what `make soak` takes; and those who have gone."""

import re

import numpy as np
import pytest
import requests

from tests.soak import isolation, messages
from tests.soak.serving import serving, until
from tests.soak.visitor import PATIENCE, Visitor
from tests.unit.data.own import samples

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


def test_what_somebody_uploaded_is_let_go_when_they_have_gone_though_nobody_else_comes(server):
    data = samples.npz(images=samples.images(20, seed=5), labels=np.arange(20) % 2).data
    with Visitor(server.address) as visitor:
        answer = visitor.open("train", data="own")
        (field,) = [widget for widget in answer.widgets() if widget.key == "own_upload"]
        visitor.upload(field, "mine.npz", data)
        assert uploaded(server) >= len(data)
    assert until(lambda: uploaded(server) == 0)


def uploaded(server):
    """Bytes of uploads that the server holds, as Streamlit counts them."""
    said = requests.get(f"{server.address}/_stcore/metrics", timeout=PATIENCE).text
    return sum(
        int(found)
        for found in re.findall(r'cache_memory_bytes{cache_type="UploadedFileManager".*} (\d+)', said)
    )
