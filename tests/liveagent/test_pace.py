"""The calls a minute are kept to, and people go first. A minute is a second long here."""

import asyncio
import time

import pytest

from bot.domain.ticket_system import asked_at
from bot.liveagent.pace import Pace


@pytest.mark.parametrize("calls", [60, 180])
async def test_no_minute_sees_more_calls_than_allowed(calls: int) -> None:
    pace, times = Pace(calls, seconds=1), list[float]()

    async def call() -> None:
        await pace.turn(background=False)
        times.append(time.monotonic())

    await asyncio.gather(*(call() for _ in range(calls * 2)))
    for start in times:
        assert sum(start <= each < start + 1 for each in times) <= calls


async def test_people_go_before_background_work_that_came_first() -> None:
    pace, order = Pace(90, seconds=1), list[str]()

    async def call(who: str, *, background: bool) -> None:
        await pace.turn(background=background)
        order.append(who)

    async with asyncio.TaskGroup() as group:
        for _ in range(30):
            group.create_task(call("digest", background=True))
        await asyncio.sleep(0)
        for _ in range(3):
            group.create_task(call("person", background=False))
    burst = 90 // 9
    assert order[:burst].count("person") == 0
    assert order[burst : burst + 4].count("person") == 3


async def test_whoever_leaves_gives_the_turn_to_the_next() -> None:
    pace = Pace(9, seconds=1)
    await pace.turn(background=False)
    leaving, staying = (asyncio.create_task(pace.turn(background=False)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    async with asyncio.timeout(10):
        await staying


async def test_who_began_to_wait_first_is_served_to_the_end_first() -> None:
    pace, order = Pace(90, seconds=1), list[str]()

    async def look_up(who: str, since: float) -> None:
        asked_at.set(since)
        for _ in range(4):
            await pace.turn(background=False)
        order.append(who)

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(look_up(f"{number}", float(number)))
    assert order == sorted(order)
