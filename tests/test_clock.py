"""The clock that tests move."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.clock import Clock
from tests.clock import START, ManualClock, PatientClock


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


async def test_a_sleeper_that_sleeps_again_is_woken_in_the_same_move() -> None:
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


async def test_a_limit_is_kept_by_the_clock() -> None:
    clock = ManualClock()

    async def wait() -> None:
        async with clock.timeout(2):
            await asyncio.Future()

    waiting = asyncio.create_task(wait())
    await clock.advance(1.9)
    assert not waiting.done()
    await clock.advance(0.1)
    with pytest.raises(TimeoutError):
        await waiting


async def test_sleepers_in_the_sandbox_wake_when_its_time_is_moved() -> None:
    clock = PatientClock()
    sleeping = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    await clock.move(timedelta(minutes=59))
    assert not sleeping.done()
    await clock.move(timedelta(minutes=1))
    await sleeping


async def test_a_slow_machine_breaks_no_limit_but_a_test_can() -> None:
    clock = PatientClock()
    async with clock.timeout(0):
        await asyncio.sleep(0.01)

    async def wait() -> None:
        async with clock.timeout(3600):
            await asyncio.Future()

    with pytest.raises(TimeoutError):
        await clock.too_late_for(wait(), 3600)
