"""What those who have gone leave behind is cleared up after their time, once for all who went together."""

import asyncio

from pages.ui import departed

AFTER = 0.05  # seconds


def clearing():
    """One that counts, in a list, who had gone when it cleared up."""
    gone, cleared = [], []

    async def clear():
        cleared.append(len(gone))

    one = departed.Clearing(lambda: AFTER, clear)

    def leave():
        gone.append(asyncio.get_running_loop().time())
        one.gone()

    return leave, cleared


async def until(true):
    while not true():
        await asyncio.sleep(AFTER / 10)


def test_those_who_go_together_are_cleared_up_after_at_once_and_not_before_their_time():
    leave, cleared = clearing()

    async def visit():
        leave()
        begun = asyncio.get_running_loop().time()
        await until(lambda: cleared)
        return asyncio.get_running_loop().time() - begun

    assert asyncio.run(visit()) >= AFTER
    assert cleared == [1]


def test_who_goes_meanwhile_gets_a_turn_of_their_own():
    leave, cleared = clearing()

    async def visit():
        leave()
        await asyncio.sleep(AFTER / 5)
        for _ in range(3):
            leave()
        await until(lambda: len(cleared) == 2)
        await asyncio.sleep(2 * AFTER)  # nothing more is due, and nothing may come

    asyncio.run(visit())
    assert len(cleared) == 2
    assert cleared[-1] == 4


def test_it_begins_anew_when_all_was_cleared_or_a_server_before_has_ended():
    leave, cleared = clearing()

    async def visit(times):
        leave()
        await until(lambda: len(cleared) == times)

    async def break_off():
        leave()

    asyncio.run(visit(1))
    asyncio.run(break_off())
    asyncio.run(visit(2))
    assert cleared == [1, 3]
