"""Recurring jobs, by a clock that stands still until it is moved."""

import asyncio
from math import inf

from bot.jobs.scheduler import AT_ONCE, scheduler
from tests.clock import ManualClock
from tests.waiting import until


class Work:
    """Counts how often it was begun; `may_end` lets it end."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.may_end = asyncio.Event()

    async def do(self) -> None:
        self.begun += 1
        await self.may_end.wait()
        self.ended += 1


async def test_a_job_runs_at_once_and_then_at_its_interval() -> None:
    clock, work = ManualClock(), Work()
    work.may_end.set()
    async with scheduler({work.do: 2.0}, clock, drain_seconds=30):
        await clock.advance(1.9)
        assert work.ended == 1
        await clock.advance(0.1)
        assert work.ended == 2
        await clock.advance(10)
        assert work.ended == 7


async def test_a_job_with_an_infinite_interval_never_runs() -> None:
    clock, work = ManualClock(), Work()
    async with scheduler({work.do: inf}, clock, drain_seconds=30):
        await clock.advance(1)
    assert work.begun == 0


async def test_hanging_runs_do_not_block_others_up_to_a_limit() -> None:
    clock, work = ManualClock(), Work()
    async with scheduler({work.do: 1.0}, clock, drain_seconds=30):
        await clock.advance(2)
        assert work.begun == 3
        await clock.advance(60)
        assert work.begun == AT_ONCE
        work.may_end.set()
        await until(lambda: work.ended == AT_ONCE)
        await clock.advance(1)
        assert work.begun == AT_ONCE + 1


async def test_a_failing_job_runs_again() -> None:
    clock, begun = ManualClock(), 0

    async def stumble() -> None:
        nonlocal begun
        begun += 1
        raise LookupError

    async with scheduler({stumble: 1.0}, clock, drain_seconds=30):
        await clock.advance(2)
    assert begun == 3


async def test_shutdown_finishes_running_jobs_and_starts_none() -> None:
    clock, work = ManualClock(), Work()
    async with scheduler({work.do: 1.0}, clock, drain_seconds=30):
        await clock.advance(0)
        asyncio.get_running_loop().call_soon(work.may_end.set)
    assert work.ended == 1
    await clock.advance(60)
    assert work.begun == 1


async def test_shutdown_leaves_jobs_that_do_not_end() -> None:
    clock, work = ManualClock(), Work()
    async with scheduler({work.do: 1.0}, clock, drain_seconds=0):
        await clock.advance(0)
    await asyncio.sleep(0)
    assert (work.begun, work.ended) == (1, 0)
