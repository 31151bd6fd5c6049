"""The clock that tests move."""

import asyncio

from bot.domain.clock import Clock
from tests.clock import START, ManualClock


async def test_sleepers_wake_in_order_and_not_too_soon() -> None:
    clock, woken = ManualClock(), []

    async def sleep(clock: Clock, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic()))

    sleepers = [asyncio.create_task(sleep(clock, seconds)) for seconds in (3, 1, 5)]
    await clock.advance(3)
    assert woken == [(1, 1), (3, 3)]
    assert (clock.now() - START).total_seconds() == 3
    await clock.advance(2)
    await asyncio.gather(*sleepers)
    assert woken[-1] == (5, 5)


async def test_whoever_falls_asleep_again_is_woken_in_the_same_move() -> None:
    clock, ticks = ManualClock(), 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await clock.sleep(1)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await clock.advance(4)
    ticking.cancel()
    assert ticks == 4
