"""Whoever waits long is informed once, and never after the result."""

import asyncio

from handlers.dispatch.progress import PROGRESS_SECONDS, Progress
from tests.clock import ManualClock


async def test_progress_is_shown_after_a_delay() -> None:
    clock, said = ManualClock(), []

    async def say() -> None:
        said.append("long")

    progress = Progress(clock, say)
    await clock.advance(PROGRESS_SECONDS - 0.1)
    assert said == []
    await clock.advance(0.2)
    assert said == ["long"]
    await progress.end()


async def test_fast_work_shows_no_progress() -> None:
    clock, said = ManualClock(), []

    async def say() -> None:
        said.append("long")

    progress = Progress(clock, say)
    await clock.advance(PROGRESS_SECONDS - 0.1)
    await progress.end()
    await clock.advance(PROGRESS_SECONDS)
    assert said == []


async def test_end_waits_for_a_progress_message_being_sent() -> None:
    clock, said, may_go_on = ManualClock(), [], asyncio.Event()

    async def say() -> None:
        await may_go_on.wait()
        said.append("long")

    progress = Progress(clock, say)
    await clock.advance(PROGRESS_SECONDS)

    async def finish() -> None:
        await progress.end()
        said.append("card")

    finishing = asyncio.create_task(finish())
    await asyncio.sleep(0)
    assert said == []
    may_go_on.set()
    await finishing
    assert said == ["long", "card"]
