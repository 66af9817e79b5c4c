"""The comparison of many sessions sees a name, a secret and a picture that came to the wrong one."""

import random

import pytest

from tests.soak import isolation

LETTERS = ("a", "b", "c")


def sessions():
    """Three of them, each with a mark, a secret and a picture of its own."""
    found = []
    for number, letter in enumerate(LETTERS):
        one = isolation.Session(None, f"zq{number:012x}", random.Random(number))
        data = b'{"follower": "%s"} %s %s' % (secret(letter), one.mark.encode(), picture(letter))
        one.secrets.update(isolation.TOKEN.findall(data))
        one.pieces |= isolation.pieces(data)
        one.hear(data)
        found.append(one)
    return found


def secret(letter):
    return letter.encode() * 22


def picture(letter):
    return b"data:image/png;base64," + letter.encode() * 400


def test_sessions_that_were_sent_their_own_things_are_well():
    assert "3 sessions, 3 responses" in isolation.compared(sessions())[0]


@pytest.mark.parametrize("leak", [b"of zq000000000001!", b'"%s"' % secret("b"), picture("b")])
def test_a_thing_of_another_session_is_seen(leak):
    everybody = sessions()
    everybody[0].hear(leak)
    with pytest.raises(AssertionError, match="session 0 was sent something of session 1"):
        isolation.compared(everybody)


def test_a_picture_that_several_have_is_nobodys():
    everybody = sessions()
    for one in everybody[:2]:
        one.pieces |= isolation.pieces(picture("x"))
        one.hear(picture("x"))
    everybody[2].hear(picture("x"))
    isolation.compared(everybody)
