"""The calls per minute are not exceeded, and people go first."""

import asyncio
from itertools import pairwise

import pytest

from bot.domain.ticket_system import waiting_since
from bot.liveagent.pace import STARVED_SECONDS, Pace
from tests.clock import ManualClock

MINUTE = 60.0


async def settle() -> None:
    """Until whoever can go on has done so."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("calls", [1, 10, 60, 180])
async def test_no_minute_sees_more_calls_than_allowed_and_few_are_wasted(calls: int) -> None:
    clock = ManualClock()
    pace, times = Pace(calls, clock=clock), list[float]()

    async def call() -> None:
        await pace.turn(background=False)
        times.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        for _ in range(calls * 2):
            group.create_task(call())
        await settle()
        for _ in range(3 * 60 * 10):
            await clock.advance(0.1)
    for start in times:
        assert sum(start <= each < start + MINUTE for each in times) <= calls
    assert sum(each < MINUTE for each in times) >= calls - 1


async def test_people_go_before_background_work_that_came_first() -> None:
    clock = ManualClock()
    pace, order = Pace(90, clock=clock), list[str]()

    async def call(who: str, *, background: bool) -> None:
        await pace.turn(background=background)
        order.append(who)

    async with asyncio.TaskGroup() as group:
        for _ in range(30):
            group.create_task(call("digest", background=True))
        await settle()
        assert len(order) == 5  # the other half of the burst is for people
        for _ in range(5):
            group.create_task(call("person", background=False))
        await settle()
        assert order[5:] == ["person"] * 5  # at once
        for _ in range(3):
            group.create_task(call("person", background=False))
        await settle()
        for _ in range(60):
            await clock.advance(1)
    assert order[10:13] == ["person"] * 3
    assert order.count("digest") == 30


async def test_a_cancelled_waiter_lets_the_next_one_in() -> None:
    clock = ManualClock()
    pace = Pace(9, clock=clock)
    await pace.turn(background=False)
    leaving, staying = (asyncio.create_task(pace.turn(background=False)) for _ in range(2))
    await settle()
    leaving.cancel()
    await clock.advance(8)
    await settle()
    assert staying.done()


async def test_the_earliest_caller_finishes_first() -> None:
    clock = ManualClock()
    pace, order = Pace(90, clock=clock), list[str]()

    async def look_up(who: str, since: float) -> None:
        waiting_since.set(since)
        for _ in range(4):
            await pace.turn(background=False)
        order.append(who)

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(look_up(f"{number}", float(number)))
        await settle()
        for _ in range(600):
            await clock.advance(0.1)
    assert order == sorted(order)


async def test_there_is_room_while_background_work_would_not_wait() -> None:
    clock = ManualClock()
    pace = Pace(90, clock=clock)
    for _ in range(5):
        assert pace.can_call_in_background()
        await pace.turn(background=True)
    assert not pace.can_call_in_background()
    await clock.advance(1)
    assert pace.can_call_in_background()


async def test_the_expected_wait_and_contention_are_known() -> None:
    clock = ManualClock()
    pace = Pace(90, clock=clock)
    assert (pace.seconds_to_turn(), pace.is_uncontended()) == (0, True)
    waiting = [asyncio.create_task(pace.turn(background=False)) for _ in range(18)]
    await settle()
    assert pace.seconds_to_turn() == pytest.approx(9 * 60 / 80, rel=0.01)  # eight wait before
    assert not pace.is_uncontended()
    await clock.advance(60)
    await asyncio.gather(*waiting)
    assert (pace.seconds_to_turn(), pace.is_uncontended()) == (0, True)
    for _ in range(30):
        await pace.turn(background=True)
        await clock.advance(1)
    assert pace.is_uncontended()  # who nobody waits for is nobody


async def test_people_who_take_everything_leave_a_little_to_background_work() -> None:
    clock = ManualClock()
    pace, digest = Pace(180, clock=clock), list[float]()

    async def people() -> None:
        while True:
            await asyncio.gather(*(pace.turn(background=False) for _ in range(30)))

    async def gather() -> None:
        for _ in range(10):
            await pace.turn(background=True)
            digest.append(clock.monotonic())

    working = asyncio.create_task(people())
    await settle()
    await asyncio.gather(gather(), clock.advance(80))
    working.cancel()
    waits = [b - a for a, b in pairwise(digest)]
    assert len(digest) == 10
    assert min(waits) == pytest.approx(STARVED_SECONDS, abs=0.4)
    assert max(waits) == pytest.approx(STARVED_SECONDS, abs=0.4)
