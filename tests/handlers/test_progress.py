"""Whoever waits long is informed once, and never after the result."""

import asyncio

from handlers.dispatch.progress import PROGRESS_SECONDS, Progress
from tests.clock import ManualClock


async def test_progress_is_shown_after_a_delay() -> None:
    clock, shown = ManualClock(), []

    async def show() -> None:
        shown.append("long")

    progress = Progress(clock, show)
    await clock.advance(PROGRESS_SECONDS - 0.1)
    assert shown == []
    await clock.advance(0.2)
    assert shown == ["long"]
    await progress.end()


async def test_fast_work_shows_no_progress() -> None:
    clock, shown = ManualClock(), []

    async def show() -> None:
        shown.append("long")

    progress = Progress(clock, show)
    await clock.advance(PROGRESS_SECONDS - 0.1)
    await progress.end()
    await clock.advance(PROGRESS_SECONDS)
    assert shown == []


async def test_end_waits_for_a_progress_message_being_sent() -> None:
    clock, shown, may_go_on = ManualClock(), [], asyncio.Event()

    async def show() -> None:
        await may_go_on.wait()
        shown.append("long")

    progress = Progress(clock, show)
    await clock.advance(PROGRESS_SECONDS)

    async def finish() -> None:
        await progress.end()
        shown.append("card")

    finishing = asyncio.create_task(finish())
    await asyncio.sleep(0)
    assert shown == []
    may_go_on.set()
    await finishing
    assert shown == ["long", "card"]
